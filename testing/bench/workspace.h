// Where everything that is measured lies, and how it is found again.
#ifndef CHMDOCKER_TESTING_BENCH_WORKSPACE_H_
#define CHMDOCKER_TESTING_BENCH_WORKSPACE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::bench {

// Two new directories and a word. Whoever made it removes it by Remove, when
// all processes have ended that use it.
class Workspace {
 public:
  static absl::StatusOr<Workspace> Create();

  const std::string& directory() const { return directory_; }
  // Where a runtime keeps its containers: beside where engines have it, which
  // is memory on most hosts.
  std::string StateOf(absl::string_view runtime) const;
  // A container's name, which begins with `tag`: its cgroup has it as well.
  std::string IdOf(absl::string_view container) const;
  const std::string& tag() const { return tag_; }

  // With mounts that were left in the directories, and cgroups named after the
  // tag.
  void Remove() const;

 private:
  Workspace() = default;

  std::string directory_;
  std::string state_;
  std::string tag_;
};

// "CONTROLLERS=DIRECTORY" of each cgroup hierarchy: where a container's cgroup
// is made, as the OCI floor wants it.
std::vector<std::string> CgroupWords();

// "v1", "v2", or "v1 and v2" side by side.
std::string CgroupVersions();

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_WORKSPACE_H_
