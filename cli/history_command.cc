#include <time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/field_format.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/image_commands.h"
#include "cli/image_store.h"
#include "cli/image_text.h"
#include "cli/print.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/config.h"
#include "runtime/image/images.h"
#include "runtime/image/layers.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {
namespace {

struct HistoryWords {
  bool no_trunc = false;
  bool quiet = false;
  std::string format =
      "table {{.ID}}\\t{{.CreatedSince}}\\t{{.CreatedBy}}\\t{{.Size}}\\t"
      "{{.Comment}}";
};

constexpr Flag kFlags[] = {
    {"no-trunc", "", "", "print all of each command",
     Into<&HistoryWords::no_trunc>},
    {"quiet", "q", "", "print ids only", Into<&HistoryWords::quiet>},
    {"format", "", "FORMAT",
     "print json, or a template as '{{.CreatedBy}}', or with \"table \" in "
     "front",
     Into<&HistoryWords::format>},
};

constexpr Field kFields[] = {
    {"ID", "IMAGE"},
    {"CreatedSince", "CREATED"},
    {"CreatedAt", "CREATED AT"},
    {"CreatedBy", "CREATED BY"},
    {"Size", "SIZE"},
    {"Comment", "COMMENT"},
};

std::string CommandText(const std::string& command, bool in_full) {
  constexpr size_t kMost = 45;
  std::string text = Printable(command);
  if (in_full || text.size() <= kMost) return text;
  // As docker's, the end of which is one character.
  return absl::StrCat(absl::string_view(text).substr(0, kMost - 1), "\u2026");
}

// The newest first, which has the image's own id; the others have none that
// anything could be done with.
std::vector<std::vector<std::string>> Rows(const image::Store& store,
                                           const image::Image& image,
                                           const HistoryWords& words) {
  const int64_t now = time(nullptr);
  std::vector<std::vector<std::string>> rows;
  size_t layer = 0;
  for (const image::HistoryEntry& entry : image.config.history) {
    uint64_t size = 0;
    if (!entry.empty_layer && layer < image.config.diff_ids.size()) {
      size = image::LayerSize(store, image.config.diff_ids[layer++]);
    }
    rows.insert(rows.begin(), {"<missing>", AgeText(entry.created, now),
                               Printable(entry.created),
                               CommandText(entry.created_by, words.no_trunc),
                               DecimalSize(size), Printable(entry.comment)});
  }
  if (!rows.empty()) {
    rows[0][0] = words.no_trunc ? image.id : ShortId(image.id);
  }
  return rows;
}

absl::Status Print(const image::Store& store, const std::string& name,
                   const HistoryWords& words) {
  CHM_ASSIGN_OR_RETURN(const image::Image image, image::FindImage(store, name));
  CHM_ASSIGN_OR_RETURN(const std::string text,
                       FormatRows(words.quiet ? "{{.ID}}" : words.format,
                                  kFields, Rows(store, image, words)));
  return PrintToStdout(text);
}

absl::StatusOr<Action> Parse(Words words) {
  HistoryWords history;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &history}, words));
  if (rest.size() != 1) return absl::InvalidArgumentError("wants one image");
  return WithStore(
      [history, name = rest[0]](const Session&, const image::Store& store) {
        return Print(store, name, history);
      });
}

}  // namespace

constexpr Command kHistoryCommand = {"history",
                                     "history",
                                     "Show how an image was made",
                                     "history [options] IMAGE",
                                     "",
                                     kFlags,
                                     Parse,
                                     kExitOciFailure};

}  // namespace chmdocker::cli
