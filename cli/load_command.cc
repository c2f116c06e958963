#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/image_commands.h"
#include "cli/image_store.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/load.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {
namespace {

struct LoadWords {
  std::string input = "-";
  bool quiet = false;
};

constexpr Flag kFlags[] = {
    {"input", "i", "FILE",
     "read the archive from FILE; - is standard input (default: -)",
     Into<&LoadWords::input>},
    {"quiet", "q", "", "show no progress", Into<&LoadWords::quiet>},
};

absl::Status Load(const Session& session, image::Store& store,
                  const LoadWords& words) {
  CHM_ASSIGN_OR_RETURN(const Archive archive, OpenArchive(words.input));
  ProgressLine line("Reading", archive.file.get(), !words.quiet);
  store.Watch(line.progress());
  CHM_ASSIGN_OR_RETURN(const std::vector<image::Loaded> loaded,
                       image::Load(store, archive.file.get(), archive.name,
                                   line.Over(session.runtime.warn)));
  line.Clear();
  std::string out;
  for (const image::Loaded& one : loaded) {
    for (const image::Reference& name : one.names) {
      absl::StrAppend(&out, "Loaded image: ", name.Familiar(), "\n");
      TellOfImage(session, "load", one.id, name.Familiar());
    }
    if (one.names.empty()) {
      absl::StrAppend(&out, "Loaded image ID: ", one.id, "\n");
      TellOfImage(session, "load", one.id, "");
    }
  }
  return PrintToStdout(out);
}

absl::StatusOr<Action> Parse(Words words) {
  LoadWords load;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &load}, words));
  if (!rest.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("wants no arguments, and got ", Quote(rest[0]),
                     "; an archive is named by --input"));
  }
  return WithStore([load](const Session& session, image::Store& store) {
    return Load(session, store, load);
  });
}

}  // namespace

constexpr Command kLoadCommand = {
    "load",
    "load",
    "Load images from an archive",
    "load [-i FILE]",
    "The archive is docker's or OCI's, plain or compressed by gzip or zstd: "
    "what docker\n   save, podman save, skopeo and buildah make. All digests "
    "are checked, and the layers\n   unpacked.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
