// chmdocker-init as a monitor: the process that stays with a detached
// container. It writes the log, serves those who attach, waits for the end of
// the container's first process, which is its child, and then becomes chmdocker
// again, which knows what to do about it: `chmdocker ... ended ID exited:3`.
//
// Part of chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_MONITOR_MONITOR_H_
#define CHMDOCKER_RUNTIME_MONITOR_MONITOR_H_

#include "runtime/monitor/settings.h"

namespace chmdocker::monitor {

// `words`, which ends with null, are what the program becomes. The last of them
// is replaced by how the container ended: "exited:CODE", "killed:SIGNAL",
// "unknown", or "waited" when there was none.
[[noreturn]] void Run(const Settings& settings, const char** words);

}  // namespace chmdocker::monitor

#endif  // CHMDOCKER_RUNTIME_MONITOR_MONITOR_H_
