#include "runtime/image/import.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/config.h"
#include "runtime/image/digest.h"
#include "runtime/image/images.h"
#include "runtime/image/layers.h"
#include "runtime/image/manifest.h"
#include "runtime/image/new_image.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"
#include "runtime/image/unpack.h"

namespace chmdocker::image {
namespace {

// The digest of the archive without its compression, which is not known before.
absl::StatusOr<std::string> DiffIdOf(const Store& store,
                                     const Descriptor& layer,
                                     const std::string& name) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd blob, store.layout().OpenBlob(layer));
  CHM_ASSIGN_OR_RETURN(const Room room, RoomOf(store.layout().blobs()));
  CHM_ASSIGN_OR_RETURN(const std::unique_ptr<Decompressor> decompressor,
                       Decompressor::Open(blob.get(), name));
  Sha256 hash;
  for (uint64_t left = room.bytes;;) {
    CHM_ASSIGN_OR_RETURN(const absl::string_view read, decompressor->Read());
    if (read.empty()) return hash.Digest();
    if (read.size() > left) {
      return absl::ResourceExhaustedError(absl::StrCat(
          name, ": becomes larger than there is room for on the file system"));
    }
    left -= read.size();
    hash.Update(read);
  }
}

absl::StatusOr<std::string> ImportInto(const Store& store, int archive,
                                       const std::string& archive_name,
                                       const Reference* name,
                                       absl::string_view created,
                                       const Warn& warn) {
  CHM_ASSIGN_OR_RETURN(const Descriptor layer,
                       CopyLayerBlob(store, archive, archive_name));
  ImageConfig config;
  config.created = std::string(created);
  config.architecture = std::string(ThisArchitecture());
  config.os = "linux";
  CHM_ASSIGN_OR_RETURN(std::string diff_id,
                       DiffIdOf(store, layer, archive_name));
  config.diff_ids = {std::move(diff_id)};
  HistoryEntry& made = config.history.emplace_back();
  made.created = config.created;
  made.comment = absl::StrCat("Imported from ", archive_name);
  Manifest manifest;
  manifest.layers = {layer};
  return AddImage(store, config, std::move(manifest), name, warn);
}

}  // namespace

absl::StatusOr<std::string> Import(Store& store, int archive,
                                   const std::string& archive_name,
                                   const Reference* name,
                                   absl::string_view created,
                                   const Warn& warn) {
  CHM_RETURN_IF_ERROR(store.LockForChange());
  CHM_ASSIGN_OR_RETURN(const Index old, store.layout().ReadIndex());
  absl::StatusOr<std::string> id =
      ImportInto(store, archive, archive_name, name, created, warn);
  if (!id.ok()) (void)RemoveUnneeded(store, old);
  return id;
}

}  // namespace chmdocker::image
