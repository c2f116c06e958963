// Files of /proc by which a process changes itself or the kernel.
//
// What is at /proc need not be a procfs, and files may be mounted over those in
// it: then a label or a setting would be written to somewhere else, or nowhere
// (CVE-2019-16884, CVE-2025-52881).
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_PATH_PROCFS_H_
#define CHMDOCKER_RUNTIME_PATH_PROCFS_H_

#include <stddef.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::path {

// Opens `path`, relative to /proc, with openat(2)'s `flags`. EXDEV when /proc
// is no procfs, or when something is mounted over a part of `path`. Before
// Linux 5.6 (openat2) a mount of the same procfs over a part of it is not seen.
raw::Result OpenInProc(const char* path, int flags);

// Writes all of `text` to it at once, as these files want it.
raw::Result WriteInProc(const char* path, const char* text, size_t size);

// The same in a procfs that is made for it and that nobody else sees: nothing
// is mounted in it, and it can be written though /proc/sys be read-only, as in
// a container. By way of /proc where the caller may make none, or the kernel
// has no fsopen(2) (before Linux 5.2).
raw::Result WriteInOwnProc(const char* path, const char* text, size_t size);

}  // namespace chmdocker::path

#endif  // CHMDOCKER_RUNTIME_PATH_PROCFS_H_
