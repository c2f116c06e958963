// Paths inside a root directory that is not (yet) the process's own root.
//
// A path below a container's root file system is resolved as the container
// would: absolute symlinks and ".." stay inside the root, whatever the image
// put there. Every result is a descriptor; a name is never resolved twice
// (CVE-2019-18837, CVE-2021-30465, CVE-2024-45310).
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_PATH_IN_ROOT_H_
#define CHMDOCKER_RUNTIME_PATH_IN_ROOT_H_

#include <sys/types.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::path {

// Opens `path` below `root` with `flags` (O_CLOEXEC is added; O_CREAT is not
// allowed). A final symlink is followed unless O_NOFOLLOW is given. By openat2
// with RESOLVE_IN_ROOT (Linux 5.6), or, where that is missing or forbidden by a
// seccomp filter, by OpenInRootByWalking.
raw::Result OpenInRoot(int root, const char* path, int flags);

// The same by opening one component after the other without following
// symlinks; these are read and resolved here.
raw::Result OpenInRootByWalking(int root, const char* path, int flags);

// Opens `path` below `root` as O_PATH; any symlink on the way or at the end is
// ELOOP or ENOTDIR, and ".." is EINVAL.
raw::Result OpenWithoutSymlinks(int root, const char* path);

enum class FileKind : unsigned char { kDirectory, kRegular };

// Opens `path` below `root` as O_PATH after creating what is missing: parent
// directories (mode 0755) and, at the end, a directory (0755) or an empty file
// (0644), less the umask. What exists already is opened as it is. A dangling
// symlink at the end has its target created, inside the root.
raw::Result CreateInRoot(int root, const char* path, FileKind kind);

// The last component of `path`, a part of it; null where that is empty, "." or
// "..".
const char* LastName(const char* path);

// Opens the directory that holds the last component of `path`, creating it if
// missing, and points `*name` at that component. For calls that must not
// follow a final symlink: mknodat, symlinkat.
raw::Result OpenParentInRoot(int root, const char* path, const char** name);

}  // namespace chmdocker::path

#endif  // CHMDOCKER_RUNTIME_PATH_IN_ROOT_H_
