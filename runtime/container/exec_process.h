// What `exec` runs: the container's own process, changed by options, or one of
// its own.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_EXEC_PROCESS_H_
#define CHMDOCKER_RUNTIME_CONTAINER_EXEC_PROCESS_H_

#include "absl/status/statusor.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/process.h"

namespace chmdocker::container {

// `own` is the process of the container's configuration. InvalidArgument names
// the option that is wrong.
absl::StatusOr<spec::Process> ProcessFor(const Runtime& runtime,
                                         const ExecOptions& options,
                                         const spec::Process& own);

// "UID" or "UID:GID" in decimal, strictly: what is no number must not become
// user 0 (CVE-2026-30892). Without a group it stays what it is.
absl::Status SetUser(const std::string& text, spec::User& user);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_EXEC_PROCESS_H_
