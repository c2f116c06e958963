#include "runtime/container/own_cgroup.h"

#include <errno.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/discard.h"
#include "runtime/container/event_log.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/limit_events.h"
#include "runtime/container/make_cgroups.h"
#include "runtime/container/places.h"
#include "runtime/container/run.h"
#include "runtime/host/facts.h"
#include "runtime/launch/guardian.h"
#include "runtime/launch/launcher.h"
#include "runtime/spec/container_spec.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"

namespace chmdocker::container {
namespace {

// 12 hexadecimal digits, as docker's ids in short. No other container has or
// had them: a cgroup of that name is this one's.
absl::StatusOr<std::string> RandomName() {
  uint64_t bits = 0;
  constexpr size_t kBytes = 6;
  if (getrandom(&bits, kBytes, 0) != static_cast<ssize_t>(kBytes)) {
    return ErrnoError(errno, "getrandom");
  }
  return absl::StrCat(absl::Hex(bits, absl::kZeroPad12));
}

// In the guardian: all that a killed chmdocker may have left. What is on record
// counts; before that there is only the cgroup's name.
void CleanUpAfter(const Runtime& runtime, const state::Record& left) {
  const Runtime& place = left.kept ? KeptRuntime(runtime) : runtime;
  absl::StatusOr<state::Directory> directory =
      state::Directory::Open(place.root, left.id);
  state::Record record = left;
  bool is_ours = false;
  bool has_run = false;
  if (directory.ok()) {
    const absl::StatusOr<state::Record> found = directory->Load();
    // Else it is another container of that name. One without a record is what a
    // killed creation has left, and of no use to anybody.
    is_ours = found.ok() &&
              (found->created == left.created || found->created.empty());
    has_run = is_ours && found->phase == state::Phase::kStarted;
    if (is_ours && !found->cgroups.empty()) record = *found;
  }
  (void)cgroups::KillAll(record.cgroups, SIGKILL);
  (void)cgroups::Remove(record.cgroups);
  if (!is_ours) return;
  // How, nobody knows.
  if (has_run) TellOf(runtime, record, "die");
  Instance instance{*std::move(directory), std::move(record)};
  if (!left.kept || left.kept->remove) {
    (void)Discard(runtime, instance);
    return;
  }
  instance.record.phase = state::Phase::kStopped;
  instance.record.cgroups.clear();
  instance.record.kept->error = "chmdocker was killed while it ran it";
  (void)instance.directory.Save(instance.record);
}

// How many cgroups on the way to each of `directories` are not there yet: who
// is killed while it makes them has made no more.
void CountMissingAbove(cgroups::Directories& directories) {
  for (host::CgroupDirectory& directory : directories) {
    std::string above = directory.path;
    for (;;) {
      above.resize(above.rfind('/'));
      if (above.empty() || access(above.c_str(), F_OK) == 0) break;
      ++directory.made_above;
    }
  }
}

}  // namespace

std::string CgroupsPath(const CgroupWish& wish, const std::string& name) {
  return wish.parent.empty() ? name : absl::StrCat(wish.parent, "/", name);
}

absl::StatusOr<OwnCgroup> OwnCgroup::Make(const Runtime& runtime,
                                          const spec::ContainerSpec& spec,
                                          const CgroupWish& wish,
                                          const host::HostFacts& facts,
                                          std::optional<Instance> kept) {
  CHM_ASSIGN_OR_RETURN(const std::string random, RandomName());
  const std::string name = absl::StrCat(kCgroupPrefix, random);
  state::Record record;
  if (kept) {
    record = kept->record;
    record.phase = state::Phase::kCreating;
    record.init = {};
  } else {
    record.id = wish.name.empty() ? random : wish.name;
    record.created = Now();
    record.owner = geteuid();
  }
  record.rootfs = spec.root.path.empty() ? "/" : spec.root.path;
  record.new_keyring = false;
  record.own_pid_namespace = spec.namespaces.has(kNewPid);
  record.start_needs_config = false;
  record.delete_needs_config = false;
  CHM_ASSIGN_OR_RETURN(
      record.cgroups,
      cgroups::Locate(facts.cgroup_mounts, CgroupsPath(wish, name), record.id));
  if (!wish.parent.empty()) CountMissingAbove(record.cgroups);
  CHM_ASSIGN_OR_RETURN(launch::Guardian guardian, launch::Guardian::Start([&] {
                         CleanUpAfter(runtime, record);
                       }));
  OwnCgroup own(runtime, facts, std::move(record), std::move(guardian));
  own.parent_ = wish.parent;
  own.unfinished_ = std::make_unique<NewCgroups>(
      runtime, facts, CgroupsPath(wish, name), name, spec.resources);
  CHM_RETURN_IF_ERROR(own.unfinished_->MakeUnified());
  if (!CanFollow(spec, facts)) CHM_RETURN_IF_ERROR(own.FinishCgroups());
  CHM_RETURN_IF_ERROR(own.SaveFirst(std::move(kept)));
  return own;
}

absl::Status OwnCgroup::SaveFirst(std::optional<Instance> kept) {
  if (kept) {
    directory_ = std::make_unique<state::Directory>(std::move(kept->directory));
  } else {
    CHM_ASSIGN_OR_RETURN(state::Directory made,
                         state::Directory::Create(runtime_->root, record_.id));
    directory_ = std::make_unique<state::Directory>(std::move(made));
  }
  return directory_->Save(record_);
}

absl::Status OwnCgroup::FinishCgroups() {
  if (unfinished_ == nullptr) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(cgroups::Directories made, unfinished_->Finish());
  if (made.empty() && !parent_.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "linux.cgroupsPath: ", Quote(parent_),
        ": no cgroup can be made there: none is mounted, or this user may not "
        "write it"));
  }
  if (made.empty() && !record_.own_pid_namespace) {
    return absl::FailedPreconditionError(
        absl::StrCat("without a pid namespace of its own the container's "
                     "processes could not be ended; ",
                     NeedsCgroup(*facts_)));
  }
  record_.cgroups = std::move(made);
  unfinished_.reset();
  return absl::OkStatus();
}

absl::Status OwnCgroup::Record(const launch::Launched& launched) {
  // Before its first word: what the log has from then on is of this run.
  if (record_.kept) record_.kept->started = Now();
  CHM_ASSIGN_OR_RETURN(record_.init, state::Identify(launched.pid));
  return directory_->Save(record_);
}

absl::Status OwnCgroup::Started() {
  record_.phase = state::Phase::kStarted;
  CHM_RETURN_IF_ERROR(directory_->Save(record_));
  TellOf(*runtime_, record_, "start");
  directory_->Unlock();
  return absl::OkStatus();
}

absl::StatusOr<cgroups::LimitEvents> OwnCgroup::Finish() {
  const cgroups::LimitEvents events = LimitEventsOf(record_);
  absl::Status status;
  // Another command may have removed it already, with all that belongs to it.
  const absl::Status locked =
      directory_ ? directory_->Lock() : absl::OkStatus();
  if (!absl::IsNotFound(locked)) {
    status.Update(locked);
    status.Update(End(*runtime_, record_));
    // What is kept has somebody who records how it ended.
    if (directory_ && !record_.kept && status.ok()) {
      status.Update(directory_->Remove());
    }
  }
  guardian_.reset();
  if (!status.ok()) return status;
  return events;
}

Instance OwnCgroup::Release() {
  guardian_.reset();
  record_.phase = state::Phase::kStarted;
  return Instance{std::move(*directory_), std::move(record_)};
}

// A set-up that failed: its error is the one to tell.
OwnCgroup::~OwnCgroup() {
  if (guardian_ == nullptr) return;
  // What could not be made is not the container's.
  if (unfinished_ != nullptr) record_.cgroups.clear();
  const absl::Status finished = Finish().status();
  if (!finished.ok()) runtime_->warn(finished.message());
}

}  // namespace chmdocker::container
