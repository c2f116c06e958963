// Namespaces that are held by descriptor, to be joined.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_FILES_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_FILES_H_

#include <stddef.h>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::namespaces {

struct NamespaceKind {
  const char* word;  // as in flag_names.cc
  const char* file;  // below /proc/PID/ns
  CloneFlags flag;
};

// The user namespace first, for it has a rule of its own. The mount namespace
// last: joining it changes the root directory.
inline constexpr NamespaceKind kNamespaceKinds[] = {
    {"user", "user", kNewUser}, {"cgroup", "cgroup", kNewCgroup},
    {"ipc", "ipc", kNewIpc},    {"net", "net", kNewNet},
    {"pid", "pid", kNewPid},    {"time", "time", kNewTime},
    {"uts", "uts", kNewUts},    {"mount", "mnt", kNewMount},
};
inline constexpr size_t kNamespaceKindCount =
    sizeof(kNamespaceKinds) / sizeof(kNamespaceKinds[0]);

// Files of namespaces, by their place in kNamespaceKinds; those that are not
// open are left alone.
struct NamespaceFiles {
  UniqueFd fds[kNamespaceKindCount];
};

// Joins all of them: setns(2). Before the user namespace those that belong to
// the caller's, behind it those that its rights are needed for, as an ordinary
// user has to.
raw::Result JoinFiles(const NamespaceFiles& files);

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_NAMESPACE_FILES_H_
