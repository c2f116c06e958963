#include "cli/command.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/quote.h"

namespace chmdocker::cli {

absl::StatusOr<std::string> OnlyId(const std::vector<std::string>& words) {
  if (words.empty()) {
    return absl::InvalidArgumentError("wants a container id");
  }
  if (words.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "wants one container id, and nothing behind it: ", Quote(words[1])));
  }
  return words[0];
}

}  // namespace chmdocker::cli
