#include "runtime/launch/notify_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/unix_socket.h"
#include "runtime/spec/container_spec.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::launch {
namespace {

TEST(AddNotifySocket, ShowsTheDirectoryReadOnlyAndNamesTheSocket) {
  spec::ContainerSpec spec;
  spec.process.env = {"A=1", "NOTIFY_SOCKET=/host", "B=2"};
  AddNotifySocket("/run/x/notify", spec);
  ASSERT_EQ(spec.mounts.size(), 1U);
  EXPECT_EQ(spec.mounts[0].source, "/run/x/notify");
  EXPECT_EQ(spec.mounts[0].destination, "/run/notify");
  EXPECT_TRUE(spec.mounts[0].bind);
  EXPECT_TRUE(spec.mounts[0].flags.has(kMountReadonly));
  EXPECT_EQ(spec.process.env,
            (std::vector<std::string>{
                "A=1", "B=2", "NOTIFY_SOCKET=/run/notify/notify.sock"}));
}

TEST(SaysReady, WantsAWholeLine) {
  EXPECT_TRUE(SaysReady("READY=1"));
  EXPECT_TRUE(SaysReady("STATUS=x\nREADY=1\n"));
  EXPECT_FALSE(SaysReady("READY=10"));
  EXPECT_FALSE(SaysReady("STATUS=READY=1"));
  EXPECT_FALSE(SaysReady(""));
}

class NotifyRelayTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = "/tmp/notify-XXXXXX";
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    host_path_ = absl::StrCat(directory_, "/host.sock");
    absl::StatusOr<UniqueFd> host = BindAt(host_path_, SOCK_DGRAM);
    ASSERT_TRUE(host.ok()) << host.status();
    host_ = *std::move(host);
    absl::StatusOr<NotifyRelay> relay =
        NotifyRelay::Create(directory_, host_path_);
    ASSERT_TRUE(relay.ok()) << relay.status();
    relay_.emplace(*std::move(relay));
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string ContainerPath() const {
    return absl::StrCat(directory_, "/notify.sock");
  }
  void Say(absl::string_view text) const {
    const absl::StatusOr<UniqueFd> socket =
        ConnectTo(ContainerPath(), SOCK_DGRAM);
    ASSERT_TRUE(socket.ok()) << socket.status();
    ASSERT_TRUE(raw::Send(socket->get(), text.data(), text.size()).ok());
  }
  // The next datagram on the host's socket, or "" if there is none.
  std::string Heard() const {
    char data[4096];
    const raw::Result got =
        raw::Receive(host_.get(), data, sizeof(data), MSG_DONTWAIT);
    return got.ok() ? std::string(data, static_cast<size_t>(got.value)) : "";
  }

  std::string directory_, host_path_;
  UniqueFd host_;
  std::optional<NotifyRelay> relay_;
};

TEST_F(NotifyRelayTest, PassesOnlyReadinessOn) {
  EXPECT_EQ(*relay_->Handle(42), false);
  Say("MAINPID=1\nSTATUS=starting");
  EXPECT_EQ(*relay_->Handle(42), false);
  EXPECT_EQ(Heard(), "");
  Say("MAINPID=1\nREADY=1\nFDSTORE=1");
  pollfd readable = {relay_->fd(), POLLIN, 0};
  EXPECT_EQ(poll(&readable, 1, 0), 1);
  EXPECT_EQ(*relay_->Handle(42), true);
  EXPECT_EQ(Heard(), "MAINPID=42\nREADY=1");
}

TEST_F(NotifyRelayTest, IsOpenToEveryUserOfTheContainer) {
  struct stat status;
  ASSERT_EQ(stat(ContainerPath().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0777U);
}

TEST_F(NotifyRelayTest, WaitsForReadinessOrTheEnd) {
  const pid_t child = static_cast<pid_t>(raw::Fork().value);
  if (child == 0) {
    for (;;) pause();
  }
  const UniqueFd pidfd(raw::PidfdOpen(child).fd());
  Say("READY=1");
  EXPECT_EQ(relay_->HandleUntilReady(child, pidfd.get()), absl::OkStatus());
  EXPECT_EQ(Heard(), absl::StrCat("MAINPID=", child, "\nREADY=1"));
  kill(child, SIGKILL);
  EXPECT_EQ(relay_->HandleUntilReady(child, pidfd.get()), absl::OkStatus());
  EXPECT_EQ(Heard(), "");
  waitpid(child, nullptr, 0);
}

TEST_F(NotifyRelayTest, FlushWaitsForTheHost) {
  std::string heard;
  std::thread host([&] {
    char data[64];
    int fd = -1;
    const raw::Result got =
        raw::ReceiveMessage(host_.get(), data, sizeof(data), &fd);
    heard.assign(data, static_cast<size_t>(got.value));
    close(fd);
  });
  EXPECT_EQ(relay_->Flush(), absl::OkStatus());
  host.join();
  EXPECT_EQ(heard, "BARRIER=1");
}

TEST_F(NotifyRelayTest, ReplacesTheSocketOfAFailedStart) {
  EXPECT_TRUE(NotifyRelay::Create(directory_, host_path_).ok());
  EXPECT_TRUE(absl::StartsWith(
      NotifyRelay::Create(directory_, "/no/host").status().message(),
      "connect \"/no/host\": ENOENT"));
}

}  // namespace
}  // namespace chmdocker::launch
