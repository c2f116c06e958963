// Any bytes as config.json, as a process and as resources: what the parser
// takes, the checks can read; what it does not take has a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/oci/config.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/resources.h"
#include "runtime/spec/validate.h"

namespace chmdocker {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckReason(const absl::Status& status) {
  Require(status.ok() ||
          (absl::IsInvalidArgument(status) && !status.message().empty()));
}

void Parse(absl::string_view text, bool lenient) {
  oci::ParseOptions options;
  options.lenient = lenient;
  options.bundle = "/bundle";
  options.warn = [](absl::string_view line) { Require(!line.empty()); };
  const absl::StatusOr<spec::ContainerSpec> spec =
      oci::ParseConfig(text, options);
  CheckReason(spec.status());
  if (spec.ok()) {
    Require(spec->root.path[0] == '/');
    CheckReason(spec::Validate(*spec));
  }
  CheckReason(oci::ParseProcess(text, options).status());
  const absl::StatusOr<spec::Resources> resources =
      oci::ParseResources(text, options);
  CheckReason(resources.status());
  if (resources.ok()) CheckReason(spec::ValidateResources(*resources));
}

}  // namespace
}  // namespace chmdocker

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  chmdocker::Parse(text, /*lenient=*/false);
  chmdocker::Parse(text, /*lenient=*/true);
  return 0;
}
