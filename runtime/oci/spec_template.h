// A config.json to start from: what the command `spec` writes.
#ifndef CHMDOCKER_RUNTIME_OCI_SPEC_TEMPLATE_H_
#define CHMDOCKER_RUNTIME_OCI_SPEC_TEMPLATE_H_

#include <cstdint>
#include <optional>
#include <string>

namespace chmdocker::oci {

// `spec --rootless`: the user that shall be root in the container.
struct RootlessUser {
  uint32_t uid = 0;
  uint32_t gid = 0;
};

// A shell on a terminal in ./rootfs, with what runc's `spec` gives it. For an
// ordinary user: in a user namespace with one ID, on the host's network, with
// the host's /sys and no limits. Indented, with a line's end.
std::string SpecTemplateJson(const std::optional<RootlessUser>& rootless);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_SPEC_TEMPLATE_H_
