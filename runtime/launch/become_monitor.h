// The end of a launch whose container shall outlive it: the process that has
// started the container becomes its monitor (runtime/monitor/monitor.h).
#ifndef CHMDOCKER_RUNTIME_LAUNCH_BECOME_MONITOR_H_
#define CHMDOCKER_RUNTIME_LAUNCH_BECOME_MONITOR_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::launch {

// The caller's ends of the standard streams of a container.
struct Streams {
  UniqueFd output;        // the terminal's master, if it has one
  UniqueFd error;         // not valid: it has a terminal
  UniqueFd input;         // not valid: its input is empty, or a terminal
  bool terminal = false;  // `output` is one
};

struct MonitorPart {
  pid_t pid = 0;       // a child of the caller; 0: there is none,
  uint32_t delay = 0;  // and it waits for so many milliseconds
  Streams streams;
  UniqueFd listener;      // for those who attach
  int client = -1;        // the connection of one who has
  int directory = -1;     // where the log is
  uint64_t log_size = 0;  // bytes, a whole number of KiB
  uint32_t log_files = 1;
  // What it becomes then, behind the program's own name; how the container
  // ended is added.
  std::vector<std::string> words;
};

// Returns only if it failed. The monitor is a process of its own session, with
// "/" as its directory, and no descriptors but those it needs.
absl::Status BecomeMonitor(const MonitorPart& part);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_BECOME_MONITOR_H_
