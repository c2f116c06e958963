#include "runtime/security/seccomp_arch.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/algorithm/container.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace chmdocker::security {
namespace {

TEST(SyscallNumber, DiffersByAbi) {
  EXPECT_EQ(SyscallNumber(SyscallAbi::kX86_64, "execve"), 59u);
  EXPECT_EQ(SyscallNumber(SyscallAbi::kX32, "execve"), kX32Bit | 520u);
  EXPECT_EQ(SyscallNumber(SyscallAbi::kX86, "execve"), 11u);
}

// The first and the last name of the table among them.
TEST(SyscallNumber, FindsNamesThatAreNotEverywhere) {
  EXPECT_EQ(SyscallNumber(SyscallAbi::kX86, "_llseek"), 140u);
  EXPECT_EQ(SyscallNumber(SyscallAbi::kX86_64, "_llseek"), std::nullopt);
  EXPECT_EQ(SyscallNumber(SyscallAbi::kX86_64, "writev"), 20u);
  EXPECT_EQ(SyscallNumber(SyscallAbi::kX86, "chown32"), 212u);
  EXPECT_EQ(SyscallNumber(SyscallAbi::kX86_64, "chown32"), std::nullopt);
  EXPECT_TRUE(KnownSyscall("chown32"));
  EXPECT_TRUE(KnownSyscall("breakpoint"));  // of ARM
}

TEST(FindSyscall, KnowsHowX86MadeTheCallBefore) {
  const std::optional<Syscall> bind = FindSyscall("bind");
  ASSERT_TRUE(bind.has_value() && bind->multiplexed != nullptr);
  EXPECT_EQ(bind->multiplexed->number, 102u);
  EXPECT_EQ(bind->multiplexed->which, 2u);
  const std::optional<Syscall> shmctl = FindSyscall("shmctl");
  ASSERT_TRUE(shmctl.has_value() && shmctl->multiplexed != nullptr);
  EXPECT_EQ(shmctl->multiplexed->number, 117u);
  const std::optional<Syscall> socketcall = FindSyscall("socketcall");
  ASSERT_TRUE(socketcall.has_value());
  EXPECT_EQ(socketcall->multiplexed, nullptr);
  EXPECT_EQ(socketcall->numbers, (std::array<int16_t, 3>{-1, -1, 102}));
}

TEST(KnownSyscall, KnowsWholeNamesOnly) {
  EXPECT_TRUE(KnownSyscall("read"));
  for (const char* name : {"", "rea", "readx", "READ", "zzz"}) {
    EXPECT_FALSE(KnownSyscall(name)) << name;
  }
}

TEST(SeccompArchitectures, AreThoseOfTheSpecification) {
  EXPECT_EQ(AbiOfArchitecture("SCMP_ARCH_X86"), SyscallAbi::kX86);
  EXPECT_EQ(AbiOfArchitecture("SCMP_ARCH_ARM"), std::nullopt);
  EXPECT_TRUE(KnownSeccompArchitecture("SCMP_ARCH_ARM"));
  EXPECT_FALSE(KnownSeccompArchitecture("SCMP_ARCH_NATIVE"));
  EXPECT_FALSE(KnownSeccompArchitecture("x86"));
  EXPECT_TRUE(
      absl::c_linear_search(SeccompArchitectures(), "SCMP_ARCH_RISCV64"));
}

}  // namespace
}  // namespace chmdocker::security
