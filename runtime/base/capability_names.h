// The names of capabilities(7).
#ifndef CHMDOCKER_RUNTIME_BASE_CAPABILITY_NAMES_H_
#define CHMDOCKER_RUNTIME_BASE_CAPABILITY_NAMES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace chmdocker {

// CAP_CHECKPOINT_RESTORE, the last one of Linux 6.18.
inline constexpr int kLastCapability = 40;

// "CAP_CHOWN", ...: by number, from 0 to kLastCapability.
absl::Span<const absl::string_view> CapabilityNames();

// The number of "CAP_CHOWN" or "CHOWN", in upper case as the OCI specification
// writes them; nothing for what is no capability.
std::optional<int> CapabilityNumber(absl::string_view name);

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_CAPABILITY_NAMES_H_
