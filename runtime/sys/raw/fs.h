// Files, directories and descriptors.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_FS_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_FS_H_

#include <fcntl.h>
#include <linux/memfd.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// pipe2(2), close-on-exec: the end to read from, and the end to write to.
inline Result Pipe(int (&ends)[2]) { return Call(SYS_pipe2, ends, O_CLOEXEC); }

inline Result OpenAt(int directory, const char* path, int flags,
                     mode_t mode = 0) {
  return Call(SYS_openat, directory, path, flags | O_CLOEXEC, mode);
}

// openat2(2), since Linux 5.6. `resolve` is RESOLVE_*.
inline Result OpenAt2(int directory, const char* path, int flags,
                      uint64_t resolve) {
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = resolve;
  return Call(SYS_openat2, directory, path, &how, sizeof(how));
}

inline Result Close(int fd) { return Call(SYS_close, fd); }

// close_range(2), since Linux 5.9.
inline Result CloseRange(unsigned first, unsigned last) {
  return Call(SYS_close_range, first, last, 0);
}

// The same range becomes close-on-exec; since Linux 5.11.
inline Result CloseRangeOnExec(unsigned first, unsigned last) {
  constexpr unsigned kCloseRangeCloexec = 1U << 2;
  return Call(SYS_close_range, first, last, kCloseRangeCloexec);
}
// sendfile(2) from where `from` is; 0 at its end.
inline Result Sendfile(int to, int from, size_t size) {
  return Call(SYS_sendfile, to, from, nullptr, size);
}

inline Result Dup3(int from, int to, int flags) {
  return Call(SYS_dup3, from, to, flags);
}

inline Result SetCloseOnExec(int fd, bool on) {
  return Call(SYS_fcntl, fd, F_SETFD, on ? FD_CLOEXEC : 0);
}

// fchown(2) of the user only.
inline Result ChownUser(int fd, uid_t user) {
  return Call(SYS_fchown, fd, user, static_cast<gid_t>(-1));
}

inline Result Read(int fd, void* data, size_t size) {
  return Call(SYS_read, fd, data, size);
}
inline Result Pread(int fd, void* data, size_t size, off_t offset) {
  return Call(SYS_pread64, fd, data, size, offset);
}
inline Result Pwrite(int fd, const void* data, size_t size, off_t offset) {
  return Call(SYS_pwrite64, fd, data, size, offset);
}
inline Result Write(int fd, const void* data, size_t size) {
  return Call(SYS_write, fd, data, size);
}

inline Result MkdirAt(int directory, const char* path, mode_t mode) {
  return Call(SYS_mkdirat, directory, path, mode);
}
inline Result MknodAt(int directory, const char* path, mode_t mode,
                      dev_t device) {
  return Call(SYS_mknodat, directory, path, mode, device);
}
inline Result SymlinkAt(const char* target, int directory, const char* path) {
  return Call(SYS_symlinkat, target, directory, path);
}
inline Result ReadlinkAt(int directory, const char* path, char* out,
                         size_t size) {
  return Call(SYS_readlinkat, directory, path, out, size);
}
// linkat(2) without flags: a symlink gets a second name itself.
inline Result LinkAt(int from_directory, const char* from, int to_directory,
                     const char* to) {
  return Call(SYS_linkat, from_directory, from, to_directory, to, 0);
}
inline Result UnlinkAt(int directory, const char* path, int flags) {
  return Call(SYS_unlinkat, directory, path, flags);
}
// renameat2(2) without flags: on some architectures the only one there is.
inline Result RenameAt(int directory, const char* from, const char* to) {
  return Call(SYS_renameat2, directory, from, directory, to, 0);
}
// The same from one directory into another.
inline Result RenameInto(int from_directory, const char* from, int to_directory,
                         const char* to) {
  return Call(SYS_renameat2, from_directory, from, to_directory, to, 0);
}
inline Result FsetXattr(int fd, const char* name, const void* value,
                        size_t size) {
  return Call(SYS_fsetxattr, fd, name, value, size, 0);
}
// utimensat(2): access time and modification time; not of what a symlink leads
// to.
inline Result SetTimes(int directory, const char* path,
                       const struct timespec times[2]) {
  return Call(SYS_utimensat, directory, path, times, AT_SYMLINK_NOFOLLOW);
}
inline Result Ftruncate(int fd, off_t size) {
  return Call(SYS_ftruncate, fd, size);
}
inline Result Fsync(int fd) { return Call(SYS_fsync, fd); }
// All of the file system that `fd` is in.
inline Result Syncfs(int fd) { return Call(SYS_syncfs, fd); }
// The entries of a directory as linux_dirent64 records: 0 after the last.
inline Result Getdents(int fd, void* out, size_t size) {
  return Call(SYS_getdents64, fd, out, size);
}
// flock(2). `operation` is LOCK_*.
inline Result Flock(int fd, int operation) {
  return Call(SYS_flock, fd, operation);
}
// fchownat(2) of what `fd` refers to, O_PATH or not.
inline Result Chown(int fd, uid_t uid, gid_t gid) {
  return Call(SYS_fchownat, fd, "", uid, gid, AT_EMPTY_PATH);
}
inline Result ChownAt(int directory, const char* path, uid_t uid, gid_t gid) {
  return Call(SYS_fchownat, directory, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}
inline Result Fchmod(int fd, mode_t mode) { return Call(SYS_fchmod, fd, mode); }
// fchmodat(2): a symlink is followed.
inline Result ChmodAt(int directory, const char* path, mode_t mode) {
  return Call(SYS_fchmodat, directory, path, mode);
}
inline mode_t Umask(mode_t mask) {
  return static_cast<mode_t>(Call(SYS_umask, mask).value);
}

// fstat(2) and fstatfs(2) through libc: it knows the kernel's structure for
// each architecture.
inline Result Fstat(int fd, struct stat* out) {
  return {fstat(fd, out) == 0 ? 0 : -errno, SYS_fstat};
}
inline Result FstatAt(int directory, const char* path, struct stat* out) {
  return {fstatat(directory, path, out, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : -errno,
          SYS_newfstatat};
}
// Whether two descriptors refer to one object.
inline bool SameObject(int a, int b) {
  struct stat status_a, status_b;
  return Fstat(a, &status_a).ok() && Fstat(b, &status_b).ok() &&
         status_a.st_dev == status_b.st_dev &&
         status_a.st_ino == status_b.st_ino;
}
inline Result Fstatfs(int fd, struct statfs* out) {
  return {fstatfs(fd, out) == 0 ? 0 : -errno, SYS_fstatfs};
}

inline Result Chdir(const char* path) { return Call(SYS_chdir, path); }
inline Result Fchdir(int fd) { return Call(SYS_fchdir, fd); }

inline Result Chroot(const char* path) { return Call(SYS_chroot, path); }

// The kernel's getcwd: unlike libc's it says "(unreachable)..." for a
// directory outside the root (CVE-2024-21626), and returns the length with NUL.
inline Result Getcwd(char* out, size_t size) {
  return Call(SYS_getcwd, out, size);
}

inline Result Ioctl(int fd, unsigned long request, void* argument) {
  return Call(SYS_ioctl, fd, request, argument);
}
inline Result IoctlInt(int fd, unsigned long request, long argument) {
  return Call(SYS_ioctl, fd, request, argument);
}

// memfd_create(2); `flags` besides MFD_CLOEXEC, for example MFD_EXEC (Linux
// 6.3).
inline Result MemfdCreate(const char* name, unsigned flags) {
  return Call(SYS_memfd_create, name, flags | MFD_CLOEXEC);
}
inline Result AddSeals(int fd, int seals) {
  return Call(SYS_fcntl, fd, F_ADD_SEALS, seals);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_FS_H_
