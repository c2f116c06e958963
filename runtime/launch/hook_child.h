// A hook's process, from its fork to its exec.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_HOOK_CHILD_H_
#define CHMDOCKER_RUNTIME_LAUNCH_HOOK_CHILD_H_

#include "runtime/launch/join.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::launch {

// What the child tells its parent, in memory that they share. It is not
// reachable from the container: the mapping ends with the exec.
struct HookReport {
  raw::Result failure;  // of the last step before the exec, or of the exec
  bool failed = false;
  long pid = 0;  // of the hook, if it is not the forked child itself
};

struct HookChild {
  // execve(2)'s.
  const char* path = nullptr;
  const char* const* argv = nullptr;
  const char* const* environment = nullptr;
  const char* directory = nullptr;  // working directory
  int state = -1;                   // standard input
  int output = -1;                  // standard output and error
  // Of the container's namespaces; null: the caller's are kept.
  const JoinTarget* target = nullptr;
  int program = -1;  // with `target`: the hook, opened before it joins
  HookReport* report = nullptr;
};

// Called in a forked child. Never returns.
[[noreturn]] void RunHookChild(const HookChild& hook);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_HOOK_CHILD_H_
