#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/create_flags.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {
namespace {

using container::CreateOptions;

constexpr Flag kFlags[] = {
    {"bundle", "b", "DIR", kBundleText, Into<&CreateOptions::bundle>},
    {"config", "f", "FILE", kConfigText, Into<&CreateOptions::config>},
    {"console-socket", "", "SOCKET", kConsoleSocketText,
     Into<&CreateOptions::console_socket>},
    {"pid-file", "", "FILE", kPidFileText, Into<&CreateOptions::pid_file>},
    {"pidfd-socket", "", "SOCKET", kPidfdSocketText,
     Into<&CreateOptions::pidfd_socket>},
    {"no-pivot", "", "", kNoPivotText, Into<&CreateOptions::no_pivot>},
    {"no-new-keyring", "", "", kNoNewKeyringText,
     Into<&CreateOptions::no_new_keyring>},
    {"preserve-fds", "", "N", kPreserveFdsText,
     Into<&CreateOptions::preserve_fds>},
    {"no-subreaper", "", "", kNoSubreaperText, Ignore},
};

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const CreateOptions options, ParseCreate(words));
  return Doing([options](const Session& session) {
    return container::Create(session.runtime, options);
  });
}

}  // namespace

absl::StatusOr<CreateOptions> ParseCreate(Words words) {
  CreateOptions options;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &options}, words));
  CHM_ASSIGN_OR_RETURN(options.id, OnlyId(rest));
  return options;
}

constexpr Command kCreateCommand = {
    "create",
    "create",
    "Create a container from a bundle; it waits for start",
    "create [options] CONTAINER",
    "The bundle is a directory with a config.json of the OCI runtime "
    "specification.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
