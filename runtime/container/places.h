// Where containers are, and which one a word means.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_PLACES_H_
#define CHMDOCKER_RUNTIME_CONTAINER_PLACES_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/names.h"

namespace chmdocker::container {

// Of the kept containers (keep.h).
state::Places PlacesOf(const Runtime& runtime);

// The same, with the kept containers' directory as its root.
Runtime KeptRuntime(const Runtime& runtime);

struct Target {
  Runtime runtime;  // with the root that it is below
  std::string id;
  bool kept = false;
};

// An id below the state directory; or a kept container's id, name, or what its
// id begins with. A word that means none is taken for an id, of which the verb
// says that it does not exist.
Target FindTarget(const Runtime& runtime, const std::string& word);

// A kept container's id. NotFound: `No such container: WORD`.
absl::StatusOr<std::string> FindKept(const Runtime& runtime,
                                     const std::string& word);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_PLACES_H_
