#include "runtime/image/layer_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/fd_path.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/mount_point.h"
#include "runtime/image/remove_tree.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

constexpr absl::string_view kWhiteout = ".wh.";
constexpr absl::string_view kOpaque = ".wh..wh..opq";
// Other names of AUFS's own bookkeeping begin with it.
constexpr absl::string_view kAufs = ".wh..wh.";
constexpr mode_t kPermissions = 07777;
constexpr int kDirectoryFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW;
constexpr char kOpaqueAttribute[] = "user.overlay.opaque";

absl::Status Refuse(absl::string_view path, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(Quote(path), ": ", why));
}

}  // namespace

bool MayKeepAttribute(absl::string_view name) {
  return name == "security.capability" ||
         (absl::StartsWith(name, "user.") &&
          !absl::StartsWith(name, "user.overlay."));
}

absl::StatusOr<std::vector<std::string>> ComponentsOf(absl::string_view path) {
  if (path.size() >= PATH_MAX) {
    return Refuse(path.substr(0, 64), "is longer than a path may be");
  }
  if (absl::StartsWith(path, "/")) return Refuse(path, "is an absolute path");
  std::vector<std::string> components;
  for (const absl::string_view part :
       absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (part == ".") continue;
    if (part != "..") {
      components.emplace_back(part);
    } else if (components.empty()) {
      return Refuse(path, "leads out of the archive");
    } else {
      components.pop_back();
    }
  }
  return components;
}

absl::StatusOr<UniqueFd> LayerTree::Descend(int parent,
                                            const std::string& name) {
  raw::Result opened = raw::OpenAt(parent, name.c_str(), kDirectoryFlags);
  const bool was_hidden = opened.error() == ENOTDIR && IsWhiteout(parent, name);
  if (was_hidden ||
      (opened.error() == ENOTDIR &&
       (whiteouts_ == Whiteouts::kApply || whiteouts_ == Whiteouts::kSkip))) {
    // Of a layer below: this one's directory covers it.
    CHM_RETURN_IF_ERROR(Remove(parent, name));
    opened = raw::Failure(ENOENT, SYS_openat);
  }
  if (opened.error() == ENOENT) {
    CHM_RETURN_IF_ERROR(sys::CallStatus(
        raw::MkdirAt(parent, name.c_str(), 0755), sys::Quoted(name)));
    opened = raw::OpenAt(parent, name.c_str(), kDirectoryFlags);
    if (was_hidden && opened.ok()) {
      UniqueFd made(opened.fd());
      CHM_RETURN_IF_ERROR(MakeOpaque(made.get()));
      return made;
    }
  }
  if (opened.error() == ENOTDIR) {
    return Refuse(name, "is no directory, and has files in it");
  }
  return sys::CallFd(opened, sys::Quoted(name));
}

absl::StatusOr<int> LayerTree::OpenParent(const Components& path) {
  const size_t depth = path.empty() ? 0 : path.size() - 1;
  const Components wanted(path.begin(),
                          path.begin() + static_cast<ptrdiff_t>(depth));
  if (wanted.empty()) return root_.get();
  if (parent_.valid() && wanted == parent_path_) return parent_.get();
  UniqueFd at;
  for (const std::string& name : wanted) {
    CHM_ASSIGN_OR_RETURN(at,
                         Descend(at.valid() ? at.get() : root_.get(), name));
  }
  parent_path_ = wanted;
  parent_ = std::move(at);
  return parent_.get();
}

absl::Status LayerTree::Remove(int parent, const std::string& name) {
  if (whiteouts_ == Whiteouts::kNames) {
    // From another mount namespace the kernel would take away the file below,
    // and the mount with it.
    if (IsMountPoint(parent, name)) {
      return Refuse(name, "is mounted there: device or resource busy");
    }
    const raw::Result removed = raw::UnlinkAt(parent, name.c_str(), 0);
    if (removed.error() != EISDIR) {
      return sys::CallStatus(removed, sys::Quoted(name));
    }
    return Refuse(name, "is a directory where a file is to be");
  }
  // What is removed may be a directory on the way to the last one.
  const absl::Status removed = RemoveTree(parent, name);
  if (parent != parent_.get()) parent_.reset();
  return removed;
}

template <class Make>
absl::Status LayerTree::MakeAnew(int parent, const std::string& name,
                                 Make make) {
  raw::Result made = make();
  if (made.error() == EEXIST) {
    CHM_RETURN_IF_ERROR(Remove(parent, name));
    made = make();
  }
  return sys::CallStatus(made, sys::Quoted(name));
}

// A file system without such attributes is none that overlayfs could use.
absl::Status LayerTree::MakeOpaque(int directory) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd opened,
      sys::CallFd(raw::OpenAt(directory, ".", O_RDONLY | O_DIRECTORY)));
  const raw::Result set =
      raw::FsetXattr(opened.get(), kOpaqueAttribute, "y", 1);
  if (set.error() != EOPNOTSUPP && set.error() != EPERM) {
    return sys::CallStatus(set, kOpaqueAttribute);
  }
  ++left_out_.whiteouts;
  return absl::OkStatus();
}

bool LayerTree::IsWhiteout(int parent, const std::string& name) const {
  struct stat status;
  return whiteouts_ == Whiteouts::kOverlay &&
         raw::FstatAt(parent, name.c_str(), &status).ok() &&
         S_ISCHR(status.st_mode) && status.st_rdev == 0;
}

absl::Status LayerTree::RemoveAllBelow(int parent) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd directory,
      sys::CallFd(raw::OpenAt(parent, ".", O_RDONLY | O_DIRECTORY)));
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                       sys::ReadDirectory(directory.get(), "a directory"));
  for (const std::string& name : names) {
    CHM_RETURN_IF_ERROR(Remove(directory.get(), name));
  }
  return absl::OkStatus();
}

// A whiteout is about the layers below: what this one has at that name stays,
// and a directory of it covers all of theirs.
absl::Status LayerTree::Hide(int parent, const std::string& name) {
  const raw::Result made =
      raw::MknodAt(parent, name.c_str(), S_IFCHR, /*device=*/0);
  // Of an overlayfs, which is none to mount layers from.
  if (made.error() == EPERM) {
    ++left_out_.whiteouts;
    return absl::OkStatus();
  }
  if (made.error() != EEXIST) return sys::CallStatus(made, sys::Quoted(name));
  const raw::Result opened = raw::OpenAt(parent, name.c_str(), kDirectoryFlags);
  if (opened.error() == ENOTDIR) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const UniqueFd directory,
                       sys::CallFd(opened, sys::Quoted(name)));
  return MakeOpaque(directory.get());
}

absl::Status LayerTree::AddWhiteout(int parent, const std::string& name) {
  const std::string hidden(absl::StripPrefix(name, kWhiteout));
  switch (whiteouts_) {
    case Whiteouts::kSkip:
    case Whiteouts::kNames:
      return absl::OkStatus();
    case Whiteouts::kOverlay:
      if (name == kOpaque) return MakeOpaque(parent);
      return absl::StartsWith(name, kAufs) ? absl::OkStatus()
                                           : Hide(parent, hidden);
    case Whiteouts::kApply:
      if (name == kOpaque) return RemoveAllBelow(parent);
      return absl::StartsWith(name, kAufs) ? absl::OkStatus()
                                           : Remove(parent, hidden);
  }
  return absl::OkStatus();
}

absl::Status LayerTree::Add(const ArchiveEntry& entry, ArchiveReader& reader) {
  CHM_ASSIGN_OR_RETURN(const Components path, ComponentsOf(entry.path));
  const bool is_root = path.empty();
  if (is_root && !S_ISDIR(entry.mode)) {
    return Refuse(entry.path, "stands for the root, and is no directory");
  }
  const std::string name = is_root ? "." : path.back();
  const bool is_whiteout =
      whiteouts_ != Whiteouts::kNames && absl::StartsWith(name, kWhiteout);
  const absl::string_view hidden = absl::StripPrefix(name, kWhiteout);
  if (is_whiteout && (hidden.empty() || hidden == "." || hidden == "..")) {
    return Refuse(entry.path, "is a whiteout of no file's name");
  }
  // Directories without a whiteout in them need not be made for one.
  if (whiteouts_ == Whiteouts::kApply && !is_whiteout) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const int parent, OpenParent(path));
  if (is_whiteout) return AddWhiteout(parent, name);
  if (!entry.hardlink.empty()) return AddHardlink(parent, entry, name);
  switch (entry.mode & S_IFMT) {
    case S_IFDIR:
      return AddDirectory(parent, entry, path);
    case S_IFREG:
      return AddFile(parent, entry, name, reader);
    case S_IFLNK:
      return AddSymlink(parent, entry, name);
    case S_IFCHR:
    case S_IFBLK:
    case S_IFIFO:
      return AddNode(parent, entry, name);
    default:
      return Refuse(entry.path, "is of a kind that no file has");
  }
}

absl::Status LayerTree::AddDirectory(int parent, const ArchiveEntry& entry,
                                     const Components& path) {
  const std::string name = path.empty() ? "." : path.back();
  struct stat old = {};
  const bool exists = raw::FstatAt(parent, name.c_str(), &old).ok();
  const bool was_hidden = IsWhiteout(parent, name);
  if (exists && !S_ISDIR(old.st_mode) && whiteouts_ == Whiteouts::kNames) {
    return Refuse(entry.path, "is no directory where one is to be");
  }
  if (!exists || !S_ISDIR(old.st_mode)) {
    CHM_RETURN_IF_ERROR(MakeAnew(parent, name, [&] {
      return raw::MkdirAt(parent, name.c_str(), 0700);
    }));
  }
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd made,
      sys::CallFd(raw::OpenAt(parent, name.c_str(),
                              O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
                  sys::Quoted(name)));
  if (was_hidden) CHM_RETURN_IF_ERROR(MakeOpaque(made.get()));
  CHM_RETURN_IF_ERROR(GiveOwner(made.get(), name, entry));
  GiveAttributes(made.get(), entry);
  directories_.push_back(
      {path, entry.mode & kPermissions, entry.mtime, directories_.size()});
  return absl::OkStatus();
}

absl::Status LayerTree::AddFile(int parent, const ArchiveEntry& entry,
                                const std::string& name,
                                ArchiveReader& reader) {
  UniqueFd file;
  CHM_RETURN_IF_ERROR(MakeAnew(parent, name, [&] {
    const raw::Result opened = raw::OpenAt(
        parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (opened.ok()) file.reset(opened.fd());
    return opened;
  }));
  CHM_RETURN_IF_ERROR(
      reader.ReadContent([&](absl::string_view data, uint64_t offset) {
        if (offset > entry.size || data.size() > entry.size - offset) {
          return Refuse(entry.path, "has more content than it says");
        }
        while (!data.empty()) {
          const raw::Result wrote = raw::Pwrite(
              file.get(), data.data(), data.size(), static_cast<off_t>(offset));
          if (wrote.error() == EINTR) continue;
          CHM_RETURN_IF_ERROR(sys::CallStatus(wrote, sys::Quoted(name)));
          data.remove_prefix(static_cast<size_t>(wrote.value));
          offset += static_cast<uint64_t>(wrote.value);
        }
        return absl::OkStatus();
      }));
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::Ftruncate(file.get(), static_cast<off_t>(entry.size)),
      sys::Quoted(name)));
  // The owner first: a change of it takes set-user-ID and capabilities away.
  CHM_RETURN_IF_ERROR(GiveOwner(file.get(), name, entry));
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::Fchmod(file.get(), entry.mode & kPermissions), sys::Quoted(name)));
  GiveAttributes(file.get(), entry);
  const timespec times[2] = {entry.mtime, entry.mtime};
  return sys::CallStatus(raw::SetTimes(parent, name.c_str(), times),
                         sys::Quoted(name));
}

absl::Status LayerTree::AddHardlink(int parent, const ArchiveEntry& entry,
                                    const std::string& name) {
  CHM_ASSIGN_OR_RETURN(const Components target, ComponentsOf(entry.hardlink));
  if (target.empty()) {
    return Refuse(entry.path, "is a hard link to a directory");
  }
  // Not OpenParent: `parent` may be what that remembers. And nothing is made
  // on the way.
  UniqueFd at;
  for (size_t i = 0; i + 1 < target.size(); ++i) {
    const raw::Result opened = raw::OpenAt(at.valid() ? at.get() : root_.get(),
                                           target[i].c_str(), kDirectoryFlags);
    if (!opened.ok()) {
      return Refuse(entry.path,
                    absl::StrCat("is a hard link to ", Quote(entry.hardlink),
                                 ", which is not in the archive"));
    }
    at.reset(opened.fd());
  }
  const int from = at.valid() ? at.get() : root_.get();
  const std::string& old = target.back();
  struct stat status;
  if (!raw::FstatAt(from, old.c_str(), &status).ok() ||
      S_ISDIR(status.st_mode)) {
    return Refuse(entry.path,
                  absl::StrCat("is a hard link to ", Quote(entry.hardlink),
                               ", which is not in the archive"));
  }
  if (raw::SameObject(from, parent) && old == name) return absl::OkStatus();
  return MakeAnew(parent, name, [&] {
    return raw::LinkAt(from, old.c_str(), parent, name.c_str());
  });
}

absl::Status LayerTree::AddSymlink(int parent, const ArchiveEntry& entry,
                                   const std::string& name) {
  CHM_RETURN_IF_ERROR(MakeAnew(parent, name, [&] {
    return raw::SymlinkAt(entry.symlink.c_str(), parent, name.c_str());
  }));
  CHM_ASSIGN_OR_RETURN(const UniqueFd made, OpenMade(parent, name, S_IFLNK));
  CHM_RETURN_IF_ERROR(GiveOwner(made.get(), name, entry));
  const timespec times[2] = {entry.mtime, entry.mtime};
  return sys::CallStatus(raw::SetTimes(parent, name.c_str(), times),
                         sys::Quoted(name));
}

absl::Status LayerTree::AddNode(int parent, const ArchiveEntry& entry,
                                const std::string& name) {
  bool refused = false;
  CHM_RETURN_IF_ERROR(MakeAnew(parent, name, [&] {
    const raw::Result made =
        raw::MknodAt(parent, name.c_str(), entry.mode, entry.device);
    refused = made.error() == EPERM;
    return refused ? raw::Result{} : made;
  }));
  if (refused) {
    ++left_out_.devices;
    return absl::OkStatus();
  }
  CHM_ASSIGN_OR_RETURN(const UniqueFd made,
                       OpenMade(parent, name, entry.mode & S_IFMT));
  CHM_RETURN_IF_ERROR(GiveOwner(made.get(), name, entry));
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::ChmodAt(AT_FDCWD, FdPath(made.get()).c_str(),
                                   entry.mode & kPermissions),
                      sys::Quoted(name)));
  const timespec times[2] = {entry.mtime, entry.mtime};
  return sys::CallStatus(raw::SetTimes(parent, name.c_str(), times),
                         sys::Quoted(name));
}

// What was made by a name, and not what a container may have put in its place:
// a link that chmod(2) would follow out of it.
absl::StatusOr<UniqueFd> LayerTree::OpenMade(int parent,
                                             const std::string& name,
                                             mode_t type) {
  CHM_ASSIGN_OR_RETURN(
      UniqueFd made,
      sys::CallFd(raw::OpenAt(parent, name.c_str(), O_PATH | O_NOFOLLOW),
                  sys::Quoted(name)));
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(made.get(), &status), sys::Quoted(name)));
  if ((status.st_mode & S_IFMT) == type) return made;
  return Refuse(name, "was exchanged while it was made");
}

// EPERM without rights over ids; EINVAL for one that the user namespace lacks.
absl::Status LayerTree::GiveOwner(int fd, const std::string& name,
                                  const ArchiveEntry& entry) {
  const raw::Result owned = raw::Chown(fd, entry.uid, entry.gid);
  if (owned.error() != EPERM && owned.error() != EINVAL) {
    return sys::CallStatus(owned, sys::Quoted(name));
  }
  ++left_out_.owners;
  return absl::OkStatus();
}

void LayerTree::GiveAttributes(int fd, const ArchiveEntry& entry) {
  for (const auto& [attribute, value] : entry.xattrs) {
    if (!MayKeepAttribute(attribute)) continue;
    if (!raw::FsetXattr(fd, attribute.c_str(), value.data(), value.size())
             .ok()) {
      ++left_out_.attributes;
    }
  }
}

absl::Status LayerTree::Finish() {
  parent_.reset();
  // Those below first, for who has no rights over what is closed; of one
  // directory the last that was said counts. Not std::stable_sort, which takes
  // memory by libc++'s own operator new.
  std::sort(directories_.begin(), directories_.end(),
            [](const Directory& a, const Directory& b) {
              return a.path.size() == b.path.size()
                         ? a.order < b.order
                         : a.path.size() > b.path.size();
            });
  for (const Directory& directory : directories_) {
    CHM_ASSIGN_OR_RETURN(const int parent, OpenParent(directory.path));
    const std::string name =
        directory.path.empty() ? "." : directory.path.back();
    const raw::Result opened =
        raw::OpenAt(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    // Something else has taken its place.
    if (opened.error() == ENOTDIR || opened.error() == ENOENT) continue;
    CHM_ASSIGN_OR_RETURN(const UniqueFd made,
                         sys::CallFd(opened, sys::Quoted(name)));
    const timespec times[2] = {directory.mtime, directory.mtime};
    CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Fchmod(made.get(), directory.mode),
                                        sys::Quoted(name)));
    CHM_RETURN_IF_ERROR(sys::CallStatus(raw::SetTimes(made.get(), ".", times),
                                        sys::Quoted(name)));
  }
  directories_.clear();
  return absl::OkStatus();
}

}  // namespace chmdocker::image
