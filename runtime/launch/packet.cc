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
    // A peer that died with something unread in its queue. The kernel tells
    // that once, before what the peer had sent, which may be why it died.
  } while (got.error() == EINTR || got.error() == ECONNRESET);
  Packet packet;
  packet.fd.reset(fd);
  packet.end = got.ok() && got.value == 0;
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
