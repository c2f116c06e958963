// What `chmdocker run` was asked for in rights: whom the command runs as, and
// what it may do. Pure data.
#ifndef CHMDOCKER_CLI_RIGHTS_H_
#define CHMDOCKER_CLI_RIGHTS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/spec/process.h"

namespace chmdocker::cli {

// --cap-add, or --cap-drop.
struct CapabilityChoice {
  spec::CapabilitySet named = 0;
  bool all = false;
};

// The parts of a SELinux label that --security-opt label= gives; empty: as the
// policies of distributions have them for containers.
struct SelinuxLabel {
  bool disabled = false;
  std::string user;
  std::string role;
  std::string type;
  std::string level;
};

// --security-opt.
struct SecurityOptions {
  std::string seccomp;  // "unconfined", "builtin", a file; empty: the default
  std::optional<bool> no_new_privileges;
  std::string apparmor;
  std::optional<SelinuxLabel> label;
  bool system_paths = true;  // parts of /proc and /sys are hidden or read-only
};

struct Rights {
  std::string user;                 // NAME|UID[:GROUP|GID]; empty: the default
  std::vector<std::string> groups;  // --group-add
  CapabilityChoice added;
  CapabilityChoice dropped;
  SecurityOptions security;
  bool privileged = false;
  std::vector<std::pair<std::string, std::string>> sysctl;
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RIGHTS_H_
