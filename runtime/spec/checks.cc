#include "runtime/spec/checks.h"

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::spec {
namespace {

// PATH_MAX of <linux/limits.h>, without the NUL.
constexpr size_t kMaxPath = 4095;

}  // namespace

absl::Status Wrong(absl::string_view field, absl::string_view value,
                   absl::string_view rule) {
  return Wrong(field, absl::StrCat(Quote(value), " ", rule));
}

absl::Status Wrong(absl::string_view field, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", rule));
}

absl::Status InMount(size_t i, const absl::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("mounts[", i, "]", status.message()));
}

absl::Status CheckText(absl::string_view field, absl::string_view value) {
  if (!absl::StrContains(value, '\0')) return absl::OkStatus();
  return Wrong(field, value, "contains a NUL byte");
}

absl::Status CheckAbsolutePath(absl::string_view field,
                               absl::string_view path) {
  CHM_RETURN_IF_ERROR(CheckText(field, path));
  if (!absl::StartsWith(path, "/")) {
    return Wrong(field, path, "is not an absolute path");
  }
  if (path.size() > kMaxPath) {
    return Wrong(field, path, "is longer than a path can be (4095 bytes)");
  }
  return absl::OkStatus();
}

bool HasNamespace(const ContainerSpec& spec, CloneFlags kind) {
  return (spec.namespaces | Joined(spec)).has(kind);
}

}  // namespace chmdocker::spec
