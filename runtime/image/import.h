// An image from an archive of files.
#ifndef CHMDOCKER_RUNTIME_IMAGE_IMPORT_H_
#define CHMDOCKER_RUNTIME_IMAGE_IMPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/image/layers.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::image {

// Makes an image of one layer, the archive at the descriptor `archive`, plain
// or compressed, as it is, and returns its id. `name` may be null; `created` is
// its time, as RFC 3339 has it. On failure nothing is left.
absl::StatusOr<std::string> Import(Store& store, int archive,
                                   const std::string& archive_name,
                                   const Reference* name,
                                   absl::string_view created, const Warn& warn);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_IMPORT_H_
