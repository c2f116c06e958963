// Tar archives, written entry by entry in the pax format: libarchive's writer.
#ifndef CHMDOCKER_RUNTIME_IMAGE_TAR_WRITER_H_
#define CHMDOCKER_RUNTIME_IMAGE_TAR_WRITER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/image/archive_reader.h"

namespace chmdocker::image {

class TarWriter {
 public:
  // Writes to a descriptor, which must outlive it; `name` is for errors.
  static absl::StatusOr<std::unique_ptr<TarWriter>> Open(int fd,
                                                         std::string name);
  virtual ~TarWriter() = default;
  // What follows is the entry's content, entry.size bytes in all.
  virtual absl::Status Add(const ArchiveEntry& entry) = 0;
  virtual absl::Status Write(absl::string_view data) = 0;
  // The end of the archive.
  virtual absl::Status Close() = 0;
};

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_TAR_WRITER_H_
