#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/cgroups/events.h"
#include "runtime/cgroups/thaw_all.h"
#include "runtime/host/facts.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::cgroups {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;
// How long a freeze may take: a process in an uninterruptible wait keeps its
// cgroup from it.
constexpr uint64_t kFreezeTime = 10'000 * kMillisecond;

// v1's freezer where it is mounted, or else v2's own; null if neither.
const host::CgroupDirectory* FindFreezer(const Directories& directories) {
  const host::CgroupDirectory* v1 = FindV1(directories, "freezer");
  return v1 != nullptr ? v1 : FindV2(directories);
}

absl::StatusOr<std::string> ReadWord(const Cgroup& cgroup,
                                     absl::string_view file) {
  CHM_ASSIGN_OR_RETURN(const std::string text, cgroup.Read(file));
  return std::string(absl::StripAsciiWhitespace(text));
}

// v1 has no event for the end of FREEZING, and does not get there by itself
// when a process was forked at the wrong time: the order is repeated, and from
// time to time taken back, until it works.
absl::Status FreezeV1(const Cgroup& cgroup) {
  const uint64_t end = raw::MonotonicNanoseconds() + kFreezeTime;
  uint64_t pause = kMillisecond / 50;
  for (int attempt = 1;; ++attempt) {
    CHM_RETURN_IF_ERROR(cgroup.Write("freezer.state", "FROZEN"));
    CHM_ASSIGN_OR_RETURN(const std::string state,
                         ReadWord(cgroup, "freezer.state"));
    if (state == "FROZEN") return absl::OkStatus();
    if (raw::MonotonicNanoseconds() > end) {
      return absl::DeadlineExceededError(absl::StrCat(
          "freeze ", Quote(cgroup.path()), ": freezer.state stays ", state));
    }
    if (attempt % 50 == 0) {
      CHM_RETURN_IF_ERROR(cgroup.Write("freezer.state", "THAWED"));
    }
    (void)raw::Sleep(pause);
    pause = std::min(pause * 2, kMillisecond);
  }
}

absl::Status FreezeV2(const Cgroup& cgroup) {
  CHM_RETURN_IF_ERROR(cgroup.Write("cgroup.freeze", "1"));
  CHM_ASSIGN_OR_RETURN(const bool frozen,
                       AwaitEvent(cgroup, "frozen 1", kFreezeTime));
  if (frozen) return absl::OkStatus();
  return absl::DeadlineExceededError(
      absl::StrCat("freeze ", Quote(cgroup.path()),
                   ": a process does not stop within 10 s"));
}

absl::Status ThawOne(const Cgroup& cgroup, bool v1) {
  return v1 ? cgroup.Write("freezer.state", "THAWED")
            : cgroup.Write("cgroup.freeze", "0");
}

}  // namespace

absl::Status Freeze(const Directories& directories) {
  const host::CgroupDirectory* freezer = FindFreezer(directories);
  if (freezer == nullptr) {
    return absl::FailedPreconditionError(
        "cannot freeze: the container has neither a cgroup of v1's freezer nor "
        "one of cgroup v2");
  }
  const bool v1 = !freezer->controllers.empty();
  CHM_ASSIGN_OR_RETURN(const Cgroup cgroup, Cgroup::Open(*freezer));
  const absl::Status frozen = v1 ? FreezeV1(cgroup) : FreezeV2(cgroup);
  if (!frozen.ok()) ThawOne(cgroup, v1).IgnoreError();
  return frozen;
}

absl::Status Thaw(const Directories& directories) {
  const host::CgroupDirectory* freezer = FindFreezer(directories);
  if (freezer == nullptr) return absl::OkStatus();
  absl::StatusOr<Cgroup> cgroup = Cgroup::Open(*freezer);
  if (IsGone(cgroup.status())) return absl::OkStatus();
  if (!cgroup.ok()) return cgroup.status();
  const absl::Status thawed = ThawOne(*cgroup, !freezer->controllers.empty());
  return IsGone(thawed) ? absl::OkStatus() : thawed;
}

absl::Status ThawAll(const Directories& directories) {
  for (const host::CgroupDirectory& directory : directories) {
    const bool v1 = !directory.controllers.empty();
    if (v1 && !HasController(directory.controllers, "freezer")) continue;
    CHM_RETURN_IF_ERROR(ForEachCgroup(
        directory, [&](const Cgroup& cgroup) { return ThawOne(cgroup, v1); }));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IsFrozen(const Directories& directories) {
  const host::CgroupDirectory* freezer = FindFreezer(directories);
  if (freezer == nullptr) return false;
  const bool v1 = !freezer->controllers.empty();
  absl::StatusOr<Cgroup> cgroup = Cgroup::Open(*freezer);
  if (IsGone(cgroup.status())) return false;
  if (!cgroup.ok()) return cgroup.status();
  absl::StatusOr<std::string> word =
      ReadWord(*cgroup, v1 ? "freezer.self_freezing" : "cgroup.freeze");
  if (IsGone(word.status())) return false;
  if (!word.ok()) return word.status();
  return *word == "1";
}

}  // namespace chmdocker::cgroups
