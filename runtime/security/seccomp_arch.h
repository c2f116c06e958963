// What a seccomp profile names: architectures and system calls, from the table
// that libseccomp 2.6.0 carries (Linux 6.13). Pure data.
#ifndef CHMDOCKER_RUNTIME_SECURITY_SECCOMP_ARCH_H_
#define CHMDOCKER_RUNTIME_SECURITY_SECCOMP_ARCH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace chmdocker::security {

// The ways into an x86-64 kernel.
enum class SyscallAbi : uint8_t { kX86_64, kX32, kX86 };
inline constexpr size_t kSyscallAbiCount = 3;

// x32 calls are x86_64 calls with this bit in their number (__X32_SYSCALL_BIT).
inline constexpr uint32_t kX32Bit = 0x40000000;

// "SCMP_ARCH_X86_64" and all others that a profile may list.
std::vector<absl::string_view> SeccompArchitectures();

bool KnownSeccompArchitecture(absl::string_view name);

// How programs of the architecture enter this kernel; nothing if they can't.
std::optional<SyscallAbi> AbiOfArchitecture(absl::string_view name);

// What all numbers of the ABI have in common.
constexpr uint32_t AbiBit(SyscallAbi abi) {
  return abi == SyscallAbi::kX32 ? kX32Bit : 0;
}

// How x86 has made a call before, or without, a number of its own.
struct MultiplexedCall {
  uint32_t number = 0;  // of socketcall(2) or ipc(2)
  uint32_t which = 0;   // its first argument
};

struct Syscall {
  // In each SyscallAbi, without AbiBit; negative where the kernel does not have
  // the call.
  std::array<int16_t, kSyscallAbiCount> numbers;
  const MultiplexedCall* multiplexed;  // null: never; lives for ever
};

// Nothing if no Linux architecture has a system call of this name.
std::optional<Syscall> FindSyscall(absl::string_view name);

// Whether any Linux architecture has a system call of this name.
bool KnownSyscall(absl::string_view name);

// With AbiBit, as the kernel is given it.
std::optional<uint32_t> SyscallNumber(SyscallAbi abi, absl::string_view name);

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_SECCOMP_ARCH_H_
