// The closed set of steps that set a container up.
//
// A step is one system call or one fixed idiom; it holds no descriptor number,
// pid, address, time or random value, so that the same input always gives the
// same plan. Control flow, and what happens after the set-up (reaping, signals,
// the terminal's data), is not in here.
//
// Each step is a struct template over how it holds text: std::string where
// plans are made (setup_plan.h), const char* where they are executed
// (plan_reader.h). Visit lists the fields once; the encoding follows from it.
//
// To add a step: a StepKind, a struct in the header of its subject and its
// place in AllSteps; then whatever the compiler names: its line in describe.h,
// its purpose and name, its actor in check_actors.cc, its case in the
// executors; a golden and a test on the kernel.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_STEP_STEP_H_
#define CHMDOCKER_RUNTIME_STEP_STEP_H_

#include "runtime/step/launch_steps.h"
#include "runtime/step/mount_steps.h"
#include "runtime/step/namespace_steps.h"
#include "runtime/step/process_steps.h"
#include "runtime/step/rights_steps.h"
#include "runtime/step/step_kind.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {

// Use<...> of every kind of step.
template <template <template <class> class...> class Use>
using AllSteps =
    Use<Clone, DenySetgroups, WriteIdMap, ExecInit, EnterCgroup, LeaveGroups,
        JoinNamespaces, SendProcess, JoinProcess, NewTimeNamespace, Fork,
        ReceiveProcess, MapIds, BecomeRoot, NewCgroupNamespace, HideMemory,
        DieWithParent, NewSession, ResetSignals, SetHostname, BringUpLoopback,
        SetDomainname, SetOomScore, SetRlimit, SetScheduler, SetIoPriority,
        SetCpuAffinity, SetPersonality, SetMemoryPolicy, SetSysctl, SetUmask,
        SetExecLabel, JoinKeyring, SetPropagation, MountOverlay, OpenRootfs,
        MountFilesystem, BindMount, SetMountAttributes, MakeDevice,
        MakeDirectory, MakeSymlink, MaskPath, PivotRoot, MoveRoot, SendMount,
        SendFilter, ReceiveFilter, OpenTerminal, ReceiveTerminal, NullStdin,
        ChangeDirectory, Signal, Await, RunHooks, OutliveParent, AwaitStart,
        FindExecutable, FindHome, NoNewPrivileges, RestrictAccess, LoadSeccomp,
        LimitCapabilities, GiveTerminal, SetUser, SetCapabilities, CloseFds,
        StayAsInit, Exec>;

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_STEP_H_
