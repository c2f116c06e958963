// Sockets that a service manager has opened for the container:
// sd_listen_fds(3). Pure.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_LISTEN_FDS_H_
#define CHMDOCKER_RUNTIME_LAUNCH_LISTEN_FDS_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "runtime/spec/process.h"

namespace chmdocker::launch {

// How many descriptors from 3 on are meant for the process `pid`, by the values
// of LISTEN_FDS and LISTEN_PID in its environment. 0 if they are not for it.
uint32_t ListenFds(std::optional<absl::string_view> listen_fds,
                   std::optional<absl::string_view> listen_pid, pid_t pid);

// Tells the command, which will be pid 1 of the container, of `count`
// descriptors; nothing if there are none.
void AddListenFds(uint32_t count, spec::Process& process);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_LISTEN_FDS_H_
