#include "runtime/image/remove_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

// A directory on the way down, and what is left to do in it. A stack of them
// and no recursion, and one descriptor for all: a container may have made its
// directories deeper than there are descriptors.
struct Level {
  std::string name;  // in the level above
  std::vector<std::string> left;
  dev_t device = 0;
  ino_t inode = 0;
};

// Without rights over other users' files a directory may have to be opened up
// first, which its owner may do.
absl::StatusOr<UniqueFd> OpenDown(int parent, const std::string& name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
  raw::Result opened = raw::OpenAt(parent, name.c_str(), kFlags);
  if (opened.error() == EACCES) {
    (void)raw::ChmodAt(parent, name.c_str(), 0700);
    opened = raw::OpenAt(parent, name.c_str(), kFlags);
  }
  return sys::CallFd(opened, sys::Quoted(name));
}

absl::StatusOr<Level> LevelOf(int directory, std::string name) {
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(directory, &status), sys::Quoted(name)));
  CHM_ASSIGN_OR_RETURN(std::vector<std::string> left,
                       sys::ReadDirectory(directory, name));
  return Level{std::move(name), std::move(left), status.st_dev, status.st_ino};
}

// From a directory to the one that it was found in.
absl::StatusOr<UniqueFd> OpenUp(int directory, const Level& above) {
  CHM_ASSIGN_OR_RETURN(
      UniqueFd up,
      sys::CallFd(raw::OpenAt(directory, "..", O_RDONLY | O_DIRECTORY),
                  sys::Quoted(above.name)));
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(up.get(), &status), sys::Quoted(above.name)));
  if (status.st_dev != above.device || status.st_ino != above.inode) {
    return absl::AbortedError(
        absl::StrCat(Quote(above.name), ": was moved while it was removed"));
  }
  return up;
}

raw::Result Unlink(int parent, const std::string& name, int flags) {
  const raw::Result removed = raw::UnlinkAt(parent, name.c_str(), flags);
  if (removed.error() != EACCES) return removed;
  (void)raw::Fchmod(parent, 0700);
  return raw::UnlinkAt(parent, name.c_str(), flags);
}

bool IsGone(raw::Result removed) {
  return removed.ok() || removed.error() == ENOENT;
}

// One tree.
class Removal {
 public:
  explicit Removal(int parent) : parent_(parent) {}

  absl::Status Remove(const std::string& name) {
    CHM_RETURN_IF_ERROR(RemoveOne(name));
    while (!levels_.empty()) {
      std::vector<std::string>& left = levels_.back().left;
      if (left.empty()) {
        CHM_RETURN_IF_ERROR(Leave());
        continue;
      }
      const std::string next = std::move(left.back());
      left.pop_back();
      CHM_RETURN_IF_ERROR(RemoveOne(next));
    }
    return absl::OkStatus();
  }

 private:
  int here() const { return levels_.empty() ? parent_ : at_.get(); }

  // A directory is entered.
  absl::Status RemoveOne(const std::string& name) {
    const raw::Result removed = Unlink(here(), name, 0);
    if (IsGone(removed)) return absl::OkStatus();
    // EISDIR on Linux, EPERM by POSIX.
    if (removed.error() != EISDIR && removed.error() != EPERM) {
      return sys::CallStatus(removed, sys::Quoted(name));
    }
    CHM_ASSIGN_OR_RETURN(UniqueFd down, OpenDown(here(), name));
    CHM_ASSIGN_OR_RETURN(Level level, LevelOf(down.get(), name));
    at_ = std::move(down);
    levels_.push_back(std::move(level));
    return absl::OkStatus();
  }

  absl::Status Leave() {
    const std::string name = std::move(levels_.back().name);
    levels_.pop_back();
    if (!levels_.empty()) {
      CHM_ASSIGN_OR_RETURN(at_, OpenUp(at_.get(), levels_.back()));
    }
    const raw::Result removed = Unlink(here(), name, AT_REMOVEDIR);
    return IsGone(removed) ? absl::OkStatus()
                           : sys::CallStatus(removed, sys::Quoted(name));
  }

  int parent_;
  UniqueFd at_;  // the last level
  std::vector<Level> levels_;
};

}  // namespace

absl::Status RemoveTree(int parent, const std::string& name) {
  return Removal(parent).Remove(name);
}

}  // namespace chmdocker::image
