#include "runtime/image/layered.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/fd_path.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/digest.h"
#include "runtime/image/store.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

using Parts = std::vector<UniqueFd>;

absl::StatusOr<std::string> TargetOf(int link) {
  char text[PATH_MAX];
  const raw::Result length = raw::ReadlinkAt(link, "", text, sizeof(text));
  CHM_RETURN_IF_ERROR(sys::CallStatus(length));
  return std::string(text, static_cast<size_t>(length.value));
}

// The walk along a path.
class Walk {
 public:
  explicit Walk(const Parts& root) : root_(root) {}

  absl::StatusOr<UniqueFd> To(absl::string_view path) {
    constexpr int kMostLinks = 40;
    for (const absl::string_view name : absl::StrSplit(path, '/')) {
      left_.emplace_back(name);
    }
    for (int links = 0; !left_.empty();) {
      const std::string name = std::move(left_.front());
      left_.pop_front();
      if (name.empty() || name == ".") continue;
      if (name == "..") {
        if (!above_.empty()) above_.pop_back();
        continue;
      }
      CHM_ASSIGN_OR_RETURN(FoundInLayers found, LookInLayers(here(), name));
      if (found.parts.empty()) {
        return absl::NotFoundError(
            absl::StrCat(Quote(path), ": is not in the image"));
      }
      if (S_ISLNK(found.status.st_mode)) {
        if (++links > kMostLinks) {
          return absl::InvalidArgumentError(
              absl::StrCat(Quote(path), ": leads through too many links"));
        }
        CHM_RETURN_IF_ERROR(Follow(found.parts[0].get()));
        continue;
      }
      above_.push_back(std::move(found.parts));
    }
    if (above_.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(Quote(path), ": is the root directory"));
    }
    return std::move(above_.back()[0]);
  }

 private:
  const Parts& here() const { return above_.empty() ? root_ : above_.back(); }

  absl::Status Follow(int link) {
    CHM_ASSIGN_OR_RETURN(const std::string target, TargetOf(link));
    if (absl::StartsWith(target, "/")) above_.clear();
    const std::vector<std::string> names = absl::StrSplit(target, '/');
    left_.insert(left_.begin(), names.begin(), names.end());
    return absl::OkStatus();
  }

  const Parts& root_;
  std::vector<Parts> above_;      // from the root to here
  std::deque<std::string> left_;  // the names to go
};

}  // namespace

bool IsWhiteout(const struct stat& status) {
  return S_ISCHR(status.st_mode) && status.st_rdev == 0;
}

bool IsOpaque(int directory) {
  char value = 0;
  return getxattr(FdPath(directory).c_str(), "user.overlay.opaque", &value,
                  1) == 1 &&
         value == 'y';
}

absl::StatusOr<FoundInLayers> LookInLayers(
    const std::vector<UniqueFd>& directory, const std::string& name) {
  FoundInLayers found;
  for (const UniqueFd& part : directory) {
    const raw::Result opened =
        raw::OpenAt(part.get(), name.c_str(), O_PATH | O_NOFOLLOW);
    if (opened.error() == ENOENT) continue;
    CHM_ASSIGN_OR_RETURN(UniqueFd one, sys::CallFd(opened, sys::Quoted(name)));
    struct stat status;
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::Fstat(one.get(), &status), sys::Quoted(name)));
    const bool is_directory = S_ISDIR(status.st_mode);
    // A directory of a layer above covers what is none.
    if (IsWhiteout(status) || (!found.parts.empty() && !is_directory)) break;
    if (found.parts.empty()) found.status = status;
    const bool hides = !is_directory || IsOpaque(one.get());
    found.parts.push_back(std::move(one));
    if (hides) break;
  }
  return found;
}

absl::StatusOr<UniqueFd> OpenInLayers(const std::vector<UniqueFd>& layers,
                                      absl::string_view path) {
  return Walk(layers).To(path);
}

absl::StatusOr<std::vector<UniqueFd>> OpenLayers(
    const Store& store, const std::vector<std::string>& diff_ids) {
  Parts layers;
  for (auto id = diff_ids.rbegin(); id != diff_ids.rend(); ++id) {
    const std::string path = absl::StrCat(HexOf(*id), "/fs");
    CHM_ASSIGN_OR_RETURN(
        UniqueFd layer,
        sys::CallFd(raw::OpenAt(store.layers(), path.c_str(),
                                O_PATH | O_DIRECTORY | O_NOFOLLOW),
                    sys::Quoted(path)));
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace chmdocker::image
