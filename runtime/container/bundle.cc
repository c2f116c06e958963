#include "runtime/container/bundle.h"

#include <limits.h>
#include <stdlib.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/oci/config.h"
#include "runtime/spec/container_spec.h"
#include "runtime/sys/files.h"

namespace chmdocker::container {
namespace {

// Engines write a few hundred KiB; what is larger is no configuration.
constexpr size_t kMostConfig = size_t{32} * 1024 * 1024;

absl::StatusOr<std::string> Canonical(const std::string& directory) {
  char path[PATH_MAX];
  if (realpath(directory.c_str(), path) == nullptr) {
    return ErrnoError(errno, absl::StrCat("bundle ", Quote(directory)));
  }
  return std::string(path);
}

}  // namespace

absl::StatusOr<spec::ContainerSpec> ParseSpec(const Runtime& runtime,
                                              const std::string& directory,
                                              const std::string& config) {
  return oci::ParseConfig(
      config,
      {.lenient = runtime.lenient, .warn = runtime.warn, .bundle = directory});
}

absl::StatusOr<Bundle> LoadBundle(const Runtime& runtime,
                                  const std::string& directory,
                                  const std::string& config) {
  Bundle bundle;
  CHM_ASSIGN_OR_RETURN(bundle.directory, Canonical(directory));
  const std::string path = absl::StartsWith(config, "/")
                               ? config
                               : absl::StrCat(bundle.directory, "/", config);
  CHM_ASSIGN_OR_RETURN(bundle.config, sys::ReadFile(path, kMostConfig));
  CHM_ASSIGN_OR_RETURN(bundle.spec,
                       ParseSpec(runtime, bundle.directory, bundle.config));
  return bundle;
}

}  // namespace chmdocker::container
