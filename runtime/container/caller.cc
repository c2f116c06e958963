#include "runtime/container/caller.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::container {

absl::Status CheckPreserved(const Runtime& runtime, uint64_t count) {
  if (count <= runtime.inherited_fds) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--preserve-fds: ", count, " descriptors are to be kept, and ",
      runtime.inherited_fds, " are open from 3 on"));
}

}  // namespace chmdocker::container
