// MoveRoot: the change of root without pivot_root.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/mounts/setup_parts.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::mounts {
namespace {

// Lines of a file, in one buffer. A longer line than that is E2BIG.
class LineReader {
 public:
  explicit LineReader(int fd) : fd_(fd) {}

  // The next line, without its end, until the next call; null at the end.
  raw::Result Next(char** line) {
    for (;;) {
      char* const start = buffer_ + start_;
      char* const end = static_cast<char*>(memchr(start, '\n', size_ - start_));
      if (end != nullptr) {
        *end = '\0';
        start_ = static_cast<size_t>(end + 1 - buffer_);
        *line = start;
        return {};
      }
      memmove(buffer_, start, size_ - start_);
      size_ -= start_;
      start_ = 0;
      if (size_ == sizeof(buffer_)) return raw::Failure(E2BIG, SYS_read);
      const raw::Result got =
          raw::Read(fd_, buffer_ + size_, sizeof(buffer_) - size_);
      if (!got.ok()) return got;
      *line = nullptr;
      if (got.value == 0) return {};
      size_ += static_cast<size_t>(got.value);
    }
  }

 private:
  int fd_;
  size_t start_ = 0;
  size_t size_ = 0;
  char buffer_[4 * PATH_MAX];
};

// "\040" for a space and so on: proc_pid_mountinfo(5).
void Unescape(char* text) {
  const auto digit = [](char c) { return c >= '0' && c <= '7'; };
  char* out = text;
  while (*text != '\0') {
    if (text[0] == '\\' && digit(text[1]) && digit(text[2]) && digit(text[3])) {
      *out++ = static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 +
                                 (text[3] - '0'));
      text += 4;
    } else {
      *out++ = *text++;
    }
  }
  *out = '\0';
}

// The fifth field of a line of mountinfo, if its file system is a procfs or
// sysfs; else null.
char* KernelMountPoint(char* line) {
  const char* type = strstr(line, " - ");
  if (type == nullptr || (strncmp(type + 3, "proc ", 5) != 0 &&
                          strncmp(type + 3, "sysfs ", 6) != 0)) {
    return nullptr;
  }
  for (int field = 1; field < 5; ++field) {
    line = strchr(line, ' ');
    if (line == nullptr) return nullptr;
    ++line;
  }
  line[strcspn(line, " ")] = '\0';
  Unescape(line);
  return line;
}

bool IsBelow(const char* path, const char* directory) {
  const size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 &&
         (path[length] == '/' || path[length] == '\0');
}

// Unmounts happen in all peers of the mount that something is mounted on: the
// host's, if the root is shared. So that one becomes a slave.
raw::Result LeavePeersOf(char* path) {
  char* const slash = strrchr(path, '/');
  if (slash == nullptr || slash == path) {
    return raw::Mount(nullptr, "/", nullptr, kMountSlave, nullptr);
  }
  *slash = '\0';
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_PATH | O_DIRECTORY);
  *slash = '/';
  if (!opened.ok()) return opened;
  const UniqueFd directory(opened.fd());
  return ChangeHolder(directory.get(), kMountSlave);
}

// In a user namespace the mounts are locked to what they were copied with:
// EINVAL. They are covered instead.
raw::Result TakeAway(char* path) {
  const raw::Result left = LeavePeersOf(path);
  if (!left.ok()) return left;
  const raw::Result detached = raw::DetachMount(path);
  if (detached.error() != EINVAL && detached.error() != EPERM) return detached;
  return raw::Mount("tmpfs", path, "tmpfs",
                    kMountReadonly | kMountNosuid | kMountNodev | kMountNoexec,
                    nullptr);
}

raw::Result TakeKernelMountsAway(const char* rootfs) {
  const raw::Result opened =
      raw::OpenAt(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  LineReader lines(file.get());
  for (;;) {
    char* line = nullptr;
    if (const raw::Result got = lines.Next(&line); !got.ok()) return got;
    if (line == nullptr) return {};
    char* const point = KernelMountPoint(line);
    if (point == nullptr || IsBelow(point, rootfs)) continue;
    const raw::Result away = TakeAway(point);
    // ENOENT: it went with the mount that it was on.
    if (!away.ok() && away.error() != ENOENT) return away;
  }
}

}  // namespace

raw::Result Run(const step::MoveRoot<const char*>&, Rootfs& rootfs) {
  const raw::Result there = raw::Fchdir(rootfs.directory.get());
  if (!there.ok()) return there;
  char path[PATH_MAX];
  const raw::Result current = raw::Getcwd(path, sizeof(path));
  if (!current.ok()) return current;
  const raw::Result away = TakeKernelMountsAway(path);
  if (!away.ok()) return away;
  const raw::Result back = raw::Fchdir(rootfs.directory.get());
  if (!back.ok()) return back;
  const raw::Result moved = raw::Mount(".", "/", nullptr, kMountMove, nullptr);
  if (!moved.ok()) return moved;
  const raw::Result inside = raw::Chroot(".");
  if (!inside.ok()) return inside;
  return LeaveRootfs(rootfs);
}

}  // namespace chmdocker::mounts
