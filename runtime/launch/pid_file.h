// The file that an engine learns a process's number from.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_PID_FILE_H_
#define CHMDOCKER_RUNTIME_LAUNCH_PID_FILE_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace chmdocker::launch {

// Writes `pid` to `path`, in decimal and without a newline, as runc does.
// Whoever waits for the file never sees half of it: it is written under another
// name in the same directory, and renamed.
absl::Status WritePidFile(const std::string& path, pid_t pid);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_PID_FILE_H_
