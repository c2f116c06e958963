// The files of a cgroup, reached by descriptor.
//
// A container may rule over the cgroups below its own (delegation): it makes
// and removes cgroups there while they are read. cgroupfs has no symlinks and
// no renames from one parent to another, so that names can't lead elsewhere;
// what can happen is that a cgroup goes, and how deep and how many they are.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_CGROUP_FILES_H_
#define CHMDOCKER_RUNTIME_CGROUPS_CGROUP_FILES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {

// Whether `status` says that a cgroup, or a file of one, has gone or was never
// there: ENOENT before it is open, ENODEV after.
bool IsGone(const absl::Status& status);

// The content of a file, however long.
absl::StatusOr<std::string> ReadWhole(int directory, const std::string& path);

// An open cgroup.
class Cgroup {
 public:
  // `path` is absolute and has no "..".
  static absl::StatusOr<Cgroup> Open(const std::string& path);
  // Gone is also one that has another inode than it had.
  static absl::StatusOr<Cgroup> Open(const host::CgroupDirectory& directory);

  absl::StatusOr<std::string> Read(absl::string_view file) const;
  absl::Status Write(absl::string_view file, absl::string_view value) const;
  // `flags` as for open(2). The descriptor may be written more than once: one
  // write(2) is one order to the kernel, wherever the file's offset is.
  absl::StatusOr<UniqueFd> OpenFile(absl::string_view file, int flags) const;

  // The names of the cgroups right below.
  absl::StatusOr<std::vector<std::string>> Children() const;
  absl::StatusOr<Cgroup> Child(const std::string& name) const;
  absl::StatusOr<Cgroup> Parent() const;
  absl::Status RemoveChild(const std::string& name) const;

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }

 private:
  Cgroup(UniqueFd fd, std::string path)
      : fd_(std::move(fd)), path_(std::move(path)) {}

  UniqueFd fd_;
  std::string path_;  // for errors
};

// The names of the directories in the one at `path`, which may be another one
// of kernfs; none if it can't be read.
std::vector<std::string> DirectoriesIn(const std::string& path);

// One write(2) of all of `value`; `path` names the file in errors.
absl::Status WriteValue(int fd, absl::string_view value,
                        const std::string& path);

// Calls `visit` for the cgroup at `directory` and for all below it, parents
// first. What goes meanwhile is passed over.
absl::Status ForEachCgroup(
    const host::CgroupDirectory& directory,
    absl::FunctionRef<absl::Status(const Cgroup&)> visit);

// Removes the cgroups below `top`, deepest first. The first failure is
// returned when all have been tried; what goes by itself is none.
absl::Status RemoveBelow(Cgroup top);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_CGROUP_FILES_H_
