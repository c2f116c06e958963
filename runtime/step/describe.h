// A step in one line, for Explain: one overload a kind, and a .cc a subject. A
// kind without a line does not compile.
#ifndef CHMDOCKER_RUNTIME_STEP_DESCRIBE_H_
#define CHMDOCKER_RUNTIME_STEP_DESCRIBE_H_

#include <string>

#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::step {

// namespace_steps.h
std::string Describe(const Clone<std::string>& s);
std::string Describe(const DenySetgroups<std::string>& s);
std::string Describe(const WriteIdMap<std::string>& s);
std::string Describe(const EnterCgroup<std::string>& s);
std::string Describe(const LeaveGroups<std::string>& s);
std::string Describe(const JoinNamespaces<std::string>& s);
std::string Describe(const JoinProcess<std::string>& s);
std::string Describe(const NewTimeNamespace<std::string>& s);
std::string Describe(const Fork<std::string>& s);
std::string Describe(const MapIds<std::string>& s);
std::string Describe(const BecomeRoot<std::string>& s);
std::string Describe(const NewCgroupNamespace<std::string>& s);
std::string Describe(const SetHostname<std::string>& s);
std::string Describe(const SetDomainname<std::string>& s);
std::string Describe(const BringUpLoopback<std::string>& s);
std::string Describe(const SetSysctl<std::string>& s);

// mount_steps.h
std::string Describe(const SetPropagation<std::string>& s);
std::string Describe(const MountOverlay<std::string>& s);
std::string Describe(const OpenRootfs<std::string>& s);
std::string Describe(const MountFilesystem<std::string>& s);
std::string Describe(const BindMount<std::string>& s);
std::string Describe(const SetMountAttributes<std::string>& s);
std::string Describe(const SendMount<std::string>& s);
std::string Describe(const MakeDevice<std::string>& s);
std::string Describe(const MakeDirectory<std::string>& s);
std::string Describe(const MakeSymlink<std::string>& s);
std::string Describe(const MaskPath<std::string>& s);
std::string Describe(const PivotRoot<std::string>& s);
std::string Describe(const MoveRoot<std::string>& s);

// process_steps.h
std::string Describe(const NewSession<std::string>& s);
std::string Describe(const ResetSignals<std::string>& s);
std::string Describe(const SetOomScore<std::string>& s);
std::string Describe(const SetRlimit<std::string>& s);
std::string Describe(const SetScheduler<std::string>& s);
std::string Describe(const SetIoPriority<std::string>& s);
std::string Describe(const SetCpuAffinity<std::string>& s);
std::string Describe(const SetPersonality<std::string>& s);
std::string Describe(const SetMemoryPolicy<std::string>& s);
std::string Describe(const SetUmask<std::string>& s);
std::string Describe(const OpenTerminal<std::string>& s);
std::string Describe(const ReceiveTerminal<std::string>& s);
std::string Describe(const GiveTerminal<std::string>& s);
std::string Describe(const NullStdin<std::string>& s);
std::string Describe(const ChangeDirectory<std::string>& s);
std::string Describe(const FindExecutable<std::string>& s);
std::string Describe(const FindHome<std::string>& s);
std::string Describe(const CloseFds<std::string>& s);
std::string Describe(const StayAsInit<std::string>& s);
std::string Describe(const Exec<std::string>& s);

// rights_steps.h
std::string Describe(const SetExecLabel<std::string>& s);
std::string Describe(const JoinKeyring<std::string>& s);
std::string Describe(const NoNewPrivileges<std::string>& s);
std::string Describe(const RestrictAccess<std::string>& s);
std::string Describe(const SendFilter<std::string>& s);
std::string Describe(const ReceiveFilter<std::string>& s);
std::string Describe(const LoadSeccomp<std::string>& s);
std::string Describe(const LimitCapabilities<std::string>& s);
std::string Describe(const SetUser<std::string>& s);
std::string Describe(const SetCapabilities<std::string>& s);

// launch_steps.h
std::string Describe(const ExecInit<std::string>& s);
std::string Describe(const SendProcess<std::string>& s);
std::string Describe(const ReceiveProcess<std::string>& s);
std::string Describe(const HideMemory<std::string>& s);
std::string Describe(const DieWithParent<std::string>& s);
std::string Describe(const OutliveParent<std::string>& s);
std::string Describe(const AwaitStart<std::string>& s);
std::string Describe(const Signal<std::string>& s);
std::string Describe(const Await<std::string>& s);
std::string Describe(const RunHooks<std::string>& s);

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_DESCRIBE_H_
