#include "runtime/security/seccomp_arch.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/security/name_index.h"
#include "runtime/security/socketcall.h"

namespace chmdocker::security {
namespace {

struct Row {
  uint16_t name;  // offset in kNames
  std::array<int16_t, kSyscallAbiCount> numbers;
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

// Up to where the next one begins, but for the NUL.
constexpr absl::string_view NameAt(size_t row) {
  const size_t end =
      row + 1 < std::size(kRows) ? kRows[row + 1].name : sizeof(kNames) - 1;
  return {kNames + kRows[row].name, end - kRows[row].name - 1};
}

constexpr NameIndex<1024> kIndex(std::size(kRows), NameAt);

// For each row one more than its index in kMultiplexedCalls, or 0.
constexpr auto kMultiplexed = [] {
  std::array<uint8_t, std::size(kRows)> found = {};
  for (size_t i = 0; i < std::size(kMultiplexedCalls); ++i) {
    const auto row = kIndex.Find(kMultiplexedCalls[i].name, NameAt);
    found[row.value()] = static_cast<uint8_t>(i + 1);
  }
  return found;
}();

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

std::optional<Syscall> FindSyscall(absl::string_view name) {
  const std::optional<size_t> row = kIndex.Find(name, NameAt);
  if (!row.has_value()) return std::nullopt;
  Syscall call = {kRows[*row].numbers, nullptr};
  const size_t multiplexed = kMultiplexed[*row];
  if (multiplexed != 0) {
    call.multiplexed = &kMultiplexedCalls[multiplexed - 1].call;
  }
  return call;
}

bool KnownSyscall(absl::string_view name) {
  return kIndex.Find(name, NameAt).has_value();
}

std::optional<uint32_t> SyscallNumber(SyscallAbi abi, absl::string_view name) {
  const std::optional<Syscall> call = FindSyscall(name);
  if (!call.has_value()) return std::nullopt;
  const int16_t number = call->numbers[static_cast<size_t>(abi)];
  if (number < 0) return std::nullopt;
  return static_cast<uint32_t>(number) | AbiBit(abi);
}

}  // namespace chmdocker::security
