// Work on files of users that are not the caller's: those of images.
#ifndef CHMDOCKER_RUNTIME_IMAGE_WITH_IDS_H_
#define CHMDOCKER_RUNTIME_IMAGE_WITH_IDS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace chmdocker::image {

struct WithIds {
  std::string answer;
  // Why an ordinary user has one id only, and what mends it; or "".
  std::string note;
};

// Calls `work` with rights over the ids that the caller's containers have, and
// returns its answer: at once for root; for an ordinary user in a process of
// its own, in a user namespace as container::Run makes one, with the ranges of
// subuid(5) or, if there are none, with a single id. Where no user namespace
// can be made, as the caller is. The caller must have one thread.
absl::StatusOr<WithIds> CallWithIds(
    absl::FunctionRef<absl::StatusOr<std::string>()> work);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_WITH_IDS_H_
