#include "runtime/image/tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/mount_point.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

using Visit = absl::FunctionRef<absl::Status(const TreeEntry&)>;

// A directory on the way down, and the names that are left to do in it, the
// next one last.
struct Level {
  std::vector<std::string> left;
  size_t path_length = 0;  // of the directory above
  dev_t device = 0;
  ino_t inode = 0;
};

class TreeWalk {
 public:
  TreeWalk(Mounts mounts, Visit visit) : mounts_(mounts), visit_(visit) {}

  absl::Status Walk(int root) {
    struct stat status;
    CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Fstat(root, &status)));
    CHM_RETURN_IF_ERROR(visit_(TreeEntry{path_, root, status}));
    if (!S_ISDIR(status.st_mode)) return absl::OkStatus();
    CHM_RETURN_IF_ERROR(Enter(root, status, 0));
    while (!levels_.empty()) {
      std::vector<std::string>& left = levels_.back().left;
      if (left.empty()) {
        CHM_RETURN_IF_ERROR(Leave());
        continue;
      }
      const std::string name = std::move(left.back());
      left.pop_back();
      CHM_RETURN_IF_ERROR(One(name));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status One(const std::string& name) {
    const raw::Result opened =
        raw::OpenAt(at_.get(), name.c_str(), O_PATH | O_NOFOLLOW);
    if (opened.error() == ENOENT) return absl::OkStatus();
    CHM_ASSIGN_OR_RETURN(const UniqueFd fd,
                         sys::CallFd(opened, sys::Quoted(name)));
    struct stat status;
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::Fstat(fd.get(), &status), sys::Quoted(name)));
    const size_t length = path_.size();
    if (length > 0) path_ += '/';
    path_ += name;
    const bool is_covered =
        mounts_ == Mounts::kLeaveOut && IsMountPoint(at_.get(), name);
    if (is_covered) status.st_size = 0;
    CHM_RETURN_IF_ERROR(visit_(TreeEntry{path_, fd.get(), status}));
    if (S_ISDIR(status.st_mode) && !is_covered) {
      return Enter(fd.get(), status, length);
    }
    path_.resize(length);
    return absl::OkStatus();
  }

  absl::Status Enter(int fd, const struct stat& status, size_t path_length) {
    CHM_ASSIGN_OR_RETURN(
        UniqueFd opened,
        sys::CallFd(raw::OpenAt(fd, ".", O_RDONLY | O_DIRECTORY),
                    sys::Quoted(path_)));
    CHM_ASSIGN_OR_RETURN(std::vector<std::string> names,
                         sys::ReadDirectory(opened.get(), path_));
    std::sort(names.rbegin(), names.rend());
    levels_.push_back(
        {std::move(names), path_length, status.st_dev, status.st_ino});
    at_ = std::move(opened);
    return absl::OkStatus();
  }

  // To the directory above, if it still is the one.
  absl::Status Leave() {
    path_.resize(levels_.back().path_length);
    levels_.pop_back();
    if (levels_.empty()) return absl::OkStatus();
    CHM_ASSIGN_OR_RETURN(
        UniqueFd up,
        sys::CallFd(raw::OpenAt(at_.get(), "..", O_PATH | O_DIRECTORY),
                    sys::Quoted(path_)));
    struct stat status;
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::Fstat(up.get(), &status), sys::Quoted(path_)));
    const Level& above = levels_.back();
    if (status.st_dev != above.device || status.st_ino != above.inode) {
      return absl::AbortedError(
          absl::StrCat(Quote(path_), ": was moved while it was read"));
    }
    at_ = std::move(up);
    return absl::OkStatus();
  }

  const Mounts mounts_;
  const Visit visit_;
  std::string path_;
  UniqueFd at_;
  std::vector<Level> levels_;
};

}  // namespace

absl::Status WalkTree(int root, Mounts mounts, Visit visit) {
  return TreeWalk(mounts, visit).Walk(root);
}

}  // namespace chmdocker::image
