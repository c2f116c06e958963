// Versions of Linux. Pure.
#ifndef CHMDOCKER_RUNTIME_BASE_KERNEL_VERSION_H_
#define CHMDOCKER_RUNTIME_BASE_KERNEL_VERSION_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace chmdocker {

struct KernelVersion {
  uint32_t major = 0;
  uint32_t minor = 0;
  auto operator<=>(const KernelVersion&) const = default;
};

// "6.1" of "6.1.0-13-amd64", which is how uname(2) calls a release.
std::optional<KernelVersion> ParseKernelVersion(absl::string_view release);

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_KERNEL_VERSION_H_
