// Which container a word of the command line means.
#ifndef CHMDOCKER_CLI_TARGETS_H_
#define CHMDOCKER_CLI_TARGETS_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

struct Target {
  container::Runtime runtime;  // with the root that it is below
  std::string id;
  bool kept = false;
};

// An id below the state directory; or a kept container's id, name, or what its
// id begins with. A word that means none is taken for an id, of which the verb
// says that it does not exist.
Target FindTarget(const container::Runtime& runtime, const std::string& word);

// A kept container's id. NotFound: `No such container: WORD`.
absl::StatusOr<std::string> FindKept(const container::Runtime& runtime,
                                     const std::string& word);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_TARGETS_H_
