// What the commands about images have in common.
#ifndef CHMDOCKER_CLI_IMAGE_STORE_H_
#define CHMDOCKER_CLI_IMAGE_STORE_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/lifecycle.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {

// Whether the caller has ever had images: who only asks for one makes no place
// for them.
bool HasStore(const container::Runtime& runtime);

// The caller's images.
absl::StatusOr<image::Store> OpenStore(const container::Runtime& runtime);

// Tells of what became of an image, by the name `name` or none: ""
// (container/event_log.h).
void TellOfImage(const Session& session, const std::string& action,
                 const std::string& id, const std::string& name);

// An archive for reading: a file, or standard input for "-", which must not be
// a terminal.
struct Archive {
  UniqueFd file;
  std::string name;
};
absl::StatusOr<Archive> OpenArchive(const std::string& path);

// An action on the caller's images.
template <class Function>
Action WithStore(Function function) {
  return Doing(
      [function = std::move(function)](const Session& session) -> absl::Status {
        absl::StatusOr<image::Store> store = OpenStore(session.runtime);
        if (!store.ok()) return store.status();
        return function(session, *store);
      });
}

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_IMAGE_STORE_H_
