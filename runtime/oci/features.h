// The features document of the OCI runtime specification (features.md): what
// this runtime knows and does, for engines.
#ifndef CHMDOCKER_RUNTIME_OCI_FEATURES_H_
#define CHMDOCKER_RUNTIME_OCI_FEATURES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace chmdocker::oci {

// What the tables of this package do not say. None of it depends on the host.
struct FeaturesInput {
  absl::string_view version;  // chmdocker's
  absl::string_view commit;   // empty: unknown
  bool systemd_cgroups = false;
  bool systemd_user_cgroups = false;
  bool apparmor = true;
  bool selinux = true;
  bool id_mapped_mounts = true;
  bool net_devices = true;
  // "SCMP_ARCH_X86_64", ...; empty: no seccomp.
  absl::Span<const absl::string_view> seccomp_architectures;
};

// Indented, with a line's end.
std::string FeaturesJson(const FeaturesInput& input);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_FEATURES_H_
