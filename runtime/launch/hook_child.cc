#include "runtime/launch/hook_child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/join.h"
#include "runtime/spec/process.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

constexpr int kNotStarted = 127;
constexpr int kCapabilityWords = 2;

[[noreturn]] void Fail(const HookChild& hook, raw::Result failure) {
  hook.report->failure = failure;
  hook.report->failed = true;
  raw::Exit(kNotStarted);
}

// Ends the child unless the step worked.
void Must(const HookChild& hook, raw::Result step) {
  if (!step.ok()) Fail(hook, step);
}

// So that the hook is limited as the container is, also in its devices.
raw::Result EnterCgroup(const std::string& directory) {
  const std::string path = directory + "/cgroup.procs";
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path.c_str(), O_WRONLY);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  return raw::Write(file.get(), "0", 1);
}

raw::Result Control(int option, unsigned long first, unsigned long second) {
  return raw::Call(SYS_prctl, option, first, second, 0, 0);
}

constexpr bool Has(spec::CapabilitySet set, unsigned capability) {
  return (set >> capability & 1) != 0;
}

// Drops from the bounding set what is not in `kept`.
raw::Result LimitBoundingSet(spec::CapabilitySet kept) {
  for (unsigned capability = 0; capability < 64; ++capability) {
    if (Has(kept, capability)) continue;
    const raw::Result dropped = Control(PR_CAPBSET_DROP, capability, 0);
    // This kernel has no more of them.
    if (dropped.error() == EINVAL) break;
    if (!dropped.ok()) return dropped;
  }
  return {0, SYS_prctl};
}

raw::Result SetCapabilities(const spec::Capabilities& sets) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[kCapabilityWords] = {};
  for (int word = 0; word < kCapabilityWords; ++word) {
    const int shift = 32 * word;
    data[word].effective = static_cast<uint32_t>(sets.effective >> shift);
    data[word].permitted = static_cast<uint32_t>(sets.permitted >> shift);
    data[word].inheritable = static_cast<uint32_t>(sets.inheritable >> shift);
  }
  const raw::Result set = raw::Call(SYS_capset, &header, data);
  if (!set.ok()) return set;
  const raw::Result cleared =
      Control(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
  if (!cleared.ok()) return cleared;
  for (unsigned capability = 0; capability < 64; ++capability) {
    if (!Has(sets.ambient, capability)) continue;
    const raw::Result raised =
        Control(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability);
    if (!raised.ok()) return raised;
  }
  return {0, SYS_prctl};
}

raw::Result SetUser(const spec::User& user) {
  const raw::Result groups = raw::Call(
      SYS_setgroups, user.additional_gids.size(), user.additional_gids.data());
  // An ordinary user's user namespace forbids it: then there are none that
  // could be dropped.
  if (!groups.ok() && groups.error() != EPERM) return groups;
  const raw::Result group =
      raw::Call(SYS_setresgid, user.gid, user.gid, user.gid);
  if (!group.ok()) return group;
  return raw::Call(SYS_setresuid, user.uid, user.uid, user.uid);
}

// A hook that the image brings gets no more rights than the image's command.
void TakeRights(const HookChild& hook, const spec::Process& process) {
  const spec::Capabilities* sets =
      process.capabilities ? &*process.capabilities : nullptr;
  if (sets != nullptr) {
    Must(hook, LimitBoundingSet(sets->bounding));
    Must(hook, Control(PR_SET_KEEPCAPS, 1, 0));
  }
  Must(hook, SetUser(process.user.value_or(spec::User())));
  if (sets != nullptr) {
    Must(hook, Control(PR_SET_KEEPCAPS, 0, 0));
    Must(hook, SetCapabilities(*sets));
  }
  if (process.no_new_privileges) {
    Must(hook, Control(PR_SET_NO_NEW_PRIVS, 1, 0));
  }
  // A change of ids may have made it what fs.suid_dumpable says.
  Must(hook, raw::SetDumpable(false));
}

// Nothing but the three standard descriptors goes on: chmdocker may have
// inherited others that are not close-on-exec.
void KeepDescriptors(const HookChild& hook) {
  constexpr int kFirst = STDERR_FILENO + 1;
  Must(hook, raw::Dup3(hook.state, STDIN_FILENO, 0));
  Must(hook, raw::Dup3(hook.output, STDOUT_FILENO, 0));
  Must(hook, raw::Dup3(hook.output, STDERR_FILENO, 0));
  if (raw::CloseRangeOnExec(kFirst, ~0U).ok()) return;
  const long most = sysconf(_SC_OPEN_MAX);
  for (int fd = kFirst; fd < most; ++fd) (void)raw::SetCloseOnExec(fd, true);
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
  return raw::SameObject(seen.get(), hook.program);
}

raw::Result Exec(const HookChild& hook) {
  // By its path if possible: a script learns its own name from it.
  if (hook.program < 0 || SeesProgram(hook)) {
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

[[noreturn]] void BecomeHook(const HookChild& hook) {
  // A session of its own: it can be killed with all that it starts.
  Must(hook, raw::Setsid());
  ResetSignals();
  KeepDescriptors(hook);
  if (hook.process != nullptr) TakeRights(hook, *hook.process);
  Must(hook, raw::Chdir(hook.directory));
  Fail(hook, Exec(hook));
}

}  // namespace

void RunHookChild(const HookChild& hook) {
  if (hook.target == nullptr) BecomeHook(hook);
  Must(hook, raw::SetDumpable(false));
  for (const std::string& cgroup : *hook.cgroups) {
    Must(hook, EnterCgroup(cgroup));
  }
  Must(hook, Join(*hook.target));
  if (hook.target->namespaces.has(kNewUser)) {
    Must(hook, SetUser(spec::User()));
    Must(hook, raw::SetDumpable(false));
  }
  // Only a child is in the pid namespace. A sister, so that chmdocker can wait
  // for it.
  const raw::Result forked = raw::ForkSister({});
  Must(hook, forked);
  if (forked.value == 0) BecomeHook(hook);
  hook.report->pid = forked.value;
  raw::Exit(0);
}

}  // namespace chmdocker::launch
