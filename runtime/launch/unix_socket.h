// AF_UNIX sockets at paths of any length.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_UNIX_SOCKET_H_
#define CHMDOCKER_RUNTIME_LAUNCH_UNIX_SOCKET_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::launch {

// A socket of `type` (SOCK_STREAM, SOCK_DGRAM, ...) that is connected to the
// one at `path`. unix(7) has room for 107 bytes of path; longer ones are
// reached through their directory. A path that begins with '@' is in the
// abstract name space.
absl::StatusOr<UniqueFd> ConnectTo(const std::string& path, int type);

// A new socket of `type`, with flags such as SOCK_NONBLOCK, at `path`, which
// must not exist.
absl::StatusOr<UniqueFd> BindAt(const std::string& path, int type);

// Sends all of `payload`, `fd` with its first byte. `path` names the peer in
// errors.
absl::Status SendWithFd(int socket, absl::string_view payload, int fd,
                        const std::string& path);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_UNIX_SOCKET_H_
