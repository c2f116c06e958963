#include "runtime/systemd/bus.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"
#include "runtime/sys/raw/socket.h"
#include "runtime/systemd/message.h"

namespace chmdocker::systemd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kManager[] = "org.freedesktop.systemd1.Manager";

std::string Number(size_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    bytes += static_cast<char>(value >> (8 * i) & 0xff);
  }
  return bytes;
}
std::string Text(absl::string_view text) {
  return absl::StrCat(Number(text.size()), text, absl::string_view("\0", 1));
}
void Align(std::string& bytes) {
  bytes.append((8 - bytes.size() % 8) % 8, '\0');
}

struct Sent {
  MessageType type = MessageType::kReply;
  uint32_t answers = 0;
  std::string sender = ":1.0";
  std::string member = {};  // of kManager
  std::string error = {};
  std::string signature = {};
  std::string body = {};
};
void AddField(int code, char type, absl::string_view text, std::string& out) {
  if (text.empty()) return;
  Align(out);
  absl::StrAppend(&out, std::string{static_cast<char>(code), 1, type, 0});
  if (type == 'g') {
    absl::StrAppend(&out, std::string(1, static_cast<char>(text.size())), text,
                    absl::string_view("\0", 1));
  } else {
    absl::StrAppend(&out, Text(text));
  }
}
std::string Bytes(const Sent& sent) {
  std::string fields;
  if (sent.answers != 0) {
    fields = std::string{5, 1, 'u', 0} + Number(sent.answers);
  }
  AddField(7, 's', sent.sender, fields);
  if (!sent.member.empty()) AddField(2, 's', kManager, fields);
  AddField(3, 's', sent.member, fields);
  AddField(4, 's', sent.error, fields);
  AddField(8, 'g', sent.signature, fields);
  std::string bytes = {'l', static_cast<char>(sent.type), 0, 1};
  absl::StrAppend(&bytes, Number(sent.body.size()), Number(1),
                  Number(fields.size()), fields);
  Align(bytes);
  return bytes + sent.body;
}

// Of the job "/j".
std::string JobRemoved(absl::string_view sender, absl::string_view result) {
  Sent signal = {MessageType::kSignal};
  signal.sender = sender;
  signal.member = "JobRemoved";
  signal.signature = "uoss";
  signal.body =
      absl::StrCat(Number(5), Text("/j"), absl::string_view("\0", 1), Text("x"),
                   absl::string_view("\0\0", 2), Text(result));
  return Bytes(signal);
}

// A bus, as far as it matters: it authenticates whoever comes, and says to each
// call what it is told to.
class FakeBus {
 public:
  // What is sent for a call: its member, its serial.
  using Answer = std::function<std::string(const std::string&, uint32_t)>;

  FakeBus(std::string greeting, Answer answer)
      : greeting_(std::move(greeting)), answer_(std::move(answer)) {
    directory_ = "/tmp/bus-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, path().data(), path().size());
    listener_.reset(raw::Socket(AF_UNIX, SOCK_STREAM, 0).fd());
    EXPECT_TRUE(raw::Bind(listener_.get(), &address, sizeof(address)).ok());
    EXPECT_TRUE(raw::Listen(listener_.get(), 1).ok());
    thread_ = std::thread([this] { Serve(); });
  }
  ~FakeBus() {
    thread_.join();
    std::filesystem::remove_all(directory_);
  }

  std::string path() const { return directory_ + "/bus"; }

 private:
  void Serve() {
    const UniqueFd connection(raw::Accept(listener_.get()).fd());
    std::string received;
    bool greeted = false;
    bool begun = false;
    for (;;) {
      char chunk[4096];
      const raw::Result got =
          raw::Receive(connection.get(), chunk, sizeof(chunk), 0);
      if (got.value <= 0) return;
      received.append(chunk, static_cast<size_t>(got.value));
      if (!greeted && absl::StrContains(received, "AUTH EXTERNAL")) {
        greeted = true;
        Send(connection.get(), greeting_);
      }
      const size_t begin = received.find("BEGIN\r\n");
      if (!begun && begin != std::string::npos) {
        begun = true;
        received.erase(0, begin + 7);
      }
      if (begun && !Answered(connection.get(), received)) return;
    }
  }

  bool Answered(int connection, std::string& received) {
    for (;;) {
      const size_t size = MessageSize(received);
      if (size == 0 || received.size() < size) return true;
      Message call;
      if (!Parse(received.substr(0, size), &call)) return false;
      uint32_t serial;
      memcpy(&serial, received.data() + 8, sizeof(serial));
      received.erase(0, size);
      const std::string answer = answer_(call.member, serial);
      if (answer.empty()) return false;
      Send(connection, answer);
    }
  }

  static void Send(int connection, const std::string& bytes) {
    (void)raw::Send(connection, bytes.data(), bytes.size());
  }

  std::string greeting_;
  Answer answer_;
  std::string directory_;
  UniqueFd listener_;
  std::thread thread_;
};

std::string Welcome(const std::string&, uint32_t serial) {
  return Bytes({MessageType::kReply, serial});
}
Sent Job(uint32_t serial) {
  Sent reply = {MessageType::kReply, serial};
  reply.signature = "o";
  reply.body = Text("/j");
  return reply;
}
Call ToSystemd() {
  return {"org.freedesktop.systemd1", "/", kManager, "StartTransientUnit", "x"};
}

TEST(PathsOf, AreOfUnixSockets) {
  EXPECT_THAT(PathsOf("unix:path=/run/bus"), ElementsAre("/run/bus"));
  EXPECT_THAT(PathsOf("unix:guid=1,path=/a%20b%2Fc;tcp:host=x,path=/no;"
                      "unix:abstract=/d"),
              ElementsAre("/a b/c", "@/d"));
  EXPECT_THAT(PathsOf("unix:path=/a%zz%2"), ElementsAre("/a%zz%2"));
  for (const char* none :
       {"", ";", ",", "unix:", "unix:path=", "path=/a", "unixexec:path=/a"}) {
    EXPECT_THAT(PathsOf(none), IsEmpty()) << none;
  }
}

TEST(Bus, PassesOverWhatItDoesNotUnderstand) {
  FakeBus fake("OK 1\r\n", [](const std::string& member, uint32_t serial) {
    if (member != "StartTransientUnit") return Welcome(member, serial);
    // A header that is broken within its size; a signal; an answer to another.
    std::string broken = Bytes({MessageType::kReply, serial});
    broken[17] = 9;
    return absl::StrCat(broken, JobRemoved(":1.7", "done"),
                        Bytes({MessageType::kReply, serial + 9}),
                        Bytes(Job(serial)));
  });
  Bus bus;
  ASSERT_EQ(bus.Connect(fake.path(), true, false), absl::OkStatus());
  std::vector<std::string> values;
  ASSERT_EQ(bus.Do(ToSystemd(), &values), absl::OkStatus());
  EXPECT_THAT(values, ElementsAre("/j"));
}

// Every user of the host may send such a signal.
TEST(Bus, BelievesSystemdAlone) {
  FakeBus fake("OK 1\r\n", [](const std::string& member, uint32_t serial) {
    if (member != "StartTransientUnit") return Welcome(member, serial);
    return absl::StrCat(Bytes(Job(serial)), JobRemoved(":1.66", "done"),
                        JobRemoved(":1.0", "timeout"));
  });
  Bus bus;
  ASSERT_EQ(bus.Connect(fake.path(), true, true), absl::OkStatus());
  EXPECT_THAT(bus.DoJob(ToSystemd()).message(),
              HasSubstr("systemd: StartTransientUnit \"x\": the job's result "
                        "is \"timeout\""));
}

// The signal may come before the reply that names the job.
TEST(Bus, RemembersJobs) {
  FakeBus fake("DATA\r\nOK 1\r\n",
               [](const std::string& member, uint32_t serial) {
                 if (member == "StopUnit") return Bytes(Job(serial));
                 return Welcome(member, serial) + JobRemoved(":1.0", "done");
               });
  Bus bus;
  ASSERT_EQ(bus.Connect(fake.path(), true, true), absl::OkStatus());
  std::vector<std::string> values;
  ASSERT_EQ(bus.Do(ToSystemd(), &values), absl::OkStatus());
  Call stop = ToSystemd();
  stop.member = "StopUnit";
  EXPECT_EQ(bus.DoJob(stop), absl::OkStatus());
}

TEST(Bus, SaysWhatIsRefused) {
  {
    FakeBus fake("REJECTED EXTERNAL\r\n", Welcome);
    Bus bus;
    EXPECT_THAT(bus.Connect(fake.path(), true, false).message(),
                HasSubstr("authentication is refused: \"REJECTED EXTERNAL\""));
  }
  FakeBus fake("OK 1\r\n", [](const std::string&, uint32_t serial) {
    Sent reply = {MessageType::kError, serial};
    reply.error = "a.Full";
    reply.signature = "s";
    reply.body = Text("no\nroom");
    return Bytes(reply);
  });
  Bus bus;
  EXPECT_THAT(bus.Connect(fake.path(), true, false).message(),
              HasSubstr("systemd: Hello: a.Full (no\\012room)"));
}

// systemd's own socket has no names, and nobody to greet.
TEST(Bus, MayBeNone) {
  FakeBus fake("OK 1\r\n", [](const std::string& member, uint32_t serial) {
    EXPECT_EQ(member, "StartTransientUnit");
    Sent reply = Job(serial);
    reply.sender = "";
    return Bytes(reply) + JobRemoved("", "done");
  });
  Bus bus;
  ASSERT_EQ(bus.Connect(fake.path(), false, false), absl::OkStatus());
  EXPECT_EQ(bus.DoJob(ToSystemd()), absl::OkStatus());
}

TEST(Bus, KnowsWhichUnitsThereAre) {
  bool second = false;
  FakeBus fake("OK 1\r\n", [&](const std::string& member, uint32_t serial) {
    if (member != "StartTransientUnit") return Welcome(member, serial);
    Sent reply = {MessageType::kError, serial};
    reply.error = second ? "org.freedesktop.systemd1.NoSuchUnit"
                         : "org.freedesktop.systemd1.UnitExists";
    second = true;
    return Bytes(reply);
  });
  Bus bus;
  ASSERT_EQ(bus.Connect(fake.path(), true, false), absl::OkStatus());
  EXPECT_EQ(bus.DoJob(ToSystemd()).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(bus.DoJob(ToSystemd()).code(), absl::StatusCode::kNotFound);
}

// It comes while the answer does not.
TEST(Bus, IsInterrupted) {
  raw::SignalSet old = 0;
  const raw::SignalSet terminate = raw::SignalSet{1} << (SIGTERM - 1);
  ASSERT_TRUE(raw::BlockSignals(terminate, &old).ok());
  const uint64_t begin = raw::MonotonicNanoseconds();
  {
    FakeBus fake("OK 1\r\n", [](const std::string&, uint32_t) {
      kill(getpid(), SIGTERM);
      return JobRemoved(":1.7", "done");
    });
    Bus bus;
    const absl::Status status = bus.Connect(fake.path(), true, false);
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
    EXPECT_THAT(status.message(), HasSubstr("Hello: interrupted by a signal"));
  }
  EXPECT_LT(raw::MonotonicNanoseconds() - begin, 20'000'000'000U);
  // Whoever waits for signals next has it.
  const UniqueFd signals(raw::SignalFd(terminate).fd());
  signalfd_siginfo info;
  EXPECT_TRUE(raw::Read(signals.get(), &info, sizeof(info)).ok());
  EXPECT_TRUE(raw::SetSignalMask(old).ok());
}

// Where the answer is on its way, it is waited for.
TEST(Bus, HearsTheAnswerInSpiteOfASignal) {
  raw::SignalSet old = 0;
  const raw::SignalSet interrupt = raw::SignalSet{1} << (SIGINT - 1);
  ASSERT_TRUE(raw::BlockSignals(interrupt, &old).ok());
  kill(getpid(), SIGINT);
  {
    FakeBus fake("OK 1\r\n", Welcome);
    Bus bus;
    EXPECT_EQ(bus.Connect(fake.path(), true, false), absl::OkStatus());
  }
  const UniqueFd signals(raw::SignalFd(interrupt).fd());
  signalfd_siginfo info;
  EXPECT_TRUE(raw::Read(signals.get(), &info, sizeof(info)).ok());
  EXPECT_TRUE(raw::SetSignalMask(old).ok());
}

TEST(Bus, EndsWithTheConnection) {
  FakeBus fake("OK 1\r\n",
               [](const std::string&, uint32_t) { return std::string(); });
  Bus bus;
  EXPECT_THAT(bus.Connect(fake.path(), true, false).message(),
              HasSubstr("the connection was closed"));
}

TEST(Bus, EndsWhereNoMessageCanBeginAnyMore) {
  {
    FakeBus fake("OK 1\r\n", [](const std::string&, uint32_t) {
      return std::string(16, 'x');
    });
    Bus bus;
    EXPECT_THAT(bus.Connect(fake.path(), true, false).message(),
                HasSubstr("what was sent is no message"));
  }
  FakeBus fake(std::string(2000, 'x'), Welcome);
  Bus bus;
  EXPECT_THAT(bus.Connect(fake.path(), true, false).message(),
              HasSubstr("no D-Bus that answers"));
}

TEST(Bus, NamesTheSocketThatIsNotThere) {
  Bus bus;
  EXPECT_THAT(bus.Connect("/nowhere/bus", true, false).message(),
              HasSubstr("connect \"/nowhere/bus\": ENOENT"));
  EXPECT_THAT(bus.Connect(std::string(200, '/'), true, false).message(),
              HasSubstr("ENAMETOOLONG"));
}

}  // namespace
}  // namespace chmdocker::systemd
