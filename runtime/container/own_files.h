// Files of a container's own, which it sees in its /etc.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_OWN_FILES_H_
#define CHMDOCKER_RUNTIME_CONTAINER_OWN_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "runtime/container/join_wish.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/directory.h"

namespace chmdocker::container {

// One file, in the container's directory, that is mounted on /etc/NAME.
struct OwnFile {
  std::string name;
  std::string content;  // of a new one
  bool readonly = false;
  // The container does without it where there is no place for a file.
  bool optional = false;
  // Who joins the container's network shares it.
  bool of_network = false;
};

// Adds their mounts to `spec`: on a root file system of the container's own
// behind the others, which may have their places in them; on the host's before
// the others, which may hide the container's directory.
void MountOwnFiles(const std::vector<OwnFile>& files,
                   const std::string& directory, spec::ContainerSpec& spec);

// Makes those that are not there yet, and mounts all. What a container that one
// of `joins` names has for its network is shared with it, as a hard link: it is
// there whatever becomes of that container.
absl::Status MakeOwnFiles(const Runtime& runtime,
                          const std::vector<OwnFile>& files,
                          const std::vector<JoinWish>& joins,
                          const state::Directory& directory,
                          spec::ContainerSpec& spec);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_OWN_FILES_H_
