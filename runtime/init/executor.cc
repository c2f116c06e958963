#include "runtime/init/executor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdint>

#include "runtime/base/unique_fd.h"
#include "runtime/exec/attribute_setup.h"
#include "runtime/exec/exec_setup.h"
#include "runtime/exec/home_setup.h"
#include "runtime/exec/reaper_setup.h"
#include "runtime/exec/session_setup.h"
#include "runtime/init/gate.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/namespaces/join_setup.h"
#include "runtime/namespaces/namespace_setup.h"
#include "runtime/security/label_setup.h"
#include "runtime/security/landlock_setup.h"
#include "runtime/security/privilege_setup.h"
#include "runtime/step/message.h"
#include "runtime/step/plan_reader.h"
#include "runtime/step/report.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::init {
namespace {

using step::StepKind;

// What steps leave for later ones.
struct Context {
  int channel = -1;
  int start = 0;
  mounts::Rootfs rootfs;
  bool directory_denied = false;
  exec::Home home;
  size_t filter_size = 0;   // instructions of received_filter
  uint64_t step_start = 0;  // of Clock
  bool filtered = false;    // by the command's own filter
  step::Note note;
};

raw::Result NullStdin(const step::NullStdin<const char*>& step,
                      const mounts::Rootfs& rootfs) {
  const raw::Result opened = mounts::OpenPlace(step.device, O_RDONLY, rootfs);
  if (!opened.ok()) return opened;
  const UniqueFd null(opened.fd());
  return raw::Dup3(null.get(), STDIN_FILENO, 0);
}

raw::Result OpenTerminal(const step::OpenTerminal<const char*>& step,
                         uint16_t index, Context& context) {
  const raw::Result opened =
      mounts::OpenPlace(step.multiplexer, O_RDWR | O_NOCTTY, context.rootfs);
  if (!opened.ok()) return opened;
  const UniqueFd master(opened.fd());
  // The container, or its image, may have put anything there.
  struct stat status;
  if (const raw::Result got = raw::Fstat(master.get(), &status); !got.ok()) {
    return got;
  }
  if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(5, 2)) {
    return raw::Failure(ENODEV, SYS_openat);
  }
  int peer = -1;
  const raw::Result adopted = exec::AdoptTerminal(master.get(), &peer);
  const UniqueFd peer_owner(peer);
  if (!adopted.ok()) return adopted;
  if (step.bind_console) {
    const raw::Result bound =
        mounts::BindConsole(peer, step.api, context.rootfs);
    if (!bound.ok()) return bound;
  }
  return step::SendTerminal(context.channel, index, master.get());
}

// A weaker /proc is told; what else has a substitute is as good with it.
raw::Result MountFilesystem(const step::MountFilesystem<const char*>& step,
                            uint16_t index, Context& context) {
  const raw::Result mounted = mounts::Run(step, context.rootfs);
  if (mounted.value <= 0 || step.weaker_data[0] == '\0') return mounted;
  return step::SendWeaker(context.channel, index,
                          static_cast<int>(mounted.value));
}

raw::Result BindMount(const step::BindMount<const char*>& step,
                      Context& context) {
  if (step.source.slot == step::FdSlot::kSent) {
    const raw::Result received = step::ReceiveMount(context.channel);
    if (!received.ok()) return received;
    context.rootfs.sent.reset(received.fd());
  }
  return mounts::Run(step, context.rootfs);
}
raw::Result Exec(const step::Exec<const char*>& step, Context& context) {
  exec::FillHome(step.environment, context.home);
  return exec::Run(step, context.note);
}

// Of all that is sent to init the one thing that is not small: only here, that
// no page of it is touched without a filter.
step::FilterPacket received_filter;

raw::Result ReceiveFilter(Context& context) {
  const raw::Result received =
      step::ReceiveProgram(context.channel, &received_filter);
  if (!received.ok()) return received;
  context.filter_size = static_cast<size_t>(received.value);
  return {};
}

raw::Result LoadSeccomp(step::LoadSeccomp<const char*> step, uint16_t index,
                        Context& context) {
  if (step.filter.size == 0) {
    step.filter.data = received_filter.program;
    step.filter.size = context.filter_size;
    step.flags = static_cast<uint32_t>(received_filter.message.error);
  }
  const raw::Result loaded = security::Run(step, context.channel, index);
  context.filtered = loaded.ok();
  return loaded;
}

// What init goes on with behind Fork.
struct Rest {
  step::PlanReader& plan;
  Context& context;
};

void RunRest(void* rest);

raw::Result Fork(step::PlanReader& plan, Context& context) {
  Rest rest = {plan, context};
  return namespaces::Run(plan.Read<step::Fork>(), context.channel, plan.index(),
                         {RunRest, &rest});
}

// One case per kind of step. The kinds of the other actors never get here.
raw::Result RunStep(step::PlanReader& plan, Context& context) {
  const mounts::Rootfs& rootfs = context.rootfs;
  switch (plan.step().kind) {
    case StepKind::kEnterCgroup:
      return namespaces::Run(plan.Read<step::EnterCgroup>(), context.note);
    case StepKind::kLeaveGroups:
      return namespaces::Run(plan.Read<step::LeaveGroups>());
    case StepKind::kJoinNamespaces:
      return namespaces::Run(plan.Read<step::JoinNamespaces>(), context.note);
    case StepKind::kJoinProcess:
      return namespaces::Run(plan.Read<step::JoinProcess>(), context.channel);
    case StepKind::kNewTimeNamespace:
      return namespaces::Run(plan.Read<step::NewTimeNamespace>());
    case StepKind::kFork:
      return Fork(plan, context);
    case StepKind::kBecomeRoot:
      return namespaces::Run(plan.Read<step::BecomeRoot>());
    case StepKind::kNewCgroupNamespace:
      return namespaces::Run(plan.Read<step::NewCgroupNamespace>());
    case StepKind::kHideMemory:
      return namespaces::Run(plan.Read<step::HideMemory>());
    case StepKind::kDieWithParent:
      return exec::Run(plan.Read<step::DieWithParent>(), context.channel);
    case StepKind::kNewSession:
      return exec::Run(plan.Read<step::NewSession>());
    case StepKind::kResetSignals:
      return exec::Run(plan.Read<step::ResetSignals>());
    case StepKind::kSetHostname:
      return namespaces::Run(plan.Read<step::SetHostname>());
    case StepKind::kBringUpLoopback:
      return namespaces::Run(plan.Read<step::BringUpLoopback>());
    case StepKind::kSetDomainname:
      return namespaces::Run(plan.Read<step::SetDomainname>());
    case StepKind::kSetOomScore:
      return exec::Run(plan.Read<step::SetOomScore>());
    case StepKind::kSetRlimit:
      return exec::Run(plan.Read<step::SetRlimit>());
    case StepKind::kSetScheduler:
      return exec::Run(plan.Read<step::SetScheduler>());
    case StepKind::kSetIoPriority:
      return exec::Run(plan.Read<step::SetIoPriority>());
    case StepKind::kSetCpuAffinity:
      return exec::Run(plan.Read<step::SetCpuAffinity>());
    case StepKind::kSetPersonality:
      return exec::Run(plan.Read<step::SetPersonality>());
    case StepKind::kSetMemoryPolicy:
      return exec::Run(plan.Read<step::SetMemoryPolicy>());
    case StepKind::kSetSysctl:
      return exec::Run(plan.Read<step::SetSysctl>());
    case StepKind::kSetUmask:
      return exec::Run(plan.Read<step::SetUmask>());
    case StepKind::kSetExecLabel:
      return security::Run(plan.Read<step::SetExecLabel>(), context.note);
    case StepKind::kJoinKeyring:
      return security::Run(plan.Read<step::JoinKeyring>(), context.note);
    case StepKind::kSetPropagation:
      return mounts::Run(plan.Read<step::SetPropagation>(), rootfs);
    case StepKind::kMountOverlay:
      return mounts::Run(plan.Read<step::MountOverlay>());
    case StepKind::kOpenRootfs:
      return mounts::Run(plan.Read<step::OpenRootfs>(), context.rootfs);
    case StepKind::kMountFilesystem:
      return MountFilesystem(plan.Read<step::MountFilesystem>(), plan.index(),
                             context);
    case StepKind::kBindMount:
      return BindMount(plan.Read<step::BindMount>(), context);
    case StepKind::kSetMountAttributes:
      return mounts::Run(plan.Read<step::SetMountAttributes>(), rootfs);
    case StepKind::kMakeDevice:
      return mounts::Run(plan.Read<step::MakeDevice>(), rootfs);
    case StepKind::kMakeDirectory:
      return mounts::Run(plan.Read<step::MakeDirectory>(), rootfs);
    case StepKind::kMakeSymlink:
      return mounts::Run(plan.Read<step::MakeSymlink>(), rootfs);
    case StepKind::kMaskPath:
      return mounts::Run(plan.Read<step::MaskPath>(), context.rootfs);
    case StepKind::kPivotRoot:
      return mounts::Run(plan.Read<step::PivotRoot>(), context.rootfs);
    case StepKind::kMoveRoot:
      return mounts::Run(plan.Read<step::MoveRoot>(), context.rootfs);
    case StepKind::kOpenTerminal:
      return OpenTerminal(plan.Read<step::OpenTerminal>(), plan.index(),
                          context);
    case StepKind::kNullStdin:
      return NullStdin(plan.Read<step::NullStdin>(), rootfs);
    case StepKind::kChangeDirectory:
      return exec::Run(plan.Read<step::ChangeDirectory>(),
                       &context.directory_denied);
    case StepKind::kSignal:
      return step::SendSignal(context.channel, plan.index());
    case StepKind::kAwait:
      // Meanwhile a hook may mount whatever it likes here.
      context.rootfs.parent.Forget();
      return step::AwaitSignal(context.channel);
    case StepKind::kOutliveParent:
      return exec::Run(plan.Read<step::OutliveParent>());
    case StepKind::kAwaitStart:
      return AwaitStart(context.start, context.channel);
    case StepKind::kFindExecutable:
      return exec::Run(plan.Read<step::FindExecutable>(),
                       !context.directory_denied, context.note);
    case StepKind::kFindHome:
      return exec::Run(plan.Read<step::FindHome>(), context.home);
    case StepKind::kNoNewPrivileges:
      return security::Run(plan.Read<step::NoNewPrivileges>());
    case StepKind::kRestrictAccess:
      return security::Run(plan.Read<step::RestrictAccess>(), context.note);
    case StepKind::kReceiveFilter:
      return ReceiveFilter(context);
    case StepKind::kLoadSeccomp:
      return LoadSeccomp(plan.Read<step::LoadSeccomp>(), plan.index(), context);
    case StepKind::kLimitCapabilities:
      return security::Run(plan.Read<step::LimitCapabilities>());
    case StepKind::kGiveTerminal:
      return exec::Run(plan.Read<step::GiveTerminal>());
    case StepKind::kSetUser:
      return security::Run(plan.Read<step::SetUser>(), context.note);
    case StepKind::kSetCapabilities:
      return security::Run(plan.Read<step::SetCapabilities>(), context.note);
    case StepKind::kCloseFds:
      return exec::Run(plan.Read<step::CloseFds>(), context.channel);
    case StepKind::kStayAsInit:
      return exec::Run(plan.Read<step::StayAsInit>(), context.channel);
    case StepKind::kExec:
      return Exec(plan.Read<step::Exec>(), context);
    case StepKind::kClone:
    case StepKind::kDenySetgroups:
    case StepKind::kWriteIdMap:
    case StepKind::kExecInit:
    case StepKind::kSendProcess:
    case StepKind::kReceiveProcess:
    case StepKind::kMapIds:
    case StepKind::kReceiveTerminal:
    case StepKind::kRunHooks:
    case StepKind::kSendMount:
    case StepKind::kSendFilter:
      break;
  }
  return raw::Failure(EINVAL, SYS_execve);
}

// Steps whose own message tells the parent that they are done; and a filter,
// behind which nothing is said that need not be: it may forbid to.
bool TellsByItself(StepKind kind) {
  return kind == StepKind::kSignal || kind == StepKind::kOpenTerminal ||
         kind == StepKind::kLoadSeccomp || kind == StepKind::kStayAsInit;
}

// Nanoseconds, for a trace. Not behind a filter, which may kill for the call.
uint64_t Clock(const step::PlanReader& plan, const Context& context) {
  return plan.trace() && !context.filtered ? raw::MonotonicNanoseconds() : 0;
}

// Whether the plan goes on behind the step.
bool Report(const step::PlanReader& plan, const raw::Result& result,
            const Context& context) {
  const bool passed_over =
      !result.ok() && result.error() == plan.step().ignored_error;
  if (!result.ok() && !passed_over) {
    step::ReportFailure(context.channel, plan.index(), result, context.note);
    return false;
  }
  // CloseFds is told in any case: from then on a closed channel means that Exec
  // worked, and before it that init was killed.
  const bool told = plan.trace() || plan.step().kind == StepKind::kCloseFds;
  if (told && !TellsByItself(plan.step().kind)) {
    step::ReportDone(context.channel, plan.index(), result.error(),
                     Clock(plan, context) - context.step_start);
  }
  return true;
}

[[noreturn]] void RunOthers(step::PlanReader& plan, Context& context) {
  while (plan.Next()) {
    if (plan.step().actor != step::Actor::kInit) continue;
    context.step_start = Clock(plan, context);
    if (!Report(plan, RunStep(plan, context), context)) raw::Exit(kFailure);
  }
  // Not reached with a plan that CheckPlan passed.
  step::ReportFailure(context.channel, plan.index(),
                      raw::Failure(EBADMSG, SYS_execve), context.note);
  raw::Exit(kFailure);
}

void RunRest(void* opaque) {
  const Rest& rest = *static_cast<const Rest*>(opaque);
  if (Report(rest.plan, {}, rest.context)) RunOthers(rest.plan, rest.context);
  raw::Exit(kFailure);
}

}  // namespace

void RunSteps(step::PlanReader& plan, int channel, int start) {
  Context context;
  context.channel = channel;
  context.start = start;
  RunOthers(plan, context);
}

}  // namespace chmdocker::init
