// --ulimit TYPE=SOFT[:HARD]. Pure.
#ifndef CHMDOCKER_CLI_ULIMIT_H_
#define CHMDOCKER_CLI_ULIMIT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/spec/process.h"

namespace chmdocker::cli {

// "nofile=1024:4096"; one number is both limits, -1 is unlimited. A type that
// was there is replaced.
absl::Status ReadUlimit(absl::string_view text, std::vector<spec::Rlimit>& out);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_ULIMIT_H_
