#include "runtime/launch/starter.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/failure.h"
#include "runtime/launch/packet.h"
#include "runtime/launch/unix_socket.h"
#include "runtime/step/message.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::launch {
namespace {

absl::Status Failed(const Packet& packet, const StartHooks& hooks) {
  CHM_ASSIGN_OR_RETURN(const step::SetupPlan plan, hooks.make_plan());
  if (packet.message.step >= plan.timeline.size()) {
    return absl::InternalError("init speaks of a step that is not planned");
  }
  return StepError(plan, packet.message.step,
                   raw::Failure(packet.message.error,
                                static_cast<long>(packet.message.syscall)),
                   packet.note);
}

// Until init has become the command, which closes its end.
absl::Status AwaitExec(int connection, const StartHooks& hooks) {
  bool about_to_exec = false;
  for (;;) {
    CHM_ASSIGN_OR_RETURN(const Packet packet, ReceivePacket(connection));
    if (packet.end) break;
    if (packet.message.kind == step::MessageKind::kFailed) {
      return Failed(packet, hooks);
    }
    if (packet.message.kind == step::MessageKind::kSeccompListener) {
      if (!packet.fd.valid()) {
        return absl::InternalError("init has no listener to send");
      }
      CHM_RETURN_IF_ERROR(hooks.on_seccomp_listener(packet.fd.get()));
    }
    // Behind AwaitStart only CloseFds tells that it is done.
    about_to_exec |= packet.message.kind == step::MessageKind::kDone;
  }
  if (about_to_exec) return absl::OkStatus();
  return absl::AbortedError("chmdocker-init was killed before its start");
}

// Whoever listens is who has created the container: this user.
absl::Status CheckListener(int connection) {
  ucred listener = {};
  socklen_t size = sizeof(listener);
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Call(
      SYS_getsockopt, connection, SOL_SOCKET, SO_PEERCRED, &listener, &size)));
  if (listener.uid == geteuid()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("start.sock: user ", listener.uid,
                   " listens there, not the container's creator"));
}

}  // namespace

absl::StatusOr<UniqueFd> ListenForStart(const std::string& path) {
  CHM_ASSIGN_OR_RETURN(UniqueFd socket, BindAt(path, SOCK_SEQPACKET));
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Listen(socket.get(), 1)));
  return socket;
}

absl::Status StartAt(const std::string& path, const StartHooks& hooks) {
  const absl::StatusOr<UniqueFd> connection = ConnectTo(path, SOCK_SEQPACKET);
  if (!connection.ok()) {
    const std::optional<int> error = ErrnoOf(connection.status());
    if (error == ECONNREFUSED || error == ENOENT) {
      return absl::UnavailableError("nobody waits for a start");
    }
    return connection.status();
  }
  CHM_RETURN_IF_ERROR(CheckListener(connection->get()));
  step::Message go;
  go.kind = step::MessageKind::kSignal;
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::SendMessage(connection->get(), &go, sizeof(go)), "to init"));
  return AwaitExec(connection->get(), hooks);
}

}  // namespace chmdocker::launch
