#include "runtime/security/default_profile.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/security/bpf_simulator.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/process.h"

namespace chmdocker::security {
namespace {

constexpr uint32_t kEperm = SECCOMP_RET_ERRNO | EPERM;
constexpr uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;
constexpr spec::CapabilitySet kAdmin = spec::CapabilitySet{1} << CAP_SYS_ADMIN;

uint32_t Judge(spec::CapabilitySet bounding, uint32_t number,
               std::vector<uint64_t> arguments = {},
               uint32_t architecture = AUDIT_ARCH_X86_64) {
  const absl::StatusOr<SeccompFilter> filter =
      CompileSeccomp(DefaultProfile(bounding));
  EXPECT_TRUE(filter.ok()) << filter.status();
  seccomp_data call = {static_cast<int>(number), architecture, 0, {}};
  std::copy(arguments.begin(), arguments.end(), call.args);
  return RunBpf(filter->program, call).value_or(BpfVerdict{1, 0}).action;
}
uint32_t Judge(absl::string_view name, std::vector<uint64_t> arguments = {}) {
  return Judge(0, SyscallNumber(SyscallAbi::kX86_64, name).value_or(~0U),
               std::move(arguments));
}

bool IsNumber(absl::string_view text) {
  return !text.empty() && absl::ascii_isdigit(text[0]);
}

// Names of all calls that an x86-64 kernel has for 64-bit and 32-bit programs.
std::set<std::string> AllCalls() {
  std::set<std::string> names;
  std::ifstream table("external/libseccomp/src/syscalls.csv");
  for (std::string line; std::getline(table, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    if (fields.size() > 3 && (IsNumber(fields[1]) || IsNumber(fields[3]))) {
      names.insert(fields[0]);
    }
  }
  return names;
}

TEST(SyscallGroups, HaveEveryCallOnce) {
  std::map<std::string, int> times = {
      {"clone", 1}, {"clone3", 1}, {"personality", 1}, {"socket", 1}};
  for (const SyscallGroup& group : SyscallGroups()) {
    for (const absl::string_view name : absl::StrSplit(group.names, ' ')) {
      ++times[std::string(name)];
    }
  }
  const std::set<std::string> all = AllCalls();
  ASSERT_GT(all.size(), 400U);
  for (const std::string& name : all) EXPECT_EQ(times[name], 1) << name;
  EXPECT_EQ(times.size(), all.size());
}

TEST(DefaultProfile, KnowsEachName) {
  const absl::StatusOr<SeccompFilter> filter =
      CompileSeccomp(DefaultProfile(0));
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_EQ(filter->skipped, std::vector<std::string>());
  EXPECT_FALSE(filter->has_listener);
}

TEST(DefaultProfile, DeniesByDefault) {
  for (const char* name : {"read", "openat", "execve", "ptrace", "listmount"}) {
    EXPECT_EQ(Judge(name), SECCOMP_RET_ALLOW) << name;
  }
  for (const char* name :
       {"mount", "keyctl", "unshare", "setns", "bpf", "io_uring_setup",
        "userfaultfd", "kexec_load", "open_by_handle_at", "chroot", "reboot",
        "settimeofday", "syslog", "perf_event_open", "pivot_root"}) {
    EXPECT_EQ(Judge(name), kEperm) << name;
  }
}

TEST(DefaultProfile, NewerCallsGetEnosys) {
  EXPECT_EQ(Judge(0, 467), kEnosys);
  EXPECT_EQ(Judge(0, 1000), kEnosys);
  EXPECT_EQ(Judge(0, 467, {}, AUDIT_ARCH_I386), kEnosys);
  // A number that no call has, between others.
  EXPECT_EQ(Judge(0, 400), kEperm);
}

TEST(DefaultProfile, CloneMakesNoNamespaces) {
  EXPECT_EQ(Judge("clone", {CLONE_VM | CLONE_THREAD}), SECCOMP_RET_ALLOW);
  for (const uint64_t flag :
       {CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID,
        CLONE_NEWNET, CLONE_NEWCGROUP}) {
    EXPECT_EQ(Judge("clone", {flag | CLONE_VM}), kEperm) << flag;
  }
  EXPECT_EQ(Judge("clone3"), kEnosys);
  EXPECT_EQ(Judge(kAdmin, SYS_clone, {CLONE_NEWUSER}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(kAdmin, SYS_clone3), SECCOMP_RET_ALLOW);
}

TEST(DefaultProfile, FamiliesOfSockets) {
  for (const uint64_t family : {AF_UNIX, AF_INET, AF_NETLINK, 39, AF_XDP}) {
    EXPECT_EQ(Judge("socket", {family}), SECCOMP_RET_ALLOW) << family;
  }
  for (const uint64_t family : {AF_ALG, AF_VSOCK}) {
    EXPECT_EQ(Judge("socket", {family}), kEperm) << family;
    EXPECT_EQ(Judge(0, 359, {family}, AUDIT_ARCH_I386), kEperm) << family;
  }
}

TEST(DefaultProfile, Personalities) {
  for (const uint64_t persona : {0x0, 0x8, 0x20000, 0x20008}) {
    EXPECT_EQ(Judge("personality", {persona}), SECCOMP_RET_ALLOW) << persona;
  }
  EXPECT_EQ(Judge("personality", {0xffffffff}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge("personality", {0x0040000}), kEperm);  // ADDR_NO_RANDOMIZE
}

struct Given {
  int capability;
  const char* call;
};
constexpr Given kGiven[] = {
    {CAP_DAC_READ_SEARCH, "open_by_handle_at"},
    {CAP_SYS_ADMIN, "mount"},
    {CAP_SYS_ADMIN, "bpf"},
    {39, "bpf"},
    {38, "perf_event_open"},
    {CAP_SYSLOG, "syslog"},
    {CAP_SYS_BOOT, "reboot"},
    {CAP_SYS_CHROOT, "chroot"},
    {CAP_SYS_MODULE, "init_module"},
    {CAP_SYS_NICE, "mbind"},
    {CAP_SYS_PACCT, "acct"},
    {CAP_SYS_PTRACE, "kcmp"},
    {CAP_SYS_RAWIO, "iopl"},
    {CAP_SYS_TIME, "clock_settime"},
    {CAP_SYS_TTY_CONFIG, "vhangup"},
};

TEST(DefaultProfile, CapabilitiesGiveTheirCalls) {
  for (const Given& given : kGiven) {
    const uint32_t number =
        SyscallNumber(SyscallAbi::kX86_64, given.call).value_or(~0U);
    const spec::CapabilitySet own = spec::CapabilitySet{1} << given.capability;
    EXPECT_EQ(Judge(own, number), SECCOMP_RET_ALLOW) << given.call;
    EXPECT_EQ(Judge(0, number), kEperm) << given.call;
  }
  EXPECT_EQ(Judge(~spec::CapabilitySet{0}, SYS_keyctl), kEperm);
}

}  // namespace
}  // namespace chmdocker::security
