// The new process between clone and the exec of chmdocker-init.
//
// It shares the parent's memory, and the parent sleeps meanwhile (CLONE_VM |
// CLONE_VFORK). Contract of everything it calls: no allocation, no locks, no
// exceptions, no C++ runtime, only //runtime/sys/raw; it leaves by execve or
// _exit.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_CHILD_H_
#define CHMDOCKER_RUNTIME_LAUNCH_CHILD_H_

#include <cstddef>

namespace chmdocker::launch {

struct ChildArguments {
  void* plan_image = nullptr;
  size_t plan_size = 0;  // bytes
  int channel = -1;      // its end of the channel
  int init = -1;         // the sealed memfd
  // Of cgroup v2, to be entered by the child; null: it is there by birth.
  const char* cgroup_file = nullptr;
  unsigned preserved = 0;  // descriptors from 3 on that init keeps
  int start = 0;           // what AwaitStart listens on; 0: nothing
  const char* const* init_argv = nullptr;
  bool failed = false;  // out, for the parent: a step failed, and is reported
  // Its standard input, output and error; -1: the parent's.
  int stdio[3] = {-1, -1, -1};
};

// Enters the cgroup, and runs the plan's steps of Actor::kChild; the last of
// them is ExecInit. `arguments` is a ChildArguments. Does not return.
int RunChild(void* arguments);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_CHILD_H_
