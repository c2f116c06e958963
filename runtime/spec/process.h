// OCI process: the command, and what it is allowed. Pure data.
#ifndef CHMDOCKER_RUNTIME_SPEC_PROCESS_H_
#define CHMDOCKER_RUNTIME_SPEC_PROCESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chmdocker::spec {

// OCI process.user: ids inside the container.
struct User {
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::vector<uint32_t> additional_gids;
  // The container does without them where setgroups(2) is denied: as in the
  // user namespace that an ordinary user makes, user_namespaces(7).
  bool groups_optional = false;
  std::optional<uint32_t> umask;  // none: 0022, as every other runtime has it
};

// A set of capabilities: bit n for capability n of capabilities(7).
using CapabilitySet = uint64_t;

// OCI process.capabilities.
struct Capabilities {
  CapabilitySet bounding = 0;
  CapabilitySet effective = 0;
  CapabilitySet inheritable = 0;
  CapabilitySet permitted = 0;
  CapabilitySet ambient = 0;
  // Left out without a word where chmdocker does not have them itself.
  CapabilitySet optional = 0;
};

// OCI process.rlimits[].
struct Rlimit {
  int resource = 0;   // RLIMIT_* of getrlimit(2)
  uint64_t soft = 0;  // ~0: unlimited
  uint64_t hard = 0;
};

// OCI process.scheduler: the fields of struct sched_attr, sched_setattr(2).
struct Scheduler {
  uint32_t policy = 0;  // SCHED_*
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t flags = 0;     // SCHED_FLAG_*
  uint64_t runtime = 0;   // nanoseconds
  uint64_t deadline = 0;  // nanoseconds
  uint64_t period = 0;    // nanoseconds
};

// OCI process.ioPriority: ioprio_set(2).
struct IoPriority {
  uint32_t io_class = 0;  // an IoPriorityClass
  uint32_t priority = 0;  // 0 (highest) to 7
};

// A set of processors: bit n%64 of word n/64 for processor n.
using CpuSet = std::vector<uint64_t>;

// OCI process.execCPUAffinity, of processes that join the container.
struct CpuAffinity {
  CpuSet initial;  // empty: not changed
  CpuSet final;    // empty: not changed
};

struct ConsoleSize {
  uint16_t height = 0;  // rows
  uint16_t width = 0;   // columns
};

struct Process {
  std::vector<std::string> args;  // args[0] is searched in env's PATH
  std::vector<std::string> env;   // "NAME=value"
  std::string cwd;  // absolute; empty: the caller's, without a rootfs only
  bool terminal = false;   // a pseudo-terminal of its own
  bool stdin_open = true;  // else the command reads from /dev/null
  std::optional<ConsoleSize> console_size;
  // chmdocker-init stays as pid 1 and reaps; for a new pid namespace.
  bool init = false;

  std::optional<User> user;                  // none: the caller's
  std::optional<Capabilities> capabilities;  // none: the caller's
  std::vector<Rlimit> rlimits;
  bool no_new_privileges = false;
  std::optional<int32_t> oom_score_adj;
  std::optional<Scheduler> scheduler;
  std::optional<IoPriority> io_priority;
  std::optional<CpuAffinity> exec_cpu_affinity;
  std::string apparmor_profile;  // empty: none asked for
  std::string selinux_label;     // empty: none asked for
};

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_PROCESS_H_
