// How the process that starts a kept container tells its caller what became of
// it: one status over a pipe.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_KEEPER_REPORT_H_
#define CHMDOCKER_RUNTIME_CONTAINER_KEEPER_REPORT_H_

#include "absl/status/status.h"

namespace chmdocker::container {

// `fd` is the pipe's end for writing. With its payloads: the exit code depends
// on them.
void Report(int fd, const absl::Status& status);

// Waits until the other end is closed. The last status counts; Aborted when
// there was none.
absl::Status ReadReport(int fd);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_KEEPER_REPORT_H_
