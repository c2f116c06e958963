#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/create_flags.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/input.h"
#include "cli/kept_words.h"
#include "cli/oci_commands.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/event_log.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/state/directory.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {
namespace {

using container::ExecOptions;

// Strictly: a user that is read as another one is likely root (CVE-2026-30892).
absl::Status ReadUser(absl::string_view text, std::optional<std::string>& out) {
  const std::vector<absl::string_view> ids = absl::StrSplit(text, ':');
  uint32_t id = 0;
  for (const absl::string_view word : ids) {
    if (ids.size() > 2 || !ReadValue(word, id).ok() || id == ~uint32_t{0}) {
      return absl::InvalidArgumentError("wants UID or UID:GID, as numbers");
    }
  }
  out = std::string(text);
  return absl::OkStatus();
}

absl::Status UserInto(void* words, absl::string_view text) {
  return ReadUser(text, static_cast<ExecWords*>(words)->options.user);
}

absl::Status EnvInto(void* words, absl::string_view text) {
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos || equals == 0) {
    return absl::InvalidArgumentError("wants NAME=VALUE");
  }
  return Into<&ExecWords::options, &ExecOptions::env>(words, text);
}

template <auto kField>
constexpr auto Option = Into<&ExecWords::options, kField>;

constexpr Flag kFlags[] = {
    {"process", "p", "FILE",
     "read the whole process from FILE, as config.json has it",
     Into<&ExecWords::process_file>},
    {"detach", "d", "", "return when the process runs",
     Option<&ExecOptions::detach>},
    {"tty", "t", "", "give the process a pseudo-terminal",
     Option<&ExecOptions::terminal>},
    {"env", "e", "NAME=VALUE", "set an environment variable (repeatable)",
     EnvInto},
    {"interactive", "i", "",
     "pass standard input on, to a process in a container that is kept; to "
     "others it always is",
     Into<&ExecWords::interactive>},
    {"cwd", "", "DIR", "directory the process starts in",
     Option<&ExecOptions::cwd>},
    {"workdir", "w", "DIR", "the same", Option<&ExecOptions::cwd>},
    {"user", "u", "UID[:GID]", "user and group of the process", UserInto},
    {"additional-gids", "g", "GID", "one more group (repeatable)",
     Option<&ExecOptions::additional_gids>},
    {"cap", "c", "CAPABILITY", "one more capability (repeatable)",
     Option<&ExecOptions::capabilities>},
    {"no-new-privs", "", "", "let no execve(2) gain privileges",
     Option<&ExecOptions::no_new_privileges>},
    {"process-label", "", "LABEL", "SELinux label",
     Option<&ExecOptions::selinux_label>},
    {"apparmor", "", "PROFILE", "AppArmor profile",
     Option<&ExecOptions::apparmor_profile>},
    {"cgroup", "", "PATH", "cgroup below the container's",
     Option<&ExecOptions::cgroup>},
    {"ignore-paused", "", "", "start the process in a paused container",
     Option<&ExecOptions::ignore_paused>},
    {"console-socket", "", "SOCKET", kConsoleSocketText,
     Option<&ExecOptions::console_socket>},
    {"pid-file", "", "FILE", kPidFileText, Option<&ExecOptions::pid_file>},
    {"pidfd-socket", "", "SOCKET", kPidfdSocketText,
     Option<&ExecOptions::pidfd_socket>},
    {"preserve-fds", "", "N", kPreserveFdsText,
     Option<&ExecOptions::preserve_fds>},
    {"no-subreaper", "", "", kNoSubreaperText, Ignore},
};

// A kept container has no configuration, but the words that it was made from;
// and what runs in it is not to read the input of the script that calls this.
absl::Status PrepareForKept(const Session& session, const state::Record& record,
                            ExecWords& exec) {
  exec.is_kept = true;
  CHM_ASSIGN_OR_RETURN(container::Description description,
                       DescribeWords(session.runtime)(record));
  exec.options.container = std::move(description.spec);
  exec.options.silent = exec.options.detach;
  if (exec.interactive || exec.options.detach) return absl::OkStatus();
  const UniqueFd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  return dup2(nothing.get(), STDIN_FILENO) < 0
             ? ErrnoError(errno, "dup2 of \"/dev/null\"")
             : absl::OkStatus();
}

// docker's codes where docker's users are.
int KeptFailure(const absl::Status& status) {
  const int code = ExitCodeFor(status);
  return code == kExitFailure ? kExitOciFailure : code;
}

absl::StatusOr<int> ExecInKept(const Session& session,
                               const container::Target& target,
                               ExecWords& exec) {
  CHM_ASSIGN_OR_RETURN(const state::Record record,
                       state::Peek(target.runtime.root, target.id));
  if (!record.kept) return container::Exec(target.runtime, exec.options);
  CHM_RETURN_IF_ERROR(PrepareForKept(session, record, exec));
  container::TellOf(
      session.runtime, record,
      absl::StrCat("exec_start: ", absl::StrJoin(exec.options.args, " ")));
  absl::StatusOr<int> code = container::Exec(target.runtime, exec.options);
  // Nobody waits for the end of one that runs detached.
  if (!code.ok() || !exec.options.detach) {
    const int told = code.ok() ? *code : KeptFailure(code.status());
    container::TellOf(session.runtime, record, "exec_die",
                      {{"exitCode", absl::StrCat(told)}});
  }
  return code;
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(ExecWords parsed, ParseExec(words));
  Action action;
  action.failure = kExitOciExecFailure;
  // Shared: std::function wants to be able to copy what it has.
  const auto exec = std::make_shared<ExecWords>(std::move(parsed));
  action.run = [exec](const Session& session) -> absl::StatusOr<int> {
    if (!exec->process_file.empty()) {
      CHM_ASSIGN_OR_RETURN(exec->options.process_json,
                           ReadInput(exec->process_file));
    }
    const container::Target target =
        container::FindTarget(session.runtime, exec->options.id);
    exec->options.id = target.id;
    return target.kept ? ExecInKept(session, target, *exec)
                       : container::Exec(target.runtime, exec->options);
  };
  action.failure_of = [exec](const absl::Status& status) {
    return exec->is_kept ? KeptFailure(status) : kExitOciExecFailure;
  };
  return action;
}

}  // namespace

absl::StatusOr<ExecWords> ParseExec(Words words) {
  ExecWords exec;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &exec, Order::kFlagsFirst}, words));
  if (rest.empty()) return absl::InvalidArgumentError("wants a container id");
  exec.options.id = rest[0];
  exec.options.args.assign(rest.begin() + 1, rest.end());
  if (exec.process_file.empty() == exec.options.args.empty()) {
    return absl::InvalidArgumentError(
        exec.process_file.empty()
            ? "Missing container command"
            : "--process: has the whole command, and there is another one");
  }
  return exec;
}

constexpr Command kExecCommand = {
    "exec",
    "exec",
    "Run one more process in a running container",
    "exec [options] CONTAINER COMMAND [ARGUMENT...]",
    "Flags behind the container's id belong to the command. The exit code is "
    "the\n   process's; 255 when it could not be started.",
    kFlags,
    Parse,
    kExitOciExecFailure};

}  // namespace chmdocker::cli
