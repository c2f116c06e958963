// A container tells a service manager on the host that it is ready:
// sd_notify(3). It gets a socket of its own; of what it says there, only
// READY=1 is passed on, as the host's socket also takes orders: MAINPID=,
// FDSTORE=1.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_NOTIFY_SOCKET_H_
#define CHMDOCKER_RUNTIME_LAUNCH_NOTIFY_SOCKET_H_

#include <sys/types.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::launch {

// The directory of the socket is shown at /run/notify of the container, and
// NOTIFY_SOCKET in its environment names the socket. `directory` is the host's,
// absolute; it exists when the container is created, the socket, which
// NotifyRelay makes, may come later. Pure.
void AddNotifySocket(const std::string& directory, spec::ContainerSpec& spec);

// Whether a line of the datagram is READY=1. Pure.
bool SaysReady(absl::string_view datagram);

class NotifyRelay {
 public:
  // Makes the container's socket in `directory`, for all users; `host_socket`
  // is the caller's own NOTIFY_SOCKET.
  static absl::StatusOr<NotifyRelay> Create(const std::string& directory,
                                            const std::string& host_socket);

  // Readable when the container says something.
  int fd() const { return container_.get(); }

  // Takes what there is to read. True when the host has been told that the
  // container is ready, and that `main_pid`, in the caller's pid namespace, is
  // its main process; nothing is left to be done then.
  absl::StatusOr<bool> Handle(pid_t main_pid);

  // Handle until then, or until the process of `pidfd` has ended.
  absl::Status HandleUntilReady(pid_t main_pid, int pidfd);

  // Waits until the host has taken what was told, at most 30 seconds: it looks
  // up the sender, which must not have exited (sd_notify_barrier(3)).
  absl::Status Flush();

 private:
  NotifyRelay(UniqueFd container, UniqueFd host)
      : container_(std::move(container)), host_(std::move(host)) {}

  UniqueFd container_;
  UniqueFd host_;
};

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_NOTIFY_SOCKET_H_
