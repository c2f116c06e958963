// Files of the host's /proc, about the caller or another process. In a mount
// namespace that others may have filled, path/procfs.h is the way.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_PROC_FILE_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_PROC_FILE_H_

#include "runtime/sys/raw/call.h"

namespace chmdocker::namespaces {

// Writes all of `text` at once, as the files of user_namespaces(7) and
// cgroups(7) want it.
raw::Result WriteProcFile(const char* path, const char* text);

// The number that the process of `pidfd` has in /proc: proc_pid_fdinfo(5).
// ESRCH when it is gone or not to be seen there.
raw::Result PidOf(int pidfd);

// Opens /proc/PID/ns/FILE.
raw::Result OpenNamespace(long pid, const char* file);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_PROC_FILE_H_
