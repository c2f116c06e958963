// The cgroups of a container: one directory in each hierarchy, as Creation
// returns them and state::Record keeps them. On the host side.
//
// A cgroup that has gone, wholly or in part, is no error but for Creation and
// Update: nothing is in it, and there is nothing to remove.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_CGROUP_H_
#define CHMDOCKER_RUNTIME_CGROUPS_CGROUP_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/stats.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {

using Directories = std::vector<host::CgroupDirectory>;

// Whether the caller is no real root: an ordinary user, or root of a user
// namespace. Then rules on devices, which are the host's to set, don't count as
// limits.
enum class Rootless : bool { kNo, kYes };

// Whether the cgroup at a path, which exists and is empty, may become the
// container's.
using MayReuse = std::function<absl::Status(const std::string& path)>;

// Whether `status` says that it is not for this caller to change: EACCES,
// EPERM or EROFS.
bool IsForbidden(const absl::Status& status);

// Where a Creation will make the container's cgroups: so that who is
// interrupted can be cleaned up after. Nothing is looked at or made.
absl::StatusOr<Directories> Locate(const Directories& hierarchies,
                                   const std::string& cgroups_path,
                                   const std::string& id);

// What a Creation shall make.
struct CreationWish {
  const Directories* hierarchies = nullptr;  // of FindHierarchies
  // linux.cgroupsPath: absolute, it is below the hierarchy's mount point;
  // relative, below the caller's own cgroup; empty, it is `id`. As with runc,
  // relative means beside the caller's own cgroup in v2, for a cgroup with
  // processes can't pass controllers on. "..", as it leads out, is refused.
  std::string cgroups_path = {};
  std::string id = {};
  const spec::Resources* resources = nullptr;
  Rootless rootless = Rootless::kNo;
  // If set, is asked before a cgroup that exists is taken.
  MayReuse may_reuse = nullptr;
  // If not 0, a process that somebody else, such as systemd, has put into its
  // cgroup in one hierarchy or more, and the only one that may be there; it is
  // an error if it is in none.
  pid_t placed = 0;
};

// Makes the container's cgroup in each of the hierarchies, with its limits.
//
// Of a cgroup that exists already, the limits are set; it is an error if it
// holds processes ("container's cgroup is not empty"), or is frozen.
//
// A hierarchy in which no cgroup may be made (EACCES, EPERM, EROFS) is left out
// of the result if no limit is asked of it.
//
// In two parts, between which the container's first process can be started: it
// need not wait for the second. What the wish points to has to outlive it.
class Creation {
 public:
  explicit Creation(CreationWish wish);
  Creation(const Creation&) = delete;
  Creation& operator=(const Creation&) = delete;
  // Removes what was made, unless Finish was well.
  ~Creation();

  // That of v2, in which a process can be born; without its limits.
  absl::Status MakeUnified();
  // Those of v1, and all limits. Comes after MakeUnified.
  absl::StatusOr<Directories> Finish();

 private:
  class Maker;

  absl::Status MakeIn(const host::CgroupDirectory& hierarchy,
                      Directories& made);

  CreationWish wish_;
  // Whether a hierarchy that is not the caller's to change can do without it.
  bool (*is_no_limit_)(const Write& write);
  std::unique_ptr<Maker> maker_;
  std::vector<Write> writes_;
  Directories unified_;
};

// The files into which a process writes "0" to enter by itself. v1's is
// "tasks", for one thread: moving a whole process by "cgroup.procs" waits for
// an RCU grace period.
std::vector<std::string> EntryFiles(const Directories& directories);

// Whether a process that is born in the cgroup of v2 (CLONE_INTO_CGROUP) gets
// the processors and memory nodes of its cpuset: Linux before 6.4, unless the
// fix was taken over, leaves it the caller's. It does as well where these are
// the same.
bool BirthFollowsCpuset(const Directories& directories);

// `resources`, an update of these cgroups, with what goes into one file of v2
// with it: as it is there now.
spec::Resources WithPresent(const Directories& directories,
                            const spec::Resources& resources);

// Changes what `resources` has. Rules on devices are replaced as a whole, if
// there are any; cgroup v1 forbids all devices for a moment then.
absl::Status Update(const Directories& directories,
                    const spec::Resources& resources);

// Stops all processes, and returns when they stand still. They run on if that
// fails.
absl::Status Freeze(const Directories& directories);
absl::Status Thaw(const Directories& directories);
// Whether the container itself was frozen, not a cgroup that it is in.
absl::StatusOr<bool> IsFrozen(const Directories& directories);

// The processes in the whole subtree of any of the directories, each once, in
// ascending order.
absl::StatusOr<std::vector<pid_t>> Processes(const Directories& directories);

// Sends `signal` to all of them, such that none can be forked meanwhile and be
// missed. What is frozen stays so, unless the signal is SIGKILL.
absl::Status KillAll(const Directories& directories, int signal);

// Removes the cgroups while nothing is in them, neither processes nor cgroups.
// Whether that is all of them; nothing is waited for. One that is another
// cgroup by now is left alone only if it is used: asking first would cost every
// removal a walk to it.
bool RemoveIfEmpty(const Directories& directories);

// Removes the cgroups and all below them. Processes that have ended may take a
// while to leave: two seconds are waited for them in all.
// One that is another cgroup by now is left alone, as it is by all other calls;
// those above it that were made for it go with it when they are empty.
absl::Status Remove(const Directories& directories);

// Removes those that are empty, or become so within two seconds, for a process
// that dies with its creator takes a while to leave: of directories that Locate
// has named, of which it is not known whose they are.
void RemoveUnused(const Directories& directories);

absl::StatusOr<Stats> GetStats(const Directories& directories);

// How many of the container's processes the kernel has killed because its
// memory limit was reached.
absl::StatusOr<uint64_t> OomKills(const Directories& directories);

struct LimitEvents {
  uint64_t oom_kills = 0;      // as above
  uint64_t refused_forks = 0;  // because its limit of pids was reached
};
absl::StatusOr<LimitEvents> GetLimitEvents(const Directories& directories);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_CGROUP_H_
