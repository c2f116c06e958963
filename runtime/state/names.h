// The names of kept containers: DIRECTORY/NAME is a symlink to an id. What it
// leads to need not be there: who is killed while it makes or removes a
// container may leave a name behind, which the next one takes over.
#ifndef CHMDOCKER_RUNTIME_STATE_NAMES_H_
#define CHMDOCKER_RUNTIME_STATE_NAMES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chmdocker::state {

// OK for what may be a name: [A-Za-z0-9][A-Za-z0-9_.-]*, as docker has it.
absl::Status CheckName(const std::string& name);

// Where names and containers are.
struct Places {
  std::string names;       // absolute
  std::string containers;  // the root of their directories
};

// Gives the name to the container, which need not be there yet. AlreadyExists
// when it is another's.
absl::Status ClaimName(const Places& places, const std::string& name,
                       const std::string& id);

// Nothing is done when it is another's, or nobody's.
void ReleaseName(const Places& places, const std::string& name,
                 const std::string& id);

// The id of the container that `word` means: an id, a name, or what exactly one
// id begins with. NotFound, and InvalidArgument when there are several.
absl::StatusOr<std::string> FindContainer(const Places& places,
                                          const std::string& word);

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_NAMES_H_
