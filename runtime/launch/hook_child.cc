#include "runtime/launch/hook_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/join.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

constexpr int kNotStarted = 127;

[[noreturn]] void Fail(const HookChild& hook, raw::Result failure) {
  hook.report->failure = failure;
  hook.report->failed = true;
  raw::Exit(kNotStarted);
}

// Ends the child unless the step worked.
void Must(const HookChild& hook, raw::Result step) {
  if (!step.ok()) Fail(hook, step);
}

// Root of the user namespace that has been joined.
raw::Result BecomeRoot() {
  const raw::Result groups = raw::Call(SYS_setgroups, 0, nullptr);
  // An ordinary user's user namespace forbids it.
  if (!groups.ok() && groups.error() != EPERM) return groups;
  const raw::Result group = raw::Call(SYS_setresgid, 0, 0, 0);
  return group.ok() ? raw::Call(SYS_setresuid, 0, 0, 0) : group;
}

void CloseFrom(unsigned first, unsigned last) {
  if (first > last || raw::CloseRange(first, last).ok()) return;
  // Before Linux 5.9.
  const auto most = static_cast<unsigned>(sysconf(_SC_OPEN_MAX));
  for (unsigned fd = first; fd <= last && fd < most; ++fd) {
    (void)raw::Close(static_cast<int>(fd));
  }
}

// Nothing but the three standard descriptors and the program stays open, and
// not until the exec only: a path may lead through /proc/self/fd
// (CVE-2024-21626).
void KeepDescriptors(const HookChild& hook) {
  constexpr unsigned kFirst = STDERR_FILENO + 1;
  Must(hook, raw::Dup3(hook.state, STDIN_FILENO, 0));
  Must(hook, raw::Dup3(hook.output, STDOUT_FILENO, 0));
  Must(hook, raw::Dup3(hook.output, STDERR_FILENO, 0));
  if (hook.program < 0) return CloseFrom(kFirst, ~0U);
  const auto program = static_cast<unsigned>(hook.program);
  CloseFrom(kFirst, program - 1);
  CloseFrom(program + 1, ~0U);
}

void ResetSignals() {
  for (int signal = 1; signal <= raw::kSignalCount; ++signal) {
    (void)raw::DefaultSignal(signal);
  }
  (void)raw::SetSignalMask(0);
}

// Whether the path leads to the opened program from here, too.
bool SeesProgram(const HookChild& hook) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, hook.path, O_PATH);
  if (!opened.ok()) return false;
  const UniqueFd seen(opened.fd());
  if (hook.program < 0) return false;
  return raw::SameObject(seen.get(), hook.program);
}

raw::Result Exec(const HookChild& hook) {
  // By its path if possible: a script learns its own name from it.
  if (hook.target == nullptr || SeesProgram(hook)) {
    return raw::Execve(hook.path, hook.argv, hook.environment);
  }
  const raw::Result failed =
      raw::ExecveFd(hook.program, hook.argv, hook.environment);
  if (failed.error() != ENOENT) return failed;
  // A script: its interpreter has to open the descriptor.
  const raw::Result kept = raw::SetCloseOnExec(hook.program, false);
  if (!kept.ok()) return kept;
  return raw::ExecveFd(hook.program, hook.argv, hook.environment);
}

// A directory that this root does not lead to is shown as "(unreachable)/a".
raw::Result EnterDirectory(const HookChild& hook) {
  char where[PATH_MAX];
  const raw::Result entered = raw::Chdir(hook.directory);
  if (!entered.ok() || hook.target == nullptr) return entered;
  const raw::Result found = raw::Getcwd(where, sizeof(where));
  if (!found.ok()) return found;
  return where[0] == '/' ? entered : raw::Failure(EXDEV, SYS_chdir);
}

[[noreturn]] void BecomeHook(const HookChild& hook) {
  // A session of its own: it can be killed with all that it starts.
  Must(hook, raw::Setsid());
  ResetSignals();
  Must(hook, EnterDirectory(hook));
  Fail(hook, Exec(hook));
}

}  // namespace

void RunHookChild(const HookChild& hook) {
  if (hook.target == nullptr) {
    KeepDescriptors(hook);
    BecomeHook(hook);
  }
  Must(hook, raw::SetDumpable(false));
  Must(hook, Join(*hook.target));
  if (hook.target->namespaces.has(kNewUser)) {
    Must(hook, BecomeRoot());
    Must(hook, raw::SetDumpable(false));
  }
  KeepDescriptors(hook);
  // Only a child is in the pid namespace. A sister, so that chmdocker can wait
  // for it.
  const raw::Result forked = raw::ForkSister({});
  Must(hook, forked);
  if (forked.value == 0) BecomeHook(hook);
  hook.report->pid = forked.value;
  raw::Exit(0);
}

}  // namespace chmdocker::launch
