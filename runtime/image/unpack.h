// A layer's archive, unpacked into a directory.
#ifndef CHMDOCKER_RUNTIME_IMAGE_UNPACK_H_
#define CHMDOCKER_RUNTIME_IMAGE_UNPACK_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/image/layer_tree.h"

namespace chmdocker::image {

// More than any image has; an archive of a gigabyte could have a billion.
inline constexpr uint64_t kMostEntries = 4'000'000;

// What a file system has room for, with a twentieth of it left alone: what an
// archive may become on it.
struct Room {
  uint64_t bytes = 0;
  uint64_t entries = 0;
};
absl::StatusOr<Room> RoomOf(int directory);

struct Unpacked {
  std::string diff_id;  // "sha256:HEX" of the uncompressed archive
  uint64_t bytes = 0;   // of the files' contents
  LeftOut left_out;
};

// Unpacks the archive that `blob` is at the start of, plain or compressed, into
// `directory`, a descriptor. `name` is for errors. DataLoss for an archive that
// is broken or cut off, InvalidArgument for one that reaches out of the
// directory, ResourceExhausted for one that becomes larger than the file system
// has room for. On failure part of it is there.
absl::StatusOr<Unpacked> Unpack(int blob, const std::string& name,
                                int directory, Whiteouts whiteouts);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_UNPACK_H_
