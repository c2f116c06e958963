// The OCI bundle that a container is made from.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_BUNDLE_H_
#define CHMDOCKER_RUNTIME_CONTAINER_BUNDLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::container {

struct Bundle {
  std::string directory;  // absolute, without symlinks
  std::string config;     // the text of its configuration
  spec::ContainerSpec spec;
};

// Reads and parses DIRECTORY/CONFIG.
absl::StatusOr<Bundle> LoadBundle(const Runtime& runtime,
                                  const std::string& directory,
                                  const std::string& config);

// The same from a configuration that was read before.
absl::StatusOr<spec::ContainerSpec> ParseSpec(const Runtime& runtime,
                                              const std::string& directory,
                                              const std::string& config);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_BUNDLE_H_
