#include "runtime/launch/child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include <cstdint>
#include <initializer_list>

#include "runtime/base/fd_path.h"
#include "runtime/base/unique_fd.h"
#include "runtime/namespaces/namespace_setup.h"
#include "runtime/namespaces/proc_file.h"
#include "runtime/path/procfs.h"
#include "runtime/step/message.h"
#include "runtime/step/plan_reader.h"
#include "runtime/step/report.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/directory.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

using step::StepKind;

constexpr int kFailure = 125;

// On a bare host without /proc, or with something else there: up to what a
// limit may be raised to by default (/proc/sys/fs/nr_open).
raw::Result HideOneByOne(int first) {
  constexpr int kMost = 1 << 20;
  for (int fd = first; fd < kMost; ++fd) (void)raw::SetCloseOnExec(fd, true);
  return {};
}

// Those that are open, as a real /proc lists them.
raw::Result HideListed(int first) {
  const raw::Result opened =
      path::OpenInProc("self/fd", O_RDONLY | O_DIRECTORY);
  if (!opened.ok()) return opened;
  const UniqueFd list(opened.fd());
  char records[1024];
  for (;;) {
    const raw::Result got = raw::Getdents(list.get(), records, sizeof(records));
    if (!got.ok() || got.value == 0) return got;
    raw::DirectoryEntries entries(records, got.value);
    for (raw::DirectoryEntry entry; entries.Next(&entry);) {
      const int fd = atoi(entry.name);
      if (fd >= first) (void)raw::SetCloseOnExec(fd, true);
    }
  }
}

// What the caller left open is no business of init's: processes of a container
// that init joins could reach it there. Before Linux 5.11, and where a seccomp
// filter forbids the call, there is a way without close_range(2).
raw::Result HideDescriptors(unsigned preserved) {
  const unsigned first = 3 + preserved;
  const raw::Result hidden = raw::CloseRangeOnExec(first, ~0U);
  if (hidden.error() != ENOSYS && hidden.error() != EINVAL &&
      hidden.error() != EPERM) {
    return hidden;
  }
  const raw::Result listed = HideListed(static_cast<int>(first));
  return listed.ok() ? listed : HideOneByOne(static_cast<int>(first));
}

// In this process's own descriptor table only.
raw::Result SetStdio(const ChildArguments& arguments) {
  raw::Result set = {0, SYS_dup3};
  for (int i = 0; i < 3 && set.ok(); ++i) {
    if (arguments.stdio[i] >= 0) set = raw::Dup3(arguments.stdio[i], i, 0);
  }
  return set;
}

raw::Result ExecInit(const ChildArguments& arguments) {
  static constexpr const char* kNoEnvironment[] = {nullptr};
  const raw::Result hidden = HideDescriptors(arguments.preserved);
  if (!hidden.ok()) return hidden;
  const raw::Result set = SetStdio(arguments);
  if (!set.ok()) return set;
  // In this process's own descriptor table only.
  for (const int fd : {arguments.channel, arguments.init, arguments.start}) {
    if (fd <= 0) continue;
    const raw::Result kept = raw::SetCloseOnExec(fd, false);
    if (!kept.ok()) return kept;
  }
  const raw::Result failed =
      raw::ExecveFd(arguments.init, arguments.init_argv, kNoEnvironment);
  if (failed.error() != ENOENT) return failed;
  // TOMOYO before Linux 6.13 looks for the file by the name "/dev/fd/N", which
  // the /dev of a bare host does not have.
  return raw::Execve(FdPath(arguments.init).c_str(), arguments.init_argv,
                     kNoEnvironment);
}

// One case per kind of step. The kinds of the other actors never get here.
raw::Result RunStep(step::PlanReader& plan, const ChildArguments& arguments) {
  switch (plan.step().kind) {
    case StepKind::kDenySetgroups:
      return namespaces::Run(plan.Read<step::DenySetgroups>());
    case StepKind::kWriteIdMap:
      return namespaces::Run(plan.Read<step::WriteIdMap>());
    case StepKind::kExecInit:
      return ExecInit(arguments);
    case StepKind::kClone:
    case StepKind::kEnterCgroup:
    case StepKind::kLeaveGroups:
    case StepKind::kJoinNamespaces:
    case StepKind::kSendProcess:
    case StepKind::kJoinProcess:
    case StepKind::kNewTimeNamespace:
    case StepKind::kFork:
    case StepKind::kReceiveProcess:
    case StepKind::kMapIds:
    case StepKind::kBecomeRoot:
    case StepKind::kNewCgroupNamespace:
    case StepKind::kHideMemory:
    case StepKind::kDieWithParent:
    case StepKind::kNewSession:
    case StepKind::kResetSignals:
    case StepKind::kSetHostname:
    case StepKind::kBringUpLoopback:
    case StepKind::kSetDomainname:
    case StepKind::kSetOomScore:
    case StepKind::kSetRlimit:
    case StepKind::kSetScheduler:
    case StepKind::kSetIoPriority:
    case StepKind::kSetCpuAffinity:
    case StepKind::kSetPersonality:
    case StepKind::kSetMemoryPolicy:
    case StepKind::kSetSysctl:
    case StepKind::kSetUmask:
    case StepKind::kSetExecLabel:
    case StepKind::kJoinKeyring:
    case StepKind::kSetPropagation:
    case StepKind::kMountOverlay:
    case StepKind::kOpenRootfs:
    case StepKind::kMountFilesystem:
    case StepKind::kBindMount:
    case StepKind::kSetMountAttributes:
    case StepKind::kMakeDevice:
    case StepKind::kMakeDirectory:
    case StepKind::kMakeSymlink:
    case StepKind::kMaskPath:
    case StepKind::kPivotRoot:
    case StepKind::kMoveRoot:
    case StepKind::kSendMount:
    case StepKind::kSendFilter:
    case StepKind::kReceiveFilter:
    case StepKind::kOpenTerminal:
    case StepKind::kReceiveTerminal:
    case StepKind::kNullStdin:
    case StepKind::kChangeDirectory:
    case StepKind::kSignal:
    case StepKind::kAwait:
    case StepKind::kRunHooks:
    case StepKind::kOutliveParent:
    case StepKind::kAwaitStart:
    case StepKind::kFindExecutable:
    case StepKind::kFindHome:
    case StepKind::kNoNewPrivileges:
    case StepKind::kRestrictAccess:
    case StepKind::kLoadSeccomp:
    case StepKind::kLimitCapabilities:
    case StepKind::kGiveTerminal:
    case StepKind::kSetUser:
    case StepKind::kSetCapabilities:
    case StepKind::kCloseFds:
    case StepKind::kStayAsInit:
    case StepKind::kExec:
      break;
  }
  return raw::Failure(EINVAL, SYS_execveat);
}

// What Clone could not do: it is its failure.
bool EnterCgroup(const ChildArguments& arguments) {
  if (arguments.cgroup_file == nullptr) return true;
  const raw::Result wrote =
      namespaces::WriteProcFile(arguments.cgroup_file, "0");
  if (wrote.ok()) return true;
  step::Note note;
  note.Append("writing 0 to \"").Append(arguments.cgroup_file).Append("\"");
  step::ReportFailure(arguments.channel, 0, wrote, note);
  return false;
}

}  // namespace

int RunChild(void* opaque) {
  ChildArguments& arguments = *static_cast<ChildArguments*>(opaque);
  if (!EnterCgroup(arguments)) {
    arguments.failed = true;
    raw::Exit(kFailure);
  }
  step::PlanReader plan(arguments.plan_image, arguments.plan_size);
  while (plan.Next()) {
    if (plan.step().actor != step::Actor::kChild) continue;
    const uint64_t start = plan.trace() ? raw::MonotonicNanoseconds() : 0;
    const raw::Result result = RunStep(plan, arguments);
    if (!result.ok()) {
      arguments.failed = true;
      step::ReportFailure(arguments.channel, plan.index(), result,
                          step::Note());
      break;
    }
    if (plan.trace()) {
      step::ReportDone(arguments.channel, plan.index(), 0,
                       raw::MonotonicNanoseconds() - start);
    }
  }
  raw::Exit(kFailure);
}

}  // namespace chmdocker::launch
