#include "runtime/container/copy_place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/receive.h"
#include "runtime/path/in_root.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

// As the kernel: MAXSYMLINKS in include/linux/namei.h.
constexpr int kMostLinks = 40;

raw::Result OpenIn(const CopyRoot& root, const std::string& path, int flags) {
  return root.root < 0 ? raw::OpenAt(AT_FDCWD, path.c_str(), flags)
                       : path::OpenInRoot(root.root, path.c_str(), flags);
}

absl::Status Failed(const CopyRoot& root, raw::Result result,
                    const std::string& path) {
  if (root.root >= 0 && result.error() == ENOENT) {
    return absl::NotFoundError(absl::StrCat("Could not find the file ",
                                            Quote(path), " in the container"));
  }
  return sys::CallStatus(result, sys::Quoted(path));
}

absl::StatusOr<UniqueFd> Opened(const CopyRoot& root, const std::string& path,
                                int flags) {
  const raw::Result opened = OpenIn(root, path, flags);
  if (!opened.ok()) return Failed(root, opened, path);
  return UniqueFd(opened.fd());
}

absl::string_view WithoutSlashes(absl::string_view path) {
  while (absl::EndsWith(path, "/")) path.remove_suffix(1);
  return path;
}

// A path in two: the directory, with its slash, and the name in it.
struct Split {
  std::string directory;
  std::string name;
};

absl::StatusOr<Split> SplitPath(const std::string& path) {
  const absl::string_view text = WithoutSlashes(path);
  const size_t at = text.rfind('/') + 1;  // npos + 1 is 0
  Split split{std::string(text.substr(0, at)), std::string(text.substr(at))};
  if (split.name.empty() || split.name == "." || split.name == "..") {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(path), ": names no file"));
  }
  return split;
}

// The directory that has the last name of `path`, behind all links: what may
// not be there yet. Each round begins at the root, so that a container that
// exchanges what is on the way leads astray within itself only.
absl::StatusOr<image::Arrival> FollowToName(const CopyRoot& root,
                                            std::string path) {
  for (int i = 0; i < kMostLinks; ++i) {
    CHM_ASSIGN_OR_RETURN(Split split, SplitPath(path));
    CHM_ASSIGN_OR_RETURN(
        UniqueFd directory,
        Opened(root, split.directory.empty() ? "." : split.directory,
               O_PATH | O_DIRECTORY));
    char target[PATH_MAX];
    const raw::Result length = raw::ReadlinkAt(
        directory.get(), split.name.c_str(), target, sizeof(target));
    if (!length.ok()) {
      return image::Arrival{std::move(directory), std::move(split.name)};
    }
    const absl::string_view text(target, static_cast<size_t>(length.value));
    path = absl::StartsWith(text, "/") ? std::string(text)
                                       : absl::StrCat(split.directory, text);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(path), ": leads through too many links"));
}

}  // namespace

absl::StatusOr<UniqueFd> OpenCopySource(const CopyRoot& root,
                                        const std::string& path, bool follow) {
  return Opened(root, path, O_PATH | (follow ? 0 : O_NOFOLLOW));
}

std::string CopyName(absl::string_view path) {
  path = WithoutSlashes(path);
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  return name == "." || name == ".." ? "" : std::string(name);
}

absl::StatusOr<image::Arrival> ChooseArrival(const CopyRoot& root,
                                             const std::string& path,
                                             const std::string& name,
                                             bool source_is_directory) {
  const raw::Result opened = OpenIn(root, path, O_PATH);
  if (opened.ok()) {
    UniqueFd there(opened.fd());
    struct stat status;
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::Fstat(there.get(), &status), sys::Quoted(path)));
    if (S_ISDIR(status.st_mode)) return image::Arrival{std::move(there), name};
    if (source_is_directory) {
      return absl::FailedPreconditionError(absl::StrCat(
          "cannot copy a directory over ", Quote(path), ", which is none"));
    }
  } else if (opened.error() != ENOENT) {
    return Failed(root, opened, path);
  } else if (!source_is_directory &&
             (absl::EndsWith(path, "/") || absl::EndsWith(path, "/."))) {
    return absl::NotFoundError(
        absl::StrCat("the destination directory ", Quote(path), " must exist"));
  }
  return FollowToName(root, path);
}

absl::StatusOr<UniqueFd> OpenCopyDirectory(const CopyRoot& root,
                                           const std::string& path) {
  return Opened(root, path, O_PATH | O_DIRECTORY);
}

}  // namespace chmdocker::container
