#include "runtime/launch/packet.h"

#include <cerrno>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/step/message.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"

namespace chmdocker::launch {
namespace {

class PacketTest : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2] = {-1, -1};
    ASSERT_TRUE(raw::SocketPair(ends).ok());
    ours_.reset(ends[0]);
    theirs_.reset(ends[1]);
  }

  static void Send(const UniqueFd& from, step::MessageKind kind) {
    step::Message message;
    message.kind = kind;
    message.error = ENOENT;
    ASSERT_TRUE(raw::SendMessage(from.get(), &message, sizeof(message)).ok());
  }

  UniqueFd ours_, theirs_;
};

TEST_F(PacketTest, EndsWithThePeer) {
  theirs_.reset();
  const absl::StatusOr<Packet> packet = ReceivePacket(ours_.get());
  ASSERT_TRUE(packet.ok()) << packet.status();
  EXPECT_TRUE(packet->end);
}

// Init fails while a signal is on its way to it.
TEST_F(PacketTest, HearsLastWordsOfAPeerThatDidNotReadAll) {
  Send(ours_, step::MessageKind::kSignal);
  Send(theirs_, step::MessageKind::kFailed);
  theirs_.reset();
  absl::StatusOr<Packet> packet = ReceivePacket(ours_.get());
  ASSERT_TRUE(packet.ok()) << packet.status();
  ASSERT_FALSE(packet->end);
  EXPECT_EQ(packet->message.kind, step::MessageKind::kFailed);
  EXPECT_EQ(packet->message.error, ENOENT);
  packet = ReceivePacket(ours_.get());
  ASSERT_TRUE(packet.ok()) << packet.status();
  EXPECT_TRUE(packet->end);
}

TEST_F(PacketTest, RefusesHalfAMessage) {
  ASSERT_TRUE(raw::SendMessage(theirs_.get(), "half", 4).ok());
  EXPECT_EQ(ReceivePacket(ours_.get()).status().code(),
            absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace chmdocker::launch
