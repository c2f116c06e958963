#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/file_commands.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/kept_words.h"
#include "cli/output_file.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/copy_files.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

struct ExportWords {
  std::string output;
};

constexpr Flag kFlags[] = {
    {"output", "o", "FILE", "write to FILE instead of standard output",
     Into<&ExportWords::output>},
};

absl::StatusOr<Action> Parse(Words words) {
  ExportWords parsed;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &parsed}, words));
  if (rest.size() != 1) return absl::InvalidArgumentError("wants a container");
  return Doing([output = parsed.output,
                word = rest[0]](const Session& session) -> absl::Status {
    CHM_ASSIGN_OR_RETURN(const std::string id,
                         container::FindKept(session.runtime, word));
    return WriteArchive(output, [&](int archive, const std::string& name) {
      return container::Export(session.runtime, id,
                               DescribeWords(session.runtime), archive, name);
    });
  });
}

}  // namespace

constexpr Command kExportCommand = {
    "export",
    "export",
    "Write a container's files to an archive",
    "export [-o FILE] CONTAINER",
    "All of its root file system, without what is mounted in it, as a tar "
    "archive that\n   import reads.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
