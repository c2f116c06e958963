// What comes out of the channel to init, with what came along.
#ifndef CHMDOCKER_RUNTIME_LAUNCH_PACKET_H_
#define CHMDOCKER_RUNTIME_LAUNCH_PACKET_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"
#include "runtime/step/message.h"

namespace chmdocker::launch {

struct Packet {
  step::Message message;
  std::string note;
  UniqueFd fd;
  bool end = false;  // the other side closed the channel
};

// Waits for the next one.
absl::StatusOr<Packet> ReceivePacket(int channel);

}  // namespace chmdocker::launch

#endif  // CHMDOCKER_RUNTIME_LAUNCH_PACKET_H_
