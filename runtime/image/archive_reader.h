// Tar archives, read entry by entry: the face of libarchive, which parses and
// touches no file.
#ifndef CHMDOCKER_RUNTIME_IMAGE_ARCHIVE_READER_H_
#define CHMDOCKER_RUNTIME_IMAGE_ARCHIVE_READER_H_

#include <sys/types.h>
#include <time.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::image {

// A file's content, of which gzip and zstd are undone. The descriptor must
// outlive it, and is read from where it stands.
class Decompressor {
 public:
  // `name` is for errors.
  static absl::StatusOr<std::unique_ptr<Decompressor>> Open(int fd,
                                                            std::string name);
  virtual ~Decompressor() = default;
  // The next bytes, which are valid until the next call; none: the end.
  virtual absl::StatusOr<absl::string_view> Read() = 0;
};

struct ArchiveEntry {
  std::string path;      // as the archive has it
  std::string hardlink;  // what it is another name of; or ""
  std::string symlink;   // the target of a symbolic link; or ""
  mode_t mode = 0;       // type and permissions; of a hard link none
  uint64_t size = 0;     // of a regular file
  uid_t uid = 0;
  gid_t gid = 0;
  dev_t device = 0;
  timespec mtime = {};
  std::vector<std::pair<std::string, std::string>> xattrs;
};

class ArchiveReader {
 public:
  // Where the archive comes from: the next bytes, none at the end.
  using Source = std::function<absl::StatusOr<absl::string_view>()>;

  static absl::StatusOr<std::unique_ptr<ArchiveReader>> Open(Source source,
                                                             std::string name);
  virtual ~ArchiveReader() = default;
  // Nothing after the last one. Ids that the kernel does not have are an error,
  // as is all that can't be understood.
  virtual absl::StatusOr<std::optional<ArchiveEntry>> Next() = 0;
  // The content of the entry, piece by piece, each at its place; what is
  // between them is zero.
  virtual absl::Status ReadContent(
      const std::function<absl::Status(absl::string_view, uint64_t)>& use) = 0;
};

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_ARCHIVE_READER_H_
