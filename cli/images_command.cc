#include <fnmatch.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
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
#include "runtime/image/images.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {
namespace {

struct ImagesWords {
  bool quiet = false;
  bool all = false;
  bool no_trunc = false;
  bool digests = false;
  std::string format;
  std::vector<std::string> references;  // --filter reference=, or the word
  std::vector<std::string> labels;
  std::string dangling;  // "true", "false", or ""
};

absl::Status ReadFilter(void* options, absl::string_view text) {
  auto& words = *static_cast<ImagesWords*>(options);
  if (absl::ConsumePrefix(&text, "reference=")) {
    words.references.emplace_back(text);
  } else if (absl::ConsumePrefix(&text, "label=")) {
    words.labels.emplace_back(text);
  } else if (text == "dangling=true" || text == "dangling=false") {
    words.dangling = std::string(absl::StripPrefix(text, "dangling="));
  } else {
    return absl::InvalidArgumentError(
        "wants reference=PATTERN, label=NAME[=VALUE] or dangling=true|false");
  }
  return absl::OkStatus();
}

constexpr Flag kFlags[] = {
    {"quiet", "q", "", "print ids only", Into<&ImagesWords::quiet>},
    {"all", "a", "", "all images are shown in any case",
     Into<&ImagesWords::all>},
    {"no-trunc", "", "", "print ids in full", Into<&ImagesWords::no_trunc>},
    {"digests", "", "", "print digests, too", Into<&ImagesWords::digests>},
    {"filter", "f", "FILTER",
     "only what matches: reference=PATTERN, label=NAME[=VALUE], "
     "dangling=true|false (repeatable)",
     ReadFilter},
    {"format", "", "FORMAT",
     "print table, json, or a template as '{{.ID}} {{.Repository}}', or with "
     "\"table \" in front",
     Into<&ImagesWords::format>},
};

constexpr Field kFields[] = {
    {"Repository", "REPOSITORY"},
    {"Tag", "TAG"},
    {"Digest", "DIGEST"},
    {"ID", "IMAGE ID"},
    {"CreatedSince", "CREATED"},
    {"CreatedAt", "CREATED AT"},
    {"Size", "SIZE"},
};
constexpr char kNoName[] = "<none>";
constexpr char kDamaged[] = "damaged";

// PATTERN is a shell's, of the repository or of all of the name.
bool Matches(const std::string& pattern, const image::Reference& name) {
  return fnmatch(pattern.c_str(), name.FamiliarRepository().c_str(),
                 FNM_PATHNAME) == 0 ||
         fnmatch(pattern.c_str(), name.Familiar().c_str(), FNM_PATHNAME) == 0;
}

bool HasLabel(const image::Image& image, absl::string_view wanted) {
  return std::any_of(image.config.labels.begin(), image.config.labels.end(),
                     [&](const std::pair<std::string, std::string>& label) {
                       return label.first == wanted ||
                              absl::StrCat(label.first, "=", label.second) ==
                                  wanted;
                     });
}

bool IsWanted(const ImagesWords& words, const image::Image& image) {
  if (!words.dangling.empty() &&
      (words.dangling == "true") != image.names.empty()) {
    return false;
  }
  return std::all_of(
      words.labels.begin(), words.labels.end(),
      [&](const std::string& label) { return HasLabel(image, label); });
}

std::vector<std::string> RowOf(const ImagesWords& words,
                               const image::Image& image,
                               const image::Reference* name, int64_t now) {
  const bool whole = image.damage.ok();
  return {name == nullptr ? kNoName : name->FamiliarRepository(),
          name == nullptr ? kNoName : name->tag,
          image.descriptor.digest,
          words.no_trunc ? image.id : ShortId(image.id),
          whole ? AgeText(image.config.created, now) : kDamaged,
          whole ? Printable(image.config.created) : kDamaged,
          whole ? DecimalSize(image.size) : "N/A"};
}

std::vector<std::vector<std::string>> Rows(
    const ImagesWords& words, const std::vector<image::Image>& images) {
  const int64_t now = time(nullptr);
  std::vector<std::vector<std::string>> rows;
  for (const image::Image& image : images) {
    if (!IsWanted(words, image)) continue;
    if (image.names.empty() && words.references.empty()) {
      rows.push_back(RowOf(words, image, nullptr, now));
    }
    for (const image::Reference& name : image.names) {
      if (words.references.empty() ||
          std::any_of(words.references.begin(), words.references.end(),
                      [&](const std::string& pattern) {
                        return Matches(pattern, name);
                      })) {
        rows.push_back(RowOf(words, image, &name, now));
      }
    }
  }
  return rows;
}

std::string FormatOf(const ImagesWords& words) {
  if (words.quiet) return "{{.ID}}";
  if (!words.format.empty() && words.format != "table") return words.format;
  return absl::StrCat("table {{.Repository}}\\t{{.Tag}}\\t",
                      words.digests ? "{{.Digest}}\\t" : "",
                      "{{.ID}}\\t{{.CreatedSince}}\\t{{.Size}}");
}

// A damaged image does not hide the others: the list is whole, and so no error.
absl::Status Print(const Session& session, const image::Store& store,
                   const ImagesWords& words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<image::Image> images,
                       image::ListImages(store));
  for (const image::Image& image : images) {
    if (image.damage.ok()) continue;
    session.runtime.warn(image::DamageOf(image).message());
  }
  std::vector<std::vector<std::string>> rows = Rows(words, images);
  if (words.quiet) {
    // Once for all its names.
    constexpr size_t kId = 3;
    rows.erase(std::unique(rows.begin(), rows.end(),
                           [](const auto& a, const auto& b) {
                             return a[kId] == b[kId];
                           }),
               rows.end());
  }
  CHM_ASSIGN_OR_RETURN(const std::string text,
                       FormatRows(FormatOf(words), kFields, rows));
  return PrintToStdout(text);
}

absl::StatusOr<Action> Parse(Words words) {
  ImagesWords images;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &images}, words));
  if (rest.size() > 1) {
    return absl::InvalidArgumentError("wants one name of images at most");
  }
  if (!rest.empty()) images.references.push_back(rest[0]);
  return WithStore([images](const Session& session, const image::Store& store) {
    return Print(session, store, images);
  });
}

}  // namespace

constexpr Command kImagesCommand = {
    "images", "images", "List images", "images [options] [NAME[:TAG]]",
    "",       kFlags,   Parse,         kExitOciFailure};

}  // namespace chmdocker::cli
