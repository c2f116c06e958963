#include "cli/targets.h"

#include <unistd.h>

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/directory.h"
#include "runtime/state/names.h"

namespace chmdocker::cli {

Target FindTarget(const container::Runtime& runtime, const std::string& word) {
  const bool is_id =
      !state::CheckId(word).ok() ||
      access(absl::StrCat(runtime.root, "/", word).c_str(), F_OK) == 0;
  if (!is_id) {
    absl::StatusOr<std::string> id = FindKept(runtime, word);
    if (id.ok()) {
      return {container::KeptRuntime(runtime), *std::move(id), /*kept=*/true};
    }
  }
  return {runtime, word};
}

absl::StatusOr<std::string> FindKept(const container::Runtime& runtime,
                                     const std::string& word) {
  return state::FindContainer(container::PlacesOf(runtime), word);
}

}  // namespace chmdocker::cli
