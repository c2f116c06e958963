#include "runtime/container/places.h"

#include <unistd.h>

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/directory.h"
#include "runtime/state/names.h"

namespace chmdocker::container {

state::Places PlacesOf(const Runtime& runtime) {
  return {absl::StrCat(runtime.data_root, "/names"),
          absl::StrCat(runtime.data_root, "/containers")};
}

Runtime KeptRuntime(const Runtime& runtime) {
  Runtime kept = runtime;
  kept.root = PlacesOf(runtime).containers;
  return kept;
}

Target FindTarget(const Runtime& runtime, const std::string& word) {
  const bool is_id =
      !state::CheckId(word).ok() ||
      access(absl::StrCat(runtime.root, "/", word).c_str(), F_OK) == 0;
  if (!is_id) {
    absl::StatusOr<std::string> id = FindKept(runtime, word);
    if (id.ok()) return {KeptRuntime(runtime), *std::move(id), /*kept=*/true};
  }
  return {runtime, word};
}

absl::StatusOr<std::string> FindKept(const Runtime& runtime,
                                     const std::string& word) {
  return state::FindContainer(PlacesOf(runtime), word);
}

}  // namespace chmdocker::container
