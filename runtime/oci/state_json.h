// The state document of the OCI runtime specification (runtime.md): what hooks
// read, and what the command `state` prints.
#ifndef CHMDOCKER_RUNTIME_OCI_STATE_JSON_H_
#define CHMDOCKER_RUNTIME_OCI_STATE_JSON_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace chmdocker::oci {

struct State {
  std::string id;
  std::string status;  // "creating", "created", "running", "stopped", "paused"
  pid_t pid = 0;       // as the host sees it; 0: there is no process
  std::string bundle;  // absolute
  std::vector<std::pair<std::string, std::string>> annotations;
};

// What runc's `state` has beside the specification's fields, and one more.
struct StateDetails {
  std::string rootfs;   // absolute
  std::string created;  // RFC 3339
  std::string owner;    // name of the user that created it
  // It has stopped, and reached its limit of memory: "oomKilled" is there then.
  bool oom_killed = false;
};

// One line, without its end: for a hook.
std::string StateJson(const State& state);

// Indented, with a line's end: for a person, and for engines.
std::string StateJson(const State& state, const StateDetails& details);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_STATE_JSON_H_
