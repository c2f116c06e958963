// What is known of a container between two commands: one file on disk. Pure
// data.
#ifndef CHMDOCKER_RUNTIME_STATE_RECORD_H_
#define CHMDOCKER_RUNTIME_STATE_RECORD_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/host/facts.h"
#include "runtime/state/kept.h"

namespace chmdocker::state {

// How far a container has come, as the last command left it. That it has ended
// since is not in here: its process is asked (Process::start_time).
enum class Phase : uint8_t {
  kCreating,  // a create is under way, or was killed
  kCreated,
  kStarted,
  kStopped,  // its end has been seen
};

// A process, safe against reuse of its number: also across a reboot, as a new
// process has another start time.
struct Process {
  pid_t pid = 0;  // 0: there is none yet
  uint64_t start_time =
      0;                // clock ticks after boot: proc_pid_stat(5), field 22
  std::string boot_id;  // /proc/sys/kernel/random/boot_id
};

struct Record {
  std::string id;
  Phase phase = Phase::kCreating;
  Process init;         // the container's first process
  std::string bundle;   // absolute
  std::string rootfs;   // absolute
  std::string created;  // RFC 3339, UTC, nanoseconds
  uint32_t owner = 0;   // the effective uid that created it
  std::vector<std::pair<std::string, std::string>> annotations;
  std::vector<host::CgroupDirectory> cgroups;  // one in each hierarchy
  bool systemd_cgroup = false;
  std::string systemd_unit;  // of systemd_cgroup
  bool new_keyring = true;   // a session keyring of its own was made
  // All its processes end with the first.
  bool own_pid_namespace = false;
  // Whether the configuration has something for these commands; most have not,
  // and reading it would be half of their work.
  bool start_needs_config = true;
  bool delete_needs_config = true;
  // The rules on devices are no longer the configuration's.
  bool devices_updated = false;
  // A container that is kept when it has ended, and the process that has its
  // log and waits for its end: number 0, there was none yet.
  MaybeKept kept;
  Process monitor;
};

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_RECORD_H_
