#include "runtime/launch/console_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/unix_socket.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::launch {
namespace {

bool IsSameFile(int a, int b) {
  struct stat first, second;
  return fstat(a, &first) == 0 && fstat(b, &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

class ConsoleSocketTest : public testing::Test {
 protected:
  void SetUp() override {
    // Short: the paths of sandboxes come close to the limit by themselves.
    directory_ = "/tmp/console-XXXXXX";
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    sent_.reset(ends[0]);
    other_.reset(ends[1]);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  // What an engine does: listens, takes one connection, reads one message.
  void Listen(const std::string& path) {
    absl::StatusOr<UniqueFd> listener = BindAt(path, SOCK_STREAM);
    ASSERT_TRUE(listener.ok()) << listener.status();
    listener_ = *std::move(listener);
    ASSERT_TRUE(raw::Listen(listener_.get(), 1).ok());
  }
  std::string Receive(UniqueFd& fd) {
    const UniqueFd connection(raw::Accept(listener_.get()).fd());
    char data[4096];
    int received = -1;
    raw::Result got =
        raw::ReceiveMessage(connection.get(), data, sizeof(data), &received);
    fd.reset(received);
    std::string text;
    while (got.value > 0) {
      text.append(data, static_cast<size_t>(got.value));
      got = raw::Receive(connection.get(), data, sizeof(data), 0);
    }
    return text;
  }

  std::string directory_;
  UniqueFd sent_, other_;
  UniqueFd listener_;
};

TEST_F(ConsoleSocketTest, SendsTheTerminalAsRuncDoes) {
  const std::string path = absl::StrCat(directory_, "/s");
  Listen(path);
  ASSERT_EQ(SendTerminal(path, sent_.get()), absl::OkStatus());
  UniqueFd received;
  EXPECT_EQ(Receive(received), "/dev/ptmx");
  EXPECT_TRUE(IsSameFile(received.get(), sent_.get()));
}

TEST_F(ConsoleSocketTest, TellsWhosePidfdItIs) {
  const std::string path = absl::StrCat(directory_, "/s");
  Listen(path);
  UniqueFd received;
  ASSERT_EQ(SendPidfd(path, sent_.get(), PidfdOf::kInit), absl::OkStatus());
  EXPECT_EQ(Receive(received), "standard");
  EXPECT_TRUE(IsSameFile(received.get(), sent_.get()));
  ASSERT_EQ(SendPidfd(path, sent_.get(), PidfdOf::kExec), absl::OkStatus());
  EXPECT_EQ(Receive(received), "setns");
}

TEST_F(ConsoleSocketTest, ReachesPathsOf200Bytes) {
  std::string path = directory_;
  while (path.size() < 180) absl::StrAppend(&path, "/a-long-directory-name");
  std::filesystem::create_directories(path);
  absl::StrAppend(&path, "/socket");
  Listen(path);
  ASSERT_EQ(SendTerminal(path, sent_.get()), absl::OkStatus());
  UniqueFd received;
  EXPECT_EQ(Receive(received), "/dev/ptmx");
  EXPECT_TRUE(IsSameFile(received.get(), sent_.get()));
}

TEST_F(ConsoleSocketTest, SendsMoreThanASocketHolds) {
  const std::string path = absl::StrCat(directory_, "/s");
  Listen(path);
  const std::string document(4'000'000, 'x');
  absl::Status status;
  std::thread sender(
      [&] { status = SendSeccompListener(path, sent_.get(), document); });
  UniqueFd received;
  EXPECT_EQ(Receive(received), document);
  EXPECT_TRUE(IsSameFile(received.get(), sent_.get()));
  sender.join();
  EXPECT_EQ(status, absl::OkStatus());
}

TEST_F(ConsoleSocketTest, SaysWhatIsWrongWithThePath) {
  const std::string path = absl::StrCat(directory_, "/s");
  EXPECT_EQ(SendTerminal(path, sent_.get()).message(),
            absl::StrCat("connect \"", path,
                         "\": ENOENT (no such file or directory)"));
  std::ofstream(path) << "a file";
  EXPECT_EQ(SendTerminal(path, sent_.get()).message(),
            absl::StrCat("connect \"", path,
                         "\": ECONNREFUSED (connection refused); it is not a "
                         "socket"));
  unlink(path.c_str());
  (void)BindAt(path, SOCK_STREAM);
  EXPECT_TRUE(absl::StrContains(SendTerminal(path, sent_.get()).message(),
                                "; nobody listens there"));
  const std::string long_name =
      absl::StrCat(directory_, "/", std::string(120, 'n'));
  EXPECT_TRUE(absl::StrContains(SendTerminal(long_name, sent_.get()).message(),
                                "ENAMETOOLONG"));
}

TEST(ContainerProcessState, IsOneLineOfJson) {
  EXPECT_EQ(ContainerProcessState("1.2.0", 42, "a \"b\"", "{\"id\":\"c\"}"),
            "{\"ociVersion\":\"1.2.0\",\"fds\":[\"seccompFd\"],\"pid\":42,"
            "\"metadata\":\"a \\\"b\\\"\",\"state\":{\"id\":\"c\"}}");
  EXPECT_EQ(ContainerProcessState("1.2.0", 42, "", "{}"),
            "{\"ociVersion\":\"1.2.0\",\"fds\":[\"seccompFd\"],\"pid\":42,"
            "\"state\":{}}");
}

}  // namespace
}  // namespace chmdocker::launch
