#include "runtime/mounts/copy_up.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/directory.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::mounts {
namespace {

constexpr int kMaxDepth = 64;
constexpr mode_t kPermissions = 07777;

// The functions below call each other once for each level; kMaxDepth bounds
// it, and what they have on the stack.
// NOLINTBEGIN(misc-no-recursion)
raw::Result CopyDirectory(int from, int to, int depth);

// An object of the covered directory: `source` is O_PATH, `parent` the
// directory that gets the copy.
struct Item {
  int source;
  const struct stat& status;
  int from;  // directory of the source
  int parent;
  const char* name;
};

// The name once more, but only if it still leads to the same object.
raw::Result Reopen(const Item& item, int flags) {
  const raw::Result opened =
      raw::OpenAt(item.from, item.name, flags | O_NOFOLLOW | O_NONBLOCK);
  if (!opened.ok() || raw::SameObject(opened.fd(), item.source)) return opened;
  (void)raw::Close(opened.fd());
  return raw::Failure(EAGAIN, SYS_openat);
}

raw::Result CopySymlink(const Item& item) {
  char target[PATH_MAX];
  const raw::Result length =
      raw::ReadlinkAt(item.source, "", target, sizeof(target) - 1);
  if (!length.ok()) return length;
  target[length.value] = '\0';
  const raw::Result made = raw::SymlinkAt(target, item.parent, item.name);
  if (!made.ok()) return made;
  return raw::ChownAt(item.parent, item.name, item.status.st_uid,
                      item.status.st_gid);
}

// The owner first: a change of it takes the set-user-ID bit away.
raw::Result GiveOwnerAndMode(int fd, const struct stat& status) {
  const raw::Result owned = raw::Chown(fd, status.st_uid, status.st_gid);
  if (!owned.ok()) return owned;
  return raw::Fchmod(fd, status.st_mode & kPermissions);
}

raw::Result CopyFile(const Item& item) {
  constexpr size_t kMost = size_t{1} << 30;  // what one call copies at most
  const raw::Result opened = Reopen(item, O_RDONLY);
  if (!opened.ok()) return opened;
  const UniqueFd from(opened.fd());
  const raw::Result created = raw::OpenAt(
      item.parent, item.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!created.ok()) return created;
  const UniqueFd to(created.fd());
  for (;;) {
    const raw::Result copied = raw::Sendfile(to.get(), from.get(), kMost);
    if (copied.error() == EINTR) continue;
    if (!copied.ok()) return copied;
    if (copied.value == 0) break;
  }
  return GiveOwnerAndMode(to.get(), item.status);
}

raw::Result CopyNode(const Item& item) {
  const mode_t permissions = item.status.st_mode & kPermissions;
  const raw::Result made = raw::MknodAt(
      item.parent, item.name, item.status.st_mode, item.status.st_rdev);
  if (!made.ok()) return made;
  const raw::Result owned = raw::ChownAt(
      item.parent, item.name, item.status.st_uid, item.status.st_gid);
  if (!owned.ok()) return owned;
  // Nobody else knows this tmpfs yet: what was made is still there.
  return raw::ChmodAt(item.parent, item.name, permissions);
}

raw::Result CopySubdirectory(const Item& item, int depth) {
  if (depth == kMaxDepth) return raw::Failure(ELOOP, SYS_mkdirat);
  const raw::Result made = raw::MkdirAt(item.parent, item.name, 0700);
  if (!made.ok()) return made;
  const raw::Result opened =
      raw::OpenAt(item.parent, item.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!opened.ok()) return opened;
  const UniqueFd to(opened.fd());
  const raw::Result copied = CopyDirectory(item.source, to.get(), depth + 1);
  return copied.ok() ? GiveOwnerAndMode(to.get(), item.status) : copied;
}

raw::Result CopyItem(int from, int to, const char* name, int depth) {
  const raw::Result opened = raw::OpenAt(from, name, O_PATH | O_NOFOLLOW);
  // Removed meanwhile by somebody else.
  if (opened.error() == ENOENT) return {};
  if (!opened.ok()) return opened;
  const UniqueFd source(opened.fd());
  struct stat status;
  if (const raw::Result got = raw::Fstat(source.get(), &status); !got.ok()) {
    return got;
  }
  const Item item = {source.get(), status, from, to, name};
  switch (status.st_mode & S_IFMT) {
    case S_IFDIR:
      return CopySubdirectory(item, depth);
    case S_IFREG:
      return CopyFile(item);
    case S_IFLNK:
      return CopySymlink(item);
    default:
      return CopyNode(item);
  }
}

raw::Result CopyDirectory(int from, int to, int depth) {
  const raw::Result opened = raw::OpenAt(from, ".", O_RDONLY | O_DIRECTORY);
  if (!opened.ok()) return opened;
  const UniqueFd directory(opened.fd());
  char records[2048];
  for (;;) {
    const raw::Result got =
        raw::Getdents(directory.get(), records, sizeof(records));
    if (!got.ok()) return got;
    if (got.value == 0) return {};
    raw::DirectoryEntries entries(records, got.value);
    for (raw::DirectoryEntry entry; entries.Next(&entry);) {
      const raw::Result copied =
          CopyItem(directory.get(), to, entry.name, depth);
      if (!copied.ok()) return copied;
    }
  }
}

// NOLINTEND(misc-no-recursion)

}  // namespace

raw::Result CopyUp(int from, int to) { return CopyDirectory(from, to, 0); }

}  // namespace chmdocker::mounts
