// A process joins the namespaces of another one.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_JOIN_H_
#define CHMDOCKER_RUNTIME_LAUNCH_JOIN_H_

#include <sys/types.h>

#include "absl/status/statusor.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/namespaces/namespace_files.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::launch {

// What is to be joined, opened while /proc still shows the process.
struct JoinTarget {
  int pidfd = -1;         // the caller's
  CloneFlags namespaces;  // those that the caller is not in itself
  namespaces::NamespaceFiles files;
  UniqueFd root;  // the root directory of the process
};

// The namespaces of the process with the number `pid`, to which `pidfd` refers,
// that the caller is not in itself.
absl::StatusOr<CloneFlags> OtherNamespaces(pid_t pid, int pidfd);

// `pidfd` refers to the process with the number `pid`, and outlives the result.
absl::StatusOr<JoinTarget> OpenJoinTarget(pid_t pid, int pidfd);

// Puts the calling process into the namespaces and the root directory of
// `target`; of a pid namespace, only its future children. Allocates nothing.
// The caller must have one thread and memory of its own, and no longer be
// dumpable: once it is in a pid namespace, who is in there can look into it
// (CVE-2016-9962).
raw::Result Join(const JoinTarget& target);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_JOIN_H_
