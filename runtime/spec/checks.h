// The checks of validate.h, and what they have in common. One file a subject.
#ifndef CHMDOCKER_RUNTIME_SPEC_CHECKS_H_
#define CHMDOCKER_RUNTIME_SPEC_CHECKS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::spec {

// `field: "value" rule`.
absl::Status Wrong(absl::string_view field, absl::string_view value,
                   absl::string_view rule);
// `field: rule`.
absl::Status Wrong(absl::string_view field, absl::string_view rule);

// An error that starts with a field of mounts[i], such as ".source", with the
// rest of its name. It is not composed for what is right.
absl::Status InMount(size_t i, const absl::Status& status);

absl::Status CheckText(absl::string_view field, absl::string_view value);
absl::Status CheckAbsolutePath(absl::string_view field, absl::string_view path);

// Whether the container has a namespace of this kind that is not the caller's:
// a new one, or one that it joins.
bool HasNamespace(const ContainerSpec& spec, CloneFlags kind);

absl::Status CheckNamespaces(const ContainerSpec& spec);
absl::Status CheckIdMappings(const ContainerSpec& spec);
absl::Status CheckTimeOffsets(const ContainerSpec& spec);
absl::Status CheckNetDevices(const ContainerSpec& spec);
absl::Status CheckSysctl(const ContainerSpec& spec);
absl::Status CheckRlimits(const ContainerSpec& spec);
absl::Status CheckScheduler(const ContainerSpec& spec);
absl::Status CheckResources(const ContainerSpec& spec);
absl::Status CheckMemoryPolicy(const ContainerSpec& spec);
absl::Status CheckHooks(const ContainerSpec& spec);

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_CHECKS_H_
