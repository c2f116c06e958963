#include "runtime/image/tree_to_tar.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/fd_path.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/layer_tree.h"
#include "runtime/image/layered.h"
#include "runtime/image/tar_writer.h"
#include "runtime/image/tree_walk.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

// What a file has that an archive is told of. File systems without attributes,
// and what may not be read, have none.
void ReadAttributes(int fd, ArchiveEntry& entry) {
  const FdPath path(fd);
  std::string names(size_t{64} << 10, '\0');
  const ssize_t size = listxattr(path.c_str(), names.data(), names.size());
  if (size <= 0) return;
  names.resize(static_cast<size_t>(size));
  std::string value(size_t{64} << 10, '\0');
  for (const absl::string_view part : absl::StrSplit(names, '\0')) {
    const std::string name(part);
    if (name.empty() || !MayKeepAttribute(name)) continue;
    const ssize_t length =
        getxattr(path.c_str(), name.c_str(), value.data(), value.size());
    if (length < 0) continue;
    entry.xattrs.emplace_back(name,
                              value.substr(0, static_cast<size_t>(length)));
  }
}

class TreeArchive {
 public:
  TreeArchive(const TarWish& wish, TarWriter& tar) : wish_(wish), tar_(tar) {}

  absl::Status Add(const TreeEntry& from) {
    const struct stat& status = from.status;
    if (S_ISSOCK(status.st_mode)) return absl::OkStatus();
    if (wish_.leaves_out != nullptr && wish_.leaves_out(from)) {
      return absl::OkStatus();
    }
    ArchiveEntry entry;
    entry.path = NameOf(from.path);
    if (entry.path.empty()) return absl::OkStatus();
    if (wish_.whiteouts && IsWhiteout(status)) return AddWhiteout(entry.path);
    entry.mode = status.st_mode;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.mtime = status.st_mtim;
    if (S_ISDIR(status.st_mode)) return AddDirectory(from, entry);
    if (status.st_nlink > 1) {
      const auto [known, is_new] =
          links_.try_emplace({status.st_dev, status.st_ino}, entry.path);
      if (!is_new) {
        entry.hardlink = known->second;
        return tar_.Add(entry);
      }
    }
    if (S_ISREG(status.st_mode)) return AddFile(from, entry);
    if (S_ISLNK(status.st_mode)) return AddSymlink(from, entry);
    entry.device = status.st_rdev;
    return tar_.Add(entry);
  }

 private:
  std::string NameOf(const std::string& path) const {
    if (wish_.name.empty() || path.empty()) return wish_.name + path;
    return absl::StrCat(wish_.name, "/", path);
  }

  absl::Status AddDirectory(const TreeEntry& from, ArchiveEntry& entry) {
    ReadAttributes(from.fd, entry);
    entry.path += '/';
    CHM_RETURN_IF_ERROR(tar_.Add(entry));
    if (!wish_.whiteouts || !IsOpaque(from.fd)) return absl::OkStatus();
    return AddEmpty(absl::StrCat(entry.path, ".wh..wh..opq"));
  }

  absl::Status AddEmpty(const std::string& path) {
    ArchiveEntry entry;
    entry.path = path;
    entry.mode = S_IFREG | 0600;
    return tar_.Add(entry);
  }

  absl::Status AddWhiteout(const std::string& path) {
    const size_t name = path.rfind('/') + 1;  // npos + 1 is 0
    return AddEmpty(
        absl::StrCat(path.substr(0, name), ".wh.", path.substr(name)));
  }

  absl::Status AddSymlink(const TreeEntry& from, ArchiveEntry& entry) {
    char target[PATH_MAX];
    const raw::Result length =
        raw::ReadlinkAt(from.fd, "", target, sizeof(target));
    CHM_RETURN_IF_ERROR(sys::CallStatus(length, sys::Quoted(entry.path)));
    entry.symlink.assign(target, static_cast<size_t>(length.value));
    return tar_.Add(entry);
  }

  // What was looked at, whatever has its name by now.
  absl::Status AddFile(const TreeEntry& from, ArchiveEntry& entry) {
    ReadAttributes(from.fd, entry);
    entry.size = static_cast<uint64_t>(from.status.st_size);
    UniqueFd file;
    if (entry.size > 0) {
      CHM_ASSIGN_OR_RETURN(
          file, sys::CallFd(raw::OpenAt(AT_FDCWD, FdPath(from.fd).c_str(),
                                        O_RDONLY | O_NONBLOCK),
                            sys::Quoted(entry.path)));
    }
    CHM_RETURN_IF_ERROR(tar_.Add(entry));
    for (uint64_t left = entry.size; left > 0;) {
      const raw::Result read =
          raw::Read(file.get(), block_.data(),
                    static_cast<size_t>(std::min<uint64_t>(left, kBlock)));
      if (read.error() == EINTR) continue;
      CHM_RETURN_IF_ERROR(sys::CallStatus(read, sys::Quoted(entry.path)));
      if (read.value == 0) break;
      const auto size = static_cast<size_t>(read.value);
      CHM_RETURN_IF_ERROR(
          tar_.Write(absl::string_view(block_).substr(0, size)));
      left -= size;
    }
    return absl::OkStatus();
  }

  static constexpr size_t kBlock = size_t{64} << 10;

  const TarWish& wish_;
  TarWriter& tar_;
  std::string block_ = std::string(kBlock, '\0');
  std::map<std::pair<dev_t, ino_t>, std::string> links_;
};

}  // namespace

absl::Status TreeToTar(int root, const TarWish& wish, TarWriter& tar) {
  TreeArchive archive(wish, tar);
  CHM_RETURN_IF_ERROR(WalkTree(root, wish.mounts, [&](const TreeEntry& entry) {
    return archive.Add(entry);
  }));
  return tar.Close();
}

}  // namespace chmdocker::image
