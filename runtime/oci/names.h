// Tables of the words that stand for the kernel's numbers.
#ifndef CHMDOCKER_RUNTIME_OCI_NAMES_H_
#define CHMDOCKER_RUNTIME_OCI_NAMES_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace chmdocker::oci {

struct NamedValue {
  absl::string_view name;
  uint64_t value;
};

inline std::optional<uint64_t> FindValue(absl::Span<const NamedValue> names,
                                         absl::string_view name) {
  for (const NamedValue& entry : names) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_NAMES_H_
