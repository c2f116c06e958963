#include "runtime/path/in_root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::path {
namespace {

// As the kernel: MAXSYMLINKS in include/linux/namei.h.
constexpr int kMaxSymlinks = 40;

// openat2 answers EAGAIN when a rename or mount anywhere on the system races
// with a ".."; runc saw 3 % spurious failures at 32 tries.
constexpr int kMaxRaces = 128;

// Splits off the first component of `*rest`; false when there is none left.
bool NextComponent(const char** rest, char (&name)[NAME_MAX + 1], int* error) {
  while (**rest == '/') ++*rest;
  if (**rest == '\0') return false;
  const size_t length = strcspn(*rest, "/");
  if (length > NAME_MAX) {
    *error = ENAMETOOLONG;
    return false;
  }
  memcpy(name, *rest, length);
  name[length] = '\0';
  *rest += length;
  return true;
}

bool HasMore(const char* rest) { return rest[strspn(rest, "/")] != '\0'; }

// A walk below a root. `at` is the directory reached (or a descriptor of the
// root itself), `done` its path below the root, free of symlinks and "..",
// `rest` what is still to be resolved.
class Walk {
 public:
  explicit Walk(int root) : root_(root), at_(root) {}
  ~Walk() { Move(root_); }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  raw::Result Start(const char* path) {
    const size_t length = strlen(path);
    if (length >= sizeof(rest_)) return Fail(ENAMETOOLONG);
    memcpy(rest_, path, length + 1);
    cursor_ = rest_;
    return {};
  }

  // Resolves everything; the last component is opened with `flags`.
  raw::Result Finish(int flags) {
    char name[NAME_MAX + 1];
    int error = 0;
    while (NextComponent(&cursor_, name, &error)) {
      const raw::Result step = Step(name, flags);
      if (!step.ok() || step.fd() > 0) return step;
    }
    if (error != 0) return Fail(error);
    return raw::OpenAt(at_, ".", flags & ~O_NOFOLLOW);
  }

 private:
  static raw::Result Fail(int error) {
    return raw::Failure(error, SYS_openat2);
  }

  // Goes one component on. A positive value is the final descriptor.
  raw::Result Step(const char* name, int flags) {
    if (strcmp(name, ".") == 0) return {};
    if (strcmp(name, "..") == 0) return Up();
    const raw::Result found = raw::OpenAt(at_, name, O_PATH | O_NOFOLLOW);
    if (!found.ok()) return found;
    struct stat status;
    if (const raw::Result got = raw::Fstat(found.fd(), &status); !got.ok()) {
      (void)raw::Close(found.fd());
      return got;
    }
    const bool last = !HasMore(cursor_);
    if (S_ISLNK(status.st_mode) && !(last && (flags & O_NOFOLLOW))) {
      return Follow(found.fd());
    }
    if (last) return Reopen(found.fd(), name, flags, S_ISDIR(status.st_mode));
    if (!S_ISDIR(status.st_mode)) {
      (void)raw::Close(found.fd());
      return Fail(ENOTDIR);
    }
    return Down(found.fd(), name);
  }

  // Opens the object that `fd` (O_PATH) refers to with `flags`: by its name
  // once more, without following a symlink, and a comparison, so that a swap in
  // between is noticed. Closes `fd`.
  raw::Result Reopen(int fd, const char* name, int flags, bool is_directory) {
    // "dir/" must be a directory, as in the kernel.
    if (*cursor_ == '/') flags |= O_DIRECTORY;
    UniqueFd found(fd);
    if ((flags & O_DIRECTORY) != 0 && !is_directory) return Fail(ENOTDIR);
    if ((flags & O_PATH) != 0) return {found.release(), SYS_openat};
    const raw::Result opened = raw::OpenAt(at_, name, flags | O_NOFOLLOW);
    if (!opened.ok() || raw::SameObject(opened.fd(), fd)) return opened;
    (void)raw::Close(opened.fd());
    return Fail(EAGAIN);
  }

  raw::Result Down(int fd, const char* name) {
    const size_t length = strlen(name);
    if (done_length_ + length + 2 > sizeof(done_)) {
      (void)raw::Close(fd);
      return Fail(ENAMETOOLONG);
    }
    done_[done_length_++] = '/';
    memcpy(done_ + done_length_, name, length + 1);
    done_length_ += length;
    Move(fd);
    return {};
  }

  // To the parent by walking down again from the root: a ".." opened from a
  // directory that somebody moves out of the root would lead outside.
  raw::Result Up() {
    while (done_length_ > 0 && done_[done_length_] != '/') --done_length_;
    done_[done_length_] = '\0';
    Move(root_);
    const char* done = done_;
    char name[NAME_MAX + 1];
    int error = 0;
    while (NextComponent(&done, name, &error)) {
      const raw::Result next =
          raw::OpenAt(at_, name, O_PATH | O_NOFOLLOW | O_DIRECTORY);
      if (!next.ok()) return next;
      Move(next.fd());
    }
    return {};
  }

  // Puts the target of the symlink `fd` in front of what is left. Closes `fd`.
  raw::Result Follow(int fd) {
    char target[PATH_MAX];
    const raw::Result length =
        raw::ReadlinkAt(fd, "", target, sizeof(target) - 1);
    (void)raw::Close(fd);
    if (!length.ok()) return length;
    if (++symlinks_ > kMaxSymlinks) return Fail(ELOOP);
    const size_t size = static_cast<size_t>(length.value);
    const size_t left = strlen(cursor_);
    if (size + left >= sizeof(rest_)) return Fail(ENAMETOOLONG);
    memmove(rest_ + size, cursor_, left + 1);
    memcpy(rest_, target, size);
    cursor_ = rest_;
    if (size > 0 && target[0] == '/') {
      done_length_ = 0;
      done_[0] = '\0';
      Move(root_);
    }
    return {};
  }

  void Move(int fd) {
    if (at_ != root_) (void)raw::Close(at_);
    at_ = fd;
  }

  int root_;
  int at_;
  int symlinks_ = 0;
  size_t done_length_ = 0;
  const char* cursor_ = nullptr;
  char done_[PATH_MAX] = {};
  char rest_[PATH_MAX];
};

raw::Result MakeOne(int parent, const char* name, FileKind kind) {
  raw::Result made;
  if (kind == FileKind::kDirectory) {
    made = raw::MkdirAt(parent, name, 0755);
  } else {
    // mknod rather than open(O_CREAT): it never follows a symlink.
    made = raw::MknodAt(parent, name, S_IFREG | 0644, 0);
  }
  return made.error() == EEXIST ? raw::Result{} : made;
}

// Where the component that starts at `from` ends in `path`.
size_t ComponentEnd(const char* path, size_t from) {
  from += strspn(path + from, "/");
  return from + strcspn(path + from, "/");
}

// A path that CreateInRoot is still creating, in a buffer of its own.
class Wanted {
 public:
  bool Assign(const char* path) {
    const size_t length = strlen(path);
    if (length >= sizeof(path_)) return false;
    memcpy(path_, path, length + 1);
    return true;
  }

  const char* path() const { return path_[0] == '\0' ? "." : path_; }

  // Creates the components that are missing below `root`, up to the first
  // dangling symlink, which is replaced by its target; the rest is for the next
  // call. `*links` counts these.
  raw::Result CreateMissing(int root, FileKind kind, int* links) {
    const raw::Result begin = ExistingEnd(root);
    if (!begin.ok()) return begin;
    auto start = static_cast<size_t>(begin.value);
    for (size_t end = ComponentEnd(path_, start); end > start;
         start = end, end = ComponentEnd(path_, end)) {
      const raw::Result found = OpenPrefix(root, end);
      if (found.ok()) {
        (void)raw::Close(found.fd());
        continue;
      }
      if (found.error() != ENOENT) return found;
      const raw::Result parent = OpenPrefix(root, start);
      if (!parent.ok()) return parent;
      const int links_before = *links;
      const bool last = !HasMore(path_ + end);
      const raw::Result made = CreateOne(
          parent.fd(), start, end, last ? kind : FileKind::kDirectory, links);
      (void)raw::Close(parent.fd());
      if (!made.ok() || *links != links_before) return made;
    }
    return {};
  }

 private:
  // Where the walk may begin: most often only the last component is missing.
  raw::Result ExistingEnd(int root) {
    size_t end = strlen(path_);
    while (end > 0 && path_[end - 1] == '/') --end;
    while (end > 0 && path_[end - 1] != '/') --end;
    while (end > 0 && path_[end - 1] == '/') --end;
    const raw::Result parent = OpenPrefix(root, end);
    if (parent.error() == ENOENT) return {0, SYS_openat2};
    if (!parent.ok()) return parent;
    (void)raw::Close(parent.fd());
    return {static_cast<long>(end), SYS_openat2};
  }

  raw::Result OpenPrefix(int root, size_t end) {
    const char saved = path_[end];
    path_[end] = '\0';
    const raw::Result opened = OpenInRoot(root, end == 0 ? "." : path_, O_PATH);
    path_[end] = saved;
    return opened;
  }

  raw::Result CreateOne(int parent, size_t start, size_t end, FileKind kind,
                        int* links) {
    start += strspn(path_ + start, "/");
    char name[NAME_MAX + 1];
    if (end - start > NAME_MAX) return raw::Failure(ENAMETOOLONG, SYS_mkdirat);
    memcpy(name, path_ + start, end - start);
    name[end - start] = '\0';
    char target[PATH_MAX];
    const raw::Result length =
        raw::ReadlinkAt(parent, name, target, sizeof(target));
    if (!length.ok()) return MakeOne(parent, name, kind);
    if (++*links > kMaxSymlinks) return raw::Failure(ELOOP, SYS_openat2);
    const size_t size = static_cast<size_t>(length.value);
    return Substitute(target[0] == '/' ? 0 : start, end, target, size);
  }

  // Replaces path_[start, end) by `text`.
  raw::Result Substitute(size_t start, size_t end, const char* text,
                         size_t size) {
    const size_t left = strlen(path_ + end);
    if (start + size + left >= sizeof(path_)) {
      return raw::Failure(ENAMETOOLONG, SYS_openat2);
    }
    memmove(path_ + start + size, path_ + end, left + 1);
    memcpy(path_ + start, text, size);
    return {};
  }

  char path_[PATH_MAX];
};

}  // namespace

const char* LastName(const char* path) {
  const char* const slash = strrchr(path, '/');
  const char* const name = slash == nullptr ? path : slash + 1;
  const bool plain =
      *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
  return plain ? name : nullptr;
}

raw::Result OpenInRootByWalking(int root, const char* path, int flags) {
  for (int race = 0; race < kMaxRaces; ++race) {
    Walk walk(root);
    if (const raw::Result start = walk.Start(path); !start.ok()) return start;
    const raw::Result opened = walk.Finish(flags);
    if (opened.error() != EAGAIN) return opened;
  }
  return raw::Failure(EAGAIN, SYS_openat);
}

raw::Result OpenWithoutSymlinks(int root, const char* path) {
  const raw::Result start = raw::OpenAt(root, ".", O_PATH | O_DIRECTORY);
  if (!start.ok()) return start;
  UniqueFd at(start.fd());
  char name[NAME_MAX + 1];
  int error = 0;
  while (NextComponent(&path, name, &error)) {
    if (strcmp(name, "..") == 0) return raw::Failure(EINVAL, SYS_openat);
    const raw::Result next = raw::OpenAt(at.get(), name, O_PATH | O_NOFOLLOW);
    if (!next.ok()) return next;
    at.reset(next.fd());
    struct stat status;
    if (const raw::Result got = raw::Fstat(at.get(), &status); !got.ok()) {
      return got;
    }
    if (S_ISLNK(status.st_mode)) return raw::Failure(ELOOP, SYS_openat);
  }
  if (error != 0) return raw::Failure(error, SYS_openat);
  return {at.release(), SYS_openat};
}

raw::Result OpenInRoot(int root, const char* path, int flags) {
  for (int race = 0; race < kMaxRaces; ++race) {
    const raw::Result opened = raw::OpenAt2(
        root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    // ENOSYS: before Linux 5.6. EPERM: what older seccomp profiles answer;
    // openat2 itself has it only for O_NOATIME and sealed files.
    if (opened.error() == ENOSYS || opened.error() == EPERM) {
      return OpenInRootByWalking(root, path, flags);
    }
    if (opened.error() != EAGAIN) return opened;
  }
  return raw::Failure(EAGAIN, SYS_openat2);
}

raw::Result CreateInRoot(int root, const char* path, FileKind kind) {
  Wanted wanted;
  if (!wanted.Assign(path)) return raw::Failure(ENAMETOOLONG, SYS_openat2);
  int links = 0;
  // Each further round follows a link; somebody who keeps removing what was
  // created cannot hold this up for ever.
  for (int round = 0; round <= kMaxSymlinks + 1; ++round) {
    const raw::Result found = OpenInRoot(root, wanted.path(), O_PATH);
    if (found.error() != ENOENT) return found;
    const raw::Result created = wanted.CreateMissing(root, kind, &links);
    if (!created.ok()) return created;
  }
  return raw::Failure(ELOOP, SYS_openat2);
}

raw::Result OpenParentInRoot(int root, const char* path, const char** name) {
  *name = LastName(path);
  if (*name == nullptr) return raw::Failure(EINVAL, SYS_openat2);
  char parent[PATH_MAX];
  const size_t length = static_cast<size_t>(*name - path);
  if (length >= sizeof(parent)) {
    return raw::Failure(ENAMETOOLONG, SYS_openat2);
  }
  memcpy(parent, path, length);
  parent[length] = '\0';
  return CreateInRoot(root, parent, FileKind::kDirectory);
}

}  // namespace chmdocker::path
