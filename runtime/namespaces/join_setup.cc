#include "runtime/namespaces/join_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/namespaces/namespace_files.h"
#include "runtime/namespaces/proc_file.h"
#include "runtime/path/procfs.h"
#include "runtime/step/message.h"
#include "runtime/step/report.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/identity.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::namespaces {
namespace {

raw::Result OpenEntry(const char* entry, NamespaceFiles& wanted) {
  const char* const colon = strchr(entry, ':');
  if (colon == nullptr) return raw::Failure(EINVAL, SYS_setns);
  const size_t length = static_cast<size_t>(colon - entry);
  for (size_t i = 0; i < kNamespaceKindCount; ++i) {
    if (strncmp(kNamespaceKinds[i].word, entry, length) != 0 ||
        kNamespaceKinds[i].word[length] != '\0') {
      continue;
    }
    const raw::Result opened = raw::OpenAt(AT_FDCWD, colon + 1, O_RDONLY);
    if (opened.ok()) wanted.fds[i].reset(opened.fd());
    return opened;
  }
  return raw::Failure(EINVAL, SYS_setns);
}

// Before Linux 5.8 setns takes no pidfd: by way of /proc, where the process has
// the number that the pidfd's own entry names. It lives as long as signal 0
// reaches it, so what was opened before is its.
raw::Result JoinByProc(int pidfd, CloneFlags namespaces) {
  const raw::Result pid = PidOf(pidfd);
  if (!pid.ok()) return pid;
  NamespaceFiles wanted;
  for (size_t i = 0; i < kNamespaceKindCount; ++i) {
    if (!namespaces.has(kNamespaceKinds[i].flag)) continue;
    const raw::Result opened =
        OpenNamespace(pid.value, kNamespaceKinds[i].file);
    if (!opened.ok()) return opened;
    wanted.fds[i].reset(opened.fd());
  }
  const raw::Result alive = raw::PidfdSendSignal(pidfd, 0);
  return alive.ok() ? JoinFiles(wanted) : alive;
}

// Between the last frame of a process that ends and the first of its sister:
// both are on the one stack that the kernel lets grow, with a guard, as far as
// RLIMIT_STACK. A copy of an image's directories (copy_up.cc) may need 400 KiB.
constexpr size_t kFramesOfTheEnd = size_t{16} * 1024;

// In the frame of a process that ends without leaving it.
struct Sister {
  int channel;
  uint16_t index;
  int pid;
  Continuation next;
};

int RunSister(void* opaque) {
  const Sister& sister = *static_cast<const Sister*>(opaque);
  (void)step::SendForked(sister.channel, sister.index, sister.pid);
  sister.next.function(sister.next.argument);
  return 0;
}

}  // namespace

raw::Result Run(const step::EnterCgroup<const char*>& step, step::Note& note) {
  for (const char* const* file = step.files; *file != nullptr; ++file) {
    const raw::Result wrote = WriteProcFile(*file, "0");
    if (wrote.ok()) continue;
    note.Append("writing 0 to \"").Append(*file).Append("\"");
    return wrote;
  }
  return {};
}

raw::Result Run(const step::JoinNamespaces<const char*>& step,
                step::Note& note) {
  NamespaceFiles wanted;
  for (const char* const* entry = step.namespaces; *entry != nullptr; ++entry) {
    const raw::Result opened = OpenEntry(*entry, wanted);
    if (opened.ok()) continue;
    note.Append(*entry);
    return opened;
  }
  return JoinFiles(wanted);
}

raw::Result Run(const step::LeaveGroups<const char*>&) {
  return raw::Setgroups(0, nullptr);
}

raw::Result Run(const step::JoinProcess<const char*>& step, int channel) {
  // To join nothing is EINVAL too, and the command would run on the host.
  if (step.namespaces.empty()) return raw::Failure(EINVAL, SYS_setns);
  const raw::Result received = step::ReceivePidfd(channel);
  if (!received.ok()) return received;
  const UniqueFd pidfd(received.fd());
  const raw::Result joined = raw::Setns(pidfd.get(), step.namespaces);
  if (joined.error() != EINVAL) return joined;
  return JoinByProc(pidfd.get(), step.namespaces);
}

raw::Result Run(const step::NewTimeNamespace<const char*>& step) {
  const raw::Result unshared = raw::Unshare(kNewTime);
  if (!unshared.ok()) return unshared;
  if (step.offsets[0] != '\0') {
    // The mount namespace may have been joined: its /proc is not to be trusted.
    const raw::Result wrote = path::WriteInProc(
        "self/timens_offsets", step.offsets, strlen(step.offsets));
    if (!wrote.ok()) return wrote;
  }
  // unshare(2) is about children; execve(2) enters since Linux 6.2 only.
  const raw::Result opened =
      raw::OpenAt(AT_FDCWD, "/proc/self/ns/time_for_children", O_RDONLY);
  if (!opened.ok()) return opened;
  const UniqueFd made(opened.fd());
  return raw::Setns(made.get(), kNewTime);
}

// Not in a copy of the memory, as fork(2) makes one, for a process that ends at
// once (docs/performance.md, "exec").
raw::Result Run(const step::Fork<const char*>& step, int channel,
                uint16_t index, const Continuation& next) {
  char* const here = static_cast<char*>(__builtin_frame_address(0));
  Sister sister = {channel, index, /*pid=*/0, next};
  const raw::Result started = raw::CloneSister(
      step.namespaces, here - kFramesOfTheEnd, RunSister, &sister, &sister.pid);
  if (started.ok()) raw::Exit(0);
  return started;
}

raw::Result Run(const step::BecomeRoot<const char*>&) {
  // EPERM: given up when the group map was written; then there are none of its
  // own to keep either.
  const raw::Result groups = raw::Setgroups(0, nullptr);
  if (!groups.ok() && groups.error() != EPERM) return groups;
  const raw::Result group = raw::Setresgid(0, 0, 0);
  return group.ok() ? raw::Setresuid(0, 0, 0) : group;
}

raw::Result Run(const step::NewCgroupNamespace<const char*>&) {
  return raw::Unshare(kNewCgroup);
}

raw::Result Run(const step::HideMemory<const char*>&) {
  return raw::SetDumpable(false);
}

}  // namespace chmdocker::namespaces
