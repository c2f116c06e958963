#include "runtime/base/kernel_version.h"

#include <cstddef>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace chmdocker {

std::optional<KernelVersion> ParseKernelVersion(absl::string_view release) {
  KernelVersion version;
  const size_t dot = release.find('.');
  if (dot == absl::string_view::npos) return std::nullopt;
  const absl::string_view rest = release.substr(dot + 1);
  const size_t end = rest.find_first_not_of("0123456789");
  if (!absl::SimpleAtoi(release.substr(0, dot), &version.major) ||
      !absl::SimpleAtoi(rest.substr(0, end), &version.minor)) {
    return std::nullopt;
  }
  return version;
}

}  // namespace chmdocker
