// Paths as texts. Pure.
#ifndef CHMDOCKER_RUNTIME_PATH_LEXICAL_H_
#define CHMDOCKER_RUNTIME_PATH_LEXICAL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace chmdocker::path {

// The absolute path without empty, "." and ".." components, as if none of it
// were a symlink; ".." of the root is the root.
std::string CleanPath(absl::string_view path);

// Whether the clean path `path` is `directory` or below it.
bool IsWithin(absl::string_view path, absl::string_view directory);

}  // namespace chmdocker::path

#endif  // CHMDOCKER_RUNTIME_PATH_LEXICAL_H_
