// The life of a container that outlives the command which made it: what the OCI
// runtime specification calls its operations, and what the engines call beside
// them. One file a verb.
//
// Errors have the words that engines look for: "does not exist", "container not
// running", "container with given ID already exists", "executable file not
// found".
#ifndef CHMDOCKER_RUNTIME_CONTAINER_LIFECYCLE_H_
#define CHMDOCKER_RUNTIME_CONTAINER_LIFECYCLE_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/stats.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"
#include "runtime/state/record.h"
#include "runtime/systemd/address.h"

namespace chmdocker::container {

// What all commands of one call share.
struct Runtime {
  std::string root;             // state directory, absolute
  std::string data_root;        // what is kept for people, absolute
  bool systemd_cgroup = false;  // --systemd-cgroup; for create and run
  bool no_cgroup = false;       // none is made: --cgroup-manager disabled
  bool lenient = false;  // what is not implemented is warned of, not refused
  // How many descriptors from 3 on the caller has left open, without a gap, and
  // how many of them are sockets of a service manager: sd_listen_fds(3).
  uint32_t inherited_fds = 0;
  uint32_t listen_fds = 0;
  // The caller's NOTIFY_SOCKET, which learns that the container is ready:
  // sd_notify(3). Empty: none.
  std::string notify_socket;
  // How systemd is reached, but for what the process itself knows.
  systemd::Address systemd;
  // One line for the log; set.
  std::function<void(absl::string_view)> warn;
  // One for people who look for a fault; null: nobody does.
  std::function<void(absl::string_view)> debug;
};

struct CreateOptions {
  std::string id;
  std::string bundle = ".";            // directory of the configuration
  std::string config = "config.json";  // its name, below the bundle
  std::string console_socket;          // AF_UNIX path that gets the terminal
  std::string pid_file;
  std::string pidfd_socket;  // AF_UNIX path that gets a pidfd of init
  bool no_pivot = false;
  bool no_new_keyring = false;
  uint32_t preserve_fds = 0;  // descriptors 3.. that the command gets
};

// Sets the container up; it waits right before its command.
absl::Status Create(const Runtime& runtime, const CreateOptions& options);

// Lets a created container run its command.
absl::Status Start(const Runtime& runtime, const std::string& id);

struct RunOptions {
  CreateOptions create;
  bool detach = false;  // return when the command runs
  bool keep = false;    // the state stays when the command has ended
};

// Create and Start; unless detached, waits for the command as
// launch::Supervise does, removes the container and returns the command's exit
// code.
absl::StatusOr<int> RunBundle(const Runtime& runtime,
                              const RunOptions& options);

struct ExecOptions {
  std::string id;
  // The whole process (--process); else config.json's with these changed.
  std::optional<std::string> process_json;
  std::vector<std::string> args;
  std::vector<std::string> env;  // added
  std::optional<std::string> cwd;
  std::optional<std::string> user;  // "UID[:GID]"
  std::vector<uint32_t> additional_gids;
  std::vector<std::string> capabilities;  // added: "CAP_NET_RAW"
  std::optional<std::string> apparmor_profile;
  std::optional<std::string> selinux_label;
  bool terminal = false;
  bool no_new_privileges = false;
  std::string cgroup;  // below the container's; "": its own
  bool ignore_paused = false;
  bool detach = false;
  std::string console_socket;
  std::string pid_file;
  std::string pidfd_socket;
  uint32_t preserve_fds = 0;
  // What the configuration says, of a container that was made without one.
  std::optional<spec::ContainerSpec> container;
  // Its standard streams are nobody's.
  bool silent = false;
};

// Runs one more process in a running container. Returns its exit code, or 0
// when detached.
absl::StatusOr<int> Exec(const Runtime& runtime, const ExecOptions& options);

// Sends a signal to the first process, or with `all` to every one.
absl::Status Kill(const Runtime& runtime, const std::string& id, int signal,
                  bool all);

// Removes a stopped container, or kills a created one first; with `force` any,
// and one that does not exist is no error.
absl::Status Delete(const Runtime& runtime, const std::string& id, bool force);

enum class Status : uint8_t {
  kCreating,
  kCreated,
  kRunning,
  kPaused,
  kStopped
};
// "creating", "created", "running", "paused", "stopped".
absl::string_view StatusName(Status status);

struct Snapshot {
  state::Record record;
  Status status = Status::kStopped;
};

absl::StatusOr<Snapshot> State(const Runtime& runtime, const std::string& id);

// All containers, by id. One that vanishes meanwhile is left out.
absl::StatusOr<std::vector<Snapshot>> List(const Runtime& runtime);

// The pids of all processes, as the caller sees them.
absl::StatusOr<std::vector<pid_t>> Processes(const Runtime& runtime,
                                             const std::string& id);

absl::Status Pause(const Runtime& runtime, const std::string& id);
absl::Status Resume(const Runtime& runtime, const std::string& id);
absl::Status Update(const Runtime& runtime, const std::string& id,
                    const spec::Resources& resources);
absl::StatusOr<cgroups::Stats> GetStats(const Runtime& runtime,
                                        const std::string& id);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_LIFECYCLE_H_
