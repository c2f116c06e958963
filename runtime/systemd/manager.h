// systemd as the maker of cgroups: its units are started, changed and stopped.
//
// Errors name the call and the unit, and what systemd says; all calls together
// have 30 seconds.
#ifndef CHMDOCKER_RUNTIME_SYSTEMD_MANAGER_H_
#define CHMDOCKER_RUNTIME_SYSTEMD_MANAGER_H_

#include <string>

#include "absl/status/status.h"
#include "runtime/systemd/address.h"
#include "runtime/systemd/bus.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/unit_name.h"

namespace chmdocker::systemd {

class Manager {
 public:
  // The system's: by its bus, or, as root, by systemd's own socket. A user's:
  // by the session's bus, or by the sockets in XDG_RUNTIME_DIR.
  // FailedPrecondition says what to do about a host without systemd.
  absl::Status Connect(const Address& address);

  int version() const { return version_; }
  // Of the manager, below each hierarchy's mount point; empty: the root.
  const std::string& cgroup() const { return cgroup_; }

  // AlreadyExists if there is one of this name that has not failed. A slice
  // that is there already is not started, and that is no error.
  absl::Status Start(const UnitName& unit, const Properties& properties);

  // Until the next boot; when it returns, systemd has written them.
  absl::Status Set(const std::string& unit, const Properties& properties);

  // Stops and forgets a unit with this description. One that is not there, or
  // is another one's, is left alone.
  absl::Status Stop(const std::string& unit, const std::string& description);

 private:
  absl::Status Get(const char* path, const char* interface, const char* name,
                   std::string* value);
  absl::Status Reset(const std::string& unit);

  Bus bus_;
  int version_ = 0;
  std::string cgroup_;
};

}  // namespace chmdocker::systemd

#endif  // CHMDOCKER_RUNTIME_SYSTEMD_MANAGER_H_
