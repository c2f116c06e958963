// Paths of config.json that start in the bundle.
#ifndef CHMDOCKER_RUNTIME_OCI_BUNDLE_PATH_H_
#define CHMDOCKER_RUNTIME_OCI_BUNDLE_PATH_H_

#include <string>

#include "absl/strings/string_view.h"

namespace chmdocker::oci {

// An absolute path as it is; another one below `bundle`, with "." and ".."
// taken out by the letter, as runc has it.
std::string PathInBundle(absl::string_view bundle, absl::string_view path);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_BUNDLE_PATH_H_
