#include "runtime/container/join_containers.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flag_names.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/instance.h"
#include "runtime/container/join_wish.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/host/facts.h"
#include "runtime/launch/join.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

struct Other {
  UniqueFd pidfd;
  launch::JoinTarget target;
};

// Without its lock: it may be the new one itself, which does not run yet.
absl::StatusOr<Other> Find(const Runtime& runtime, const std::string& word) {
  const Target found = FindTarget(runtime, word);
  CHM_ASSIGN_OR_RETURN(const state::Record record,
                       state::Peek(found.runtime.root, found.id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(record));
  if (status == Status::kCreating || status == Status::kStopped) {
    return absl::FailedPreconditionError(
        absl::StrCat("container not running: it is ", StatusName(status)));
  }
  Other other;
  CHM_ASSIGN_OR_RETURN(other.pidfd, state::OpenPidfd(record.init));
  CHM_ASSIGN_OR_RETURN(
      other.target, launch::OpenJoinTarget(record.init.pid, other.pidfd.get()));
  return other;
}

// The files are in the order of the kinds, of which the user namespace is the
// first.
int UserFile(const Other& other) { return other.target.files.fds[0].get(); }

absl::Status Of(const JoinWish& wish, const absl::Status& status) {
  return absl::Status(
      status.code(),
      absl::StrCat(NamespaceWords(wish.kind), " namespace of container ",
                   Quote(wish.container), ": ", status.message()));
}

}  // namespace

absl::StatusOr<std::vector<UniqueFd>> JoinContainers(
    const Runtime& runtime, const std::vector<JoinWish>& wishes,
    const host::HostFacts& facts, spec::ContainerSpec& spec) {
  std::vector<UniqueFd> processes;
  UniqueFd users;  // the user namespace that is joined
  for (const JoinWish& wish : wishes) {
    absl::StatusOr<Other> other = Find(runtime, wish.container);
    if (!other.ok()) return Of(wish, other.status());
    if (!other->target.namespaces.has(wish.kind)) continue;
    CloneFlags joined = wish.kind;
    if (!facts.can_make_namespaces && other->target.namespaces.has(kNewUser)) {
      if (!users.valid()) {
        joined |= kNewUser;
        users = std::move(other->target.files.fds[0]);
        spec.user_namespace = spec::UserNamespace::kNever;
      } else if (!raw::SameObject(users.get(), UserFile(*other))) {
        return Of(wish, absl::FailedPreconditionError(
                            "it belongs to another user namespace than that of "
                            "the first container; root can join both"));
      }
    }
    spec.joined_processes.push_back({joined});
    processes.push_back(std::move(other->pidfd));
  }
  return processes;
}

}  // namespace chmdocker::container
