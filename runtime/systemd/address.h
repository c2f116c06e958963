// Which systemd, and how it is reached. Pure data.
#ifndef CHMDOCKER_RUNTIME_SYSTEMD_ADDRESS_H_
#define CHMDOCKER_RUNTIME_SYSTEMD_ADDRESS_H_

#include <string>

namespace chmdocker::systemd {

// Whose manager: the host's, or one user's.
enum class Scope : bool { kSystem, kUser };

struct Address {
  // From the caller's environment.
  std::string system_bus;   // DBUS_SYSTEM_BUS_ADDRESS; empty: the usual
  std::string session_bus;  // DBUS_SESSION_BUS_ADDRESS; empty: unknown
  std::string runtime_dir;  // XDG_RUNTIME_DIR; empty: unknown
  Scope scope = Scope::kSystem;
  bool in_user_namespace = false;
};

}  // namespace chmdocker::systemd

#endif  // CHMDOCKER_RUNTIME_SYSTEMD_ADDRESS_H_
