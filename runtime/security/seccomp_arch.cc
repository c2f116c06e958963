#include "runtime/security/seccomp_arch.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace chmdocker::security {
namespace {

struct Row {
  uint16_t name;  // offset in kNames
  int16_t numbers[kSyscallAbiCount];
};

#include "runtime/security/syscall_table.inc"

struct Architecture {
  char name[24];
  int abi;  // SyscallAbi, or -1
};

// libseccomp's, in the order of its header; its pseudo-architecture "native"
// has no name in a profile.
constexpr Architecture kArchitectures[] = {
    {"SCMP_ARCH_X86", static_cast<int>(SyscallAbi::kX86)},
    {"SCMP_ARCH_X86_64", static_cast<int>(SyscallAbi::kX86_64)},
    {"SCMP_ARCH_X32", static_cast<int>(SyscallAbi::kX32)},
    {"SCMP_ARCH_ARM", -1},
    {"SCMP_ARCH_AARCH64", -1},
    {"SCMP_ARCH_LOONGARCH64", -1},
    {"SCMP_ARCH_M68K", -1},
    {"SCMP_ARCH_MIPS", -1},
    {"SCMP_ARCH_MIPS64", -1},
    {"SCMP_ARCH_MIPS64N32", -1},
    {"SCMP_ARCH_MIPSEL", -1},
    {"SCMP_ARCH_MIPSEL64", -1},
    {"SCMP_ARCH_MIPSEL64N32", -1},
    {"SCMP_ARCH_PARISC", -1},
    {"SCMP_ARCH_PARISC64", -1},
    {"SCMP_ARCH_PPC", -1},
    {"SCMP_ARCH_PPC64", -1},
    {"SCMP_ARCH_PPC64LE", -1},
    {"SCMP_ARCH_S390", -1},
    {"SCMP_ARCH_S390X", -1},
    {"SCMP_ARCH_RISCV64", -1},
    {"SCMP_ARCH_SHEB", -1},
    {"SCMP_ARCH_SH", -1},
};

const Architecture* FindArchitecture(absl::string_view name) {
  const auto* found = std::find_if(
      std::begin(kArchitectures), std::end(kArchitectures),
      [name](const Architecture& one) { return name == one.name; });
  return found == std::end(kArchitectures) ? nullptr : found;
}

absl::string_view NameOf(const Row& row) { return kNames + row.name; }

const Row* FindRow(absl::string_view name) {
  const auto* found = std::lower_bound(
      std::begin(kRows), std::end(kRows), name,
      [](const Row& row, absl::string_view key) { return NameOf(row) < key; });
  if (found == std::end(kRows) || NameOf(*found) != name) return nullptr;
  return found;
}

}  // namespace

std::vector<absl::string_view> SeccompArchitectures() {
  std::vector<absl::string_view> names;
  for (const Architecture& one : kArchitectures) names.emplace_back(one.name);
  return names;
}

bool KnownSeccompArchitecture(absl::string_view name) {
  return FindArchitecture(name) != nullptr;
}

std::optional<SyscallAbi> AbiOfArchitecture(absl::string_view name) {
  const Architecture* found = FindArchitecture(name);
  if (found == nullptr || found->abi < 0) return std::nullopt;
  return static_cast<SyscallAbi>(found->abi);
}

std::optional<SyscallNumbers> FindSyscall(absl::string_view name) {
  const Row* row = FindRow(name);
  if (row == nullptr) return std::nullopt;
  SyscallNumbers numbers;
  for (size_t abi = 0; abi < kSyscallAbiCount; ++abi) {
    const bool is_x32 = static_cast<SyscallAbi>(abi) == SyscallAbi::kX32;
    const int16_t number = row->numbers[abi];
    if (number < 0) continue;
    numbers[abi] = static_cast<uint32_t>(number) | (is_x32 ? kX32Bit : 0);
  }
  return numbers;
}

bool KnownSyscall(absl::string_view name) { return FindRow(name) != nullptr; }

std::optional<uint32_t> SyscallNumber(SyscallAbi abi, absl::string_view name) {
  const std::optional<SyscallNumbers> numbers = FindSyscall(name);
  if (!numbers.has_value()) return std::nullopt;
  return (*numbers)[static_cast<size_t>(abi)];
}

}  // namespace chmdocker::security
