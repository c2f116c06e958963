#include "runtime/launch/packet.h"

#include <string.h>

#include <cerrno>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/step/message.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"

namespace chmdocker::launch {

absl::StatusOr<Packet> ReceivePacket(int channel) {
  char data[sizeof(step::Message) + step::kMaxNote];
  int fd = -1;
  raw::Result got;
  do {
    got = raw::ReceiveMessage(channel, data, sizeof(data), &fd);
  } while (got.error() == EINTR);
  Packet packet;
  packet.fd.reset(fd);
  // The peer died with something unread in its queue: gone all the same.
  packet.end = got.value == 0 || got.error() == ECONNRESET;
  if (packet.end) return packet;
  CHM_RETURN_IF_ERROR(sys::CallStatus(got, "from init"));
  if (static_cast<size_t>(got.value) < sizeof(step::Message)) {
    return absl::InternalError("init sent half a message");
  }
  memcpy(&packet.message, data, sizeof(step::Message));
  packet.note.assign(data + sizeof(step::Message),
                     static_cast<size_t>(got.value) - sizeof(step::Message));
  return packet;
}

}  // namespace chmdocker::launch
