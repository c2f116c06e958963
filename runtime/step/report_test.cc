#include "runtime/step/report.h"

#include <errno.h>
#include <linux/bpf_common.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/step/message.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"

namespace chmdocker::step {
namespace {

class Report : public testing::Test {
 protected:
  Report() {
    int ends[2];
    if (!raw::SocketPair(ends).ok()) abort();
    parent_.reset(ends[0]);
    init_.reset(ends[1]);
  }

  // A message, and so many bytes behind it.
  void Send(MessageKind kind, size_t bytes) {
    Message message;
    message.kind = kind;
    message.error = 6;
    std::vector<char> packet(sizeof(message) + bytes, 'x');
    std::memcpy(packet.data(), &message, sizeof(message));
    ASSERT_TRUE(
        raw::SendMessage(parent_.get(), packet.data(), packet.size()).ok());
  }

  raw::Result Receive() { return ReceiveProgram(init_.get(), &packet_); }

  UniqueFd parent_;
  UniqueFd init_;
  FilterPacket packet_;
};

TEST_F(Report, ReceivesAProgramAndItsFlags) {
  Send(MessageKind::kFilter, 3 * sizeof(uint64_t));
  EXPECT_EQ(Receive().value, 3);
  EXPECT_EQ(packet_.message.error, 6);
  EXPECT_EQ(packet_.program[2], 0x7878787878787878u);
}

TEST_F(Report, SeesThatAProgramIsTooLong) {
  Send(MessageKind::kFilter, (BPF_MAXINSNS + 9) * sizeof(uint64_t));
  EXPECT_GT(Receive().value, BPF_MAXINSNS);
}

TEST_F(Report, RefusesWhatIsNoProgram) {
  for (const size_t bytes : {size_t{0}, size_t{7}, size_t{12}}) {
    Send(MessageKind::kFilter, bytes);
    EXPECT_EQ(Receive().error(), EPROTO) << bytes;
  }
  Send(MessageKind::kSignal, sizeof(uint64_t));
  EXPECT_EQ(Receive().error(), EPROTO);
  const char little = 'x';
  ASSERT_TRUE(raw::SendMessage(parent_.get(), &little, 1).ok());
  EXPECT_EQ(Receive().error(), EPROTO);
}

TEST_F(Report, SeesThatTheParentIsGone) {
  EXPECT_FALSE(raw::PeerGone(init_.get()));
  Send(MessageKind::kSignal, 0);
  parent_.reset();
  // Whatever is still to be read.
  EXPECT_TRUE(raw::PeerGone(init_.get()));
  EXPECT_TRUE(AwaitSignal(init_.get()).ok());
  EXPECT_EQ(Receive().error(), ESRCH);
}

}  // namespace
}  // namespace chmdocker::step
