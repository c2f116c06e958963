// chmdocker-init and its plan in one sealed memfd.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_SEAL_H_
#define CHMDOCKER_RUNTIME_LAUNCH_SEAL_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::launch {

// A file that nobody can change any more, not even root in the container, and
// that shares no page with a file of the host (CVE-2019-5736, CVE-2022-0847,
// CVE-2026-31431). chmdocker-init is its beginning; it reads the plan from the
// same file.
struct SealedInit {
  UniqueFd file;
  size_t plan_offset = 0;  // bytes
  size_t plan_size = 0;
};

absl::StatusOr<SealedInit> SealInit(const std::vector<uint64_t>& plan_image);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_SEAL_H_
