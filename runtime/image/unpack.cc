#include "runtime/image/unpack.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/digest.h"
#include "runtime/image/layer_tree.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

// What comes out of the decompressor, counted and summed.
class Stream {
 public:
  Stream(Decompressor& decompressor, uint64_t most)
      : decompressor_(decompressor), most_(most) {}

  absl::StatusOr<absl::string_view> Read() {
    CHM_ASSIGN_OR_RETURN(const absl::string_view read, decompressor_.Read());
    if (read.size() > most_) {
      return absl::ResourceExhaustedError(
          "becomes larger than there is room for on the file system");
    }
    most_ -= read.size();
    hash_.Update(read);
    return read;
  }

  // What follows the archive's end is in its digest, too.
  absl::StatusOr<std::string> Digest() {
    for (;;) {
      CHM_ASSIGN_OR_RETURN(const absl::string_view read, Read());
      if (read.empty()) return hash_.Digest();
    }
  }

 private:
  Decompressor& decompressor_;
  uint64_t most_;
  Sha256 hash_;
};

absl::Status Charge(const ArchiveEntry& entry, Room& room) {
  const uint64_t bytes = S_ISREG(entry.mode) ? entry.size : 0;
  if (bytes > room.bytes) {
    return absl::ResourceExhaustedError(
        "unpacks to more than there is room for on the file system");
  }
  if (room.entries == 0) {
    return absl::ResourceExhaustedError("has more files than are allowed");
  }
  room.bytes -= bytes;
  --room.entries;
  return absl::OkStatus();
}

absl::Status Named(const absl::Status& status, const std::string& name) {
  if (ErrnoOf(status) || absl::StartsWith(status.message(), name)) {
    return status;
  }
  return absl::Status(status.code(),
                      absl::StrCat(name, ": ", status.message()));
}

absl::Status AddAll(ArchiveReader& reader, Room room, LayerTree& tree,
                    uint64_t& bytes) {
  for (;;) {
    CHM_ASSIGN_OR_RETURN(const std::optional<ArchiveEntry> entry,
                         reader.Next());
    if (!entry) return tree.Finish();
    CHM_RETURN_IF_ERROR(Charge(*entry, room));
    if (S_ISREG(entry->mode) && entry->hardlink.empty()) bytes += entry->size;
    CHM_RETURN_IF_ERROR(tree.Add(*entry, reader));
  }
}

}  // namespace

absl::StatusOr<Room> RoomOf(int directory) {
  struct statvfs status;
  if (fstatvfs(directory, &status) != 0) return ErrnoError(errno, "fstatvfs");
  Room room;
  room.bytes = uint64_t{status.f_bavail} * status.f_frsize / 20 * 19;
  // btrfs has no number of them, and says 0.
  room.entries =
      status.f_files == 0
          ? kMostEntries
          : std::min<uint64_t>(status.f_favail / 20 * 19, kMostEntries);
  return room;
}

absl::StatusOr<Unpacked> Unpack(int blob, const std::string& name,
                                int directory, Whiteouts whiteouts) {
  CHM_ASSIGN_OR_RETURN(const Room room, RoomOf(directory));
  CHM_ASSIGN_OR_RETURN(
      UniqueFd root,
      sys::CallFd(raw::OpenAt(directory, ".", O_RDONLY | O_DIRECTORY)));
  CHM_ASSIGN_OR_RETURN(const std::unique_ptr<Decompressor> decompressor,
                       Decompressor::Open(blob, name));
  // An entry of an archive has a header of its own, which takes room, too.
  Stream stream(*decompressor, room.bytes);
  absl::StatusOr<std::unique_ptr<ArchiveReader>> reader =
      ArchiveReader::Open([&] { return stream.Read(); }, name);
  if (!reader.ok()) return reader.status();
  LayerTree tree(std::move(root), whiteouts);
  Unpacked unpacked;
  const absl::Status added = AddAll(**reader, room, tree, unpacked.bytes);
  if (!added.ok()) return Named(added, name);
  CHM_ASSIGN_OR_RETURN(unpacked.diff_id, stream.Digest());
  unpacked.left_out = tree.left_out();
  return unpacked;
}

}  // namespace chmdocker::image
