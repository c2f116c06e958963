// On the kernel, each in a child of its own. As root only, for the most part.
#include "runtime/security/privilege_setup.h"

#include <errno.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"
#include "testing/child/in_child.h"

namespace chmdocker::security {
namespace {

using Fields = const char*;

// Run, by a name that a fixture does not have for itself.
template <class Step, class... More>
raw::Result Do(const Step& step, More&&... more) {
  return Run(step, more...);
}

constexpr uint64_t kChown = 1U << 0;
constexpr uint64_t kKill = 1U << 5;
constexpr uint64_t kUnknown = uint64_t{1} << 62;

class AsRoot : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
  }
};

std::string Ids() {
  gid_t groups[64];
  const int count = getgroups(64, groups);
  std::string ids = std::to_string(geteuid()) + ":" + std::to_string(getegid());
  for (int i = 0; i < count; ++i) ids += " " + std::to_string(groups[i]);
  return ids;
}

std::string Capabilities() {
  std::string sets;
  for (const char* name : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    sets += StatusLine(name).substr(8) + " ";
  }
  return sets;
}

raw::Result Become(const step::SetUser<Fields>& step) {
  step::Note note;
  return Do(step, note);
}

using SetUserTest = AsRoot;

TEST_F(SetUserTest, KeepsNoOtherGroup) {
  EXPECT_EQ(InChild([] {
              const gid_t before[] = {5, 6, 7};
              setgroups(3, before);
              const uint32_t groups[] = {20, 30};
              if (!Become({1000, 1001, {groups, 2}}).ok()) {
                return std::string("failed");
              }
              return Ids();
            }),
            "1000:1001 20 30");
  EXPECT_EQ(InChild([] {
              const gid_t before[] = {5, 6, 7};
              setgroups(3, before);
              (void)Become({1000, 1001, {nullptr, 0}});
              return Ids();
            }),
            "1000:1001");
}

TEST_F(SetUserTest, FailsWithoutTheRightTo) {
  EXPECT_EQ(InChild([] {
              step::Note note;
              (void)Do(step::SetCapabilities<Fields>{}, note);
              const raw::Result result = Become({0, 0, {nullptr, 0}});
              return std::to_string(result.error()) + " " +
                     std::to_string(result.number == SYS_setgroups);
            }),
            std::to_string(EPERM) + " 1");
}

using CapabilitiesTest = AsRoot;

TEST_F(CapabilitiesTest, AreExactlyThese) {
  EXPECT_EQ(InChild([] {
              const uint64_t bounding = kChown | kKill | kUnknown;
              if (!Do(step::LimitCapabilities<Fields>{bounding}).ok() ||
                  !Become({7, 7, {nullptr, 0}, true}).ok()) {
                return std::string("failed");
              }
              step::Note note;
              const raw::Result set = Do(
                  step::SetCapabilities<Fields>{kChown | kUnknown,
                                                kChown | kKill, kKill, kKill},
                  note);
              return set.ok() ? Capabilities() : std::to_string(set.error());
            }),
            "00000020 00000021 00000001 00000021 00000020 ");
}

TEST_F(CapabilitiesTest, AreNoneWhenNoneAreAskedFor) {
  EXPECT_EQ(InChild([] {
              step::Note note;
              (void)Do(step::LimitCapabilities<Fields>{0});
              (void)Become({0, 0, {nullptr, 0}, true});
              (void)Do(step::SetCapabilities<Fields>{}, note);
              return Capabilities();
            }),
            "00000000 00000000 00000000 00000000 00000000 ");
}

TEST_F(CapabilitiesTest, MustBeOurs) {
  EXPECT_EQ(InChild([] {
              step::Note note;
              (void)Do(step::SetCapabilities<Fields>{kChown, kChown}, note);
              const raw::Result more =
                  Do(step::SetCapabilities<Fields>{kKill, kKill}, note);
              return std::to_string(more.error()) + " " +
                     std::string(note.data(), note.size());
            }),
            std::to_string(EPERM) +
                " chmdocker itself does not have all of these capabilities");
}

// getppid(2) is EXDEV; all else is allowed.
std::vector<uint64_t> Filter() {
  const sock_filter program[] = {
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_getppid},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EXDEV},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  };
  std::vector<uint64_t> words(4);
  std::memcpy(words.data(), program, sizeof(program));
  return words;
}

TEST(LoadSeccomp, FiltersCalls) {
  EXPECT_EQ(InChild([] {
              const std::vector<uint64_t> filter = Filter();
              (void)Do(step::NoNewPrivileges<Fields>{});
              const raw::Result loaded =
                  Do(step::LoadSeccomp<Fields>{{filter.data(), filter.size()}},
                     -1, 0);
              if (!loaded.ok()) return std::to_string(loaded.error());
              return std::to_string(raw::Call(SYS_getppid).error()) + " " +
                     StatusLine("Seccomp") + " " + StatusLine("NoNewPrivs");
            }),
            std::to_string(EXDEV) + " 2 1");
}

TEST(LoadSeccomp, SendsItsListener) {
  EXPECT_EQ(InChild([] {
              const std::vector<uint64_t> filter = Filter();
              int ends[2];
              (void)raw::SocketPair(ends);
              (void)Do(step::NoNewPrivileges<Fields>{});
              const raw::Result loaded =
                  Do(step::LoadSeccomp<Fields>{{filter.data(), filter.size()},
                                               0,
                                               /*listener=*/true},
                     ends[0], 9);
              if (!loaded.ok()) return std::to_string(loaded.error());
              step::Message message;
              int fd = -1;
              (void)raw::ReceiveMessage(ends[1], &message, sizeof(message),
                                        &fd);
              return std::to_string(message.step) + " " +
                     std::to_string(message.kind ==
                                    step::MessageKind::kSeccompListener) +
                     " " + std::to_string(fd >= 0);
            }),
            "9 1 1");
}

TEST(LoadSeccomp, RefusesWhatTheKernelCannotHold) {
  const std::vector<uint64_t> filter(70000);
  const raw::Result loaded =
      Do(step::LoadSeccomp<Fields>{{filter.data(), filter.size()}}, -1, 0);
  EXPECT_EQ(loaded.error(), E2BIG);
}

}  // namespace
}  // namespace chmdocker::security
