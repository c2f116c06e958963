#include "cli/run_command.h"

#include <memory>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/input.h"
#include "cli/run_container.h"
#include "cli/run_detached.h"
#include "cli/run_options.h"
#include "cli/run_words.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {
namespace {

// Many programs have a config.json; only OCI's has a version of OCI in it.
bool InBundle() {
  const absl::StatusOr<std::string> config = ReadInput("config.json");
  return config.ok() && absl::StrContains(*config, "\"ociVersion\"");
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(RunWords run, ParseRun(words, InBundle));
  Action action;
  if (auto* engine = std::get_if<container::RunOptions>(&run)) {
    action.run = [options = std::move(*engine)](const Session& session) {
      return container::RunBundle(session.runtime, options);
    };
    return action;
  }
  action.face = Face::kPerson;
  action.failure = kExitFailure;
  // Shared: std::function wants to be able to copy what it has.
  action.run =
      [options = std::make_shared<const RunOptions>(
           std::get<RunOptions>(std::move(run)))](const Session& session) {
        if (options->keeping.detach && !options->dry_run) {
          return RunDetached(*options, session);
        }
        return RunContainer(*options, session);
      };
  return action;
}

}  // namespace

const Command kRunCommand = {
    "run",
    "run",
    "Create a container with namespace and cgroups limit",
    "run --ti [command]",
    "The command runs as pid 1 in new uts, pid, mount, net and ipc namespaces "
    "with a\n   /proc of its own, on the host's root file system or on "
    "--rootfs DIR. Flags\n   behind the command belong to it. An ordinary user "
    "gets a user namespace, too,\n   and is root in it.\n\n"
    "   run IMAGE [COMMAND...] runs what the image says, or COMMAND, on the "
    "image's files; the\n   container is kept until rm, unless --rm is given. "
    "A command of "
    "the "
    "host's is a path: a first word that\n   begins with neither /, ./ nor ../ "
    "is an image, by name, by id, or as oci:DIR[:TAG], an\n   OCI layout.\n\n"
    "   With --name, another --pid than private or any of the limits but "
    "--oom-score-adj,\n   --ulimit and --shm-size it has cgroups of its own, "
    "which are removed when it has\n   ended, and may use no devices but "
    "those that docker allows and --device names;\n   list, stats, top, "
    "update, pause, resume and kill find it. SIZE is bytes, or has a\n   unit: "
    "b, k, m, g or t.\n\n"
    "   With --ro or --rw the command, and all that it starts, may use no "
    "other "
    "files, and\n   with --net-connect or --net-bind no other TCP ports, "
    "whatever its rights; sudo and\n   other set-user-ID programs don't work "
    "then. What is open already stays so.\n\n"
    "   With --detach its output goes to a log, and ps, logs, attach, exec, "
    "stop, start,\n   wait, rm and the like work on it.\n\n"
    "   The exit code is the command's; 128+N when signal N ended it, 127 when "
    "it was\n   not found, 126 when it could not be executed, 125 when "
    "chmdocker itself failed.\n\n"
    "   run --bundle DIR CONTAINER creates and starts a container from a "
    "config.json of\n   the OCI runtime specification, as an engine does. So "
    "does any flag from --bundle\n   on in the list below, and run CONTAINER "
    "without flags in a directory that has such\n   a config.json. The exit "
    "code is then 1 when the command could not be run.",
    RunFlags(),
    Parse,
    kExitFailure};

}  // namespace chmdocker::cli
