// Processors and memory nodes on the command line. Pure.
#ifndef CHMDOCKER_CLI_PROCESSORS_H_
#define CHMDOCKER_CLI_PROCESSORS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// --cpus: 0.5, 2, in billionths of a processor. Up to nine digits behind the
// point.
absl::Status ReadCpus(absl::string_view text, std::optional<uint64_t>& out);

// Whether a host with `processors` of them has so many.
absl::Status CheckCpus(uint64_t billionths, uint32_t processors);

// --cpuset-cpus and --cpuset-mems: "0-3,7".
absl::Status ReadNumbers(absl::string_view text, std::string& out);

// Whether the numbers of `list` are all in `available`, which is the content of
// a file of /sys, as "0-7\n". `flag` is "--cpuset-cpus", `things` what has
// these numbers: "CPUs".
absl::Status CheckNumbers(absl::string_view flag, absl::string_view list,
                          absl::string_view things,
                          absl::string_view available);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_PROCESSORS_H_
