#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/image_commands.h"
#include "cli/image_store.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/image/import.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {
namespace {

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  if (rest.empty() || rest.size() > 2) {
    return absl::InvalidArgumentError("wants FILE and, if any, NAME[:TAG]");
  }
  std::optional<image::Reference> name;
  if (rest.size() == 2) {
    CHM_ASSIGN_OR_RETURN(name, image::ParseReference(rest[1]));
  }
  return WithStore([file = rest[0], name](const Session& session,
                                          image::Store& store) -> absl::Status {
    CHM_ASSIGN_OR_RETURN(const Archive archive, OpenArchive(file));
    ProgressLine line("Reading", archive.file.get());
    store.Watch(line.progress());
    CHM_ASSIGN_OR_RETURN(const std::string id,
                         image::Import(store, archive.file.get(), archive.name,
                                       name ? &*name : nullptr, Now(),
                                       line.Over(session.runtime.warn)));
    line.Clear();
    TellOfImage(session, "import", id, name ? name->Familiar() : "");
    return PrintToStdout(absl::StrCat(id, "\n"));
  });
}

}  // namespace

constexpr Command kImportCommand = {
    "import",
    "import",
    "Make an image from an archive of files",
    "import FILE|- [NAME[:TAG]]",
    "FILE is a tar archive of a root file system, plain or compressed by gzip "
    "or zstd; - is\n   standard input. The image's id is printed.",
    {},
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
