#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/events.h"
#include "runtime/cgroups/thaw_all.h"
#include "runtime/host/facts.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::cgroups {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;
constexpr uint64_t kRemovalTime = 2'000 * kMillisecond;

absl::Status RemoveDirectory(const std::string& path) {
  return sys::CallStatus(raw::UnlinkAt(AT_FDCWD, path.c_str(), AT_REMOVEDIR),
                         sys::Quoted(path));
}

// The wait for processes that have ended to leave.
class Patience {
 public:
  explicit Patience(uint64_t end) : end_(end) {}

  bool IsOver() const { return raw::MonotonicNanoseconds() >= end_; }

  // Waits for the event that v2 has, or, in v1 and where the event has been,
  // for a moment that grows.
  void Wait(const Cgroup& cgroup) {
    const uint64_t now = raw::MonotonicNanoseconds();
    const uint64_t left = end_ > now ? end_ - now : 0;
    if (!was_empty_) {
      const absl::StatusOr<bool> empty =
          AwaitEvent(cgroup, "populated 0", left);
      was_empty_ = empty.ok() && *empty;
      if (was_empty_) return;
    }
    (void)raw::Sleep(std::min(pause_, left));
    pause_ = std::min(pause_ * 2, 20 * kMillisecond);
  }

 private:
  uint64_t end_;
  uint64_t pause_ = kMillisecond / 10;
  bool was_empty_ = false;
};

absl::Status WithProcesses(const host::CgroupDirectory& directory,
                           const absl::Status& status) {
  const absl::StatusOr<std::vector<pid_t>> processes = Processes({directory});
  if (!processes.ok() || processes->empty()) return status;
  return WithHint(status, absl::StrCat(processes->size(),
                                       " process(es) are still in it, one is ",
                                       processes->front()));
}

// Removes what is below, then the cgroup itself. EBUSY: there are processes or
// cgroups in it.
absl::Status RemoveTree(const host::CgroupDirectory& directory) {
  CHM_ASSIGN_OR_RETURN(Cgroup top, Cgroup::Open(directory));
  RemoveBelow(std::move(top)).IgnoreError();
  return RemoveDirectory(directory.path);
}

// Whether the path has become another cgroup's.
bool IsAnothers(const host::CgroupDirectory& directory) {
  struct stat found;
  return directory.inode != 0 && lstat(directory.path.c_str(), &found) == 0 &&
         found.st_ino != directory.inode;
}

// Those that were made on the way to it, unless others use them now.
void RemoveAbove(const host::CgroupDirectory& directory) {
  std::string path = directory.path;
  for (uint32_t i = 0; i < directory.made_above; ++i) {
    path.resize(path.rfind('/'));
    if (!RemoveDirectory(path).ok()) return;
  }
}

absl::Status RemoveOne(const host::CgroupDirectory& directory,
                       const Directories& all, uint64_t end) {
  if (IsAnothers(directory)) return absl::OkStatus();
  absl::Status removed = RemoveDirectory(directory.path);
  if (removed.ok() || IsGone(removed)) return absl::OkStatus();
  // EROFS is the answer for what does not exist, too.
  const absl::StatusOr<Cgroup> cgroup = Cgroup::Open(directory);
  if (IsGone(cgroup.status())) return absl::OkStatus();
  if (!cgroup.ok() || ErrnoOf(removed) != EBUSY) return removed;
  // A process that is frozen in one hierarchy stays in all of them.
  CHM_RETURN_IF_ERROR(ThawAll(all));
  Patience patience(end);
  for (;;) {
    removed = RemoveTree(directory);
    if (removed.ok() || IsGone(removed)) return absl::OkStatus();
    if (ErrnoOf(removed) != EBUSY) return removed;
    if (patience.IsOver()) return WithProcesses(directory, removed);
    patience.Wait(*cgroup);
  }
}

}  // namespace

bool RemoveIfEmpty(const Directories& directories) {
  for (const host::CgroupDirectory& directory : directories) {
    const absl::Status removed = RemoveDirectory(directory.path);
    if (removed.ok() || IsGone(removed)) {
      RemoveAbove(directory);
    } else if (!IsAnothers(directory)) {
      return false;
    }
  }
  return true;
}

// v2's first: it can be waited for, and then the others are free as well.
absl::Status Remove(const Directories& directories) {
  const uint64_t end = raw::MonotonicNanoseconds() + kRemovalTime;
  absl::Status first;
  for (const bool v2 : {true, false}) {
    for (const host::CgroupDirectory& directory : directories) {
      if (directory.controllers.empty() != v2) continue;
      const absl::Status removed = RemoveOne(directory, directories, end);
      if (removed.ok()) RemoveAbove(directory);
      first.Update(removed);
    }
  }
  return first;
}

void RemoveUnused(const Directories& directories) {
  const uint64_t end = raw::MonotonicNanoseconds() + kRemovalTime;
  for (const host::CgroupDirectory& directory : directories) {
    while (ErrnoOf(RemoveDirectory(directory.path)) == EBUSY &&
           raw::MonotonicNanoseconds() < end) {
      (void)raw::Sleep(kMillisecond);
    }
  }
}

}  // namespace chmdocker::cgroups
