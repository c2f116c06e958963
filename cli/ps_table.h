// The lines of ps(1) that are about some processes.
#ifndef CHMDOCKER_CLI_PS_TABLE_H_
#define CHMDOCKER_CLI_PS_TABLE_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// What the host's ps prints for `words`, which may be any of its options that
// leave a column PID.
absl::StatusOr<std::string> RunPs(const std::vector<std::string>& words);

// The heading, and the lines whose PID is one of `pids`. InvalidArgument: there
// is no column PID.
absl::StatusOr<std::string> FilterPs(absl::string_view table,
                                     const std::vector<pid_t>& pids);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_PS_TABLE_H_
