// config.json of the OCI runtime specification 1.3, as ContainerSpec.
//
// Fields that the specification does not know are ignored, as it wants;
// unknown words in fields that it knows are errors. What it knows and chmdocker
// does not do is refused by name: linux.intelRdt, and the sections of other
// platforms. Errors are InvalidArgument and start with the field's path:
// `process.rlimits[2].type: unknown "RLIMIT_FOO"`; json.h has the rules for the
// text itself. What the fields mean together is for spec::Validate.
#ifndef CHMDOCKER_RUNTIME_OCI_CONFIG_H_
#define CHMDOCKER_RUNTIME_OCI_CONFIG_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"

namespace chmdocker::oci {

struct ParseOptions {
  bool lenient = false;  // what is not supported is warned of, not refused
  std::function<void(absl::string_view)> warn;  // gets one line; may be empty
  // Absolute: a relative root.path and the relative source of a bind mount
  // start here.
  std::string bundle;
};

// The whole document. What an OCI runtime supplies unasked is in the result:
// the devices and links that the specification wants in /dev, and no
// capabilities, uid and gid 0 where process says nothing of them.
absl::StatusOr<spec::ContainerSpec> ParseConfig(absl::string_view json,
                                                const ParseOptions& options);

// A process object alone: `exec --process`. Capabilities stay unset when it has
// none: they are the container's then.
absl::StatusOr<spec::Process> ParseProcess(absl::string_view json,
                                           const ParseOptions& options);

// A linux.resources object alone: `update --resources`.
absl::StatusOr<spec::Resources> ParseResources(absl::string_view json,
                                               const ParseOptions& options);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_CONFIG_H_
