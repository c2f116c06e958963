#include "runtime/image/import.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>

#include <cstddef>
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
#include "runtime/image/reference.h"
#include "runtime/image/store.h"
#include "runtime/image/unpack.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

// The archive as a blob.
absl::StatusOr<Descriptor> Copy(const Store& store, int archive,
                                const std::string& name) {
  CHM_ASSIGN_OR_RETURN(const Room room, RoomOf(store.layout().blobs()));
  CHM_ASSIGN_OR_RETURN(NewBlob blob, NewBlob::Create(store));
  std::string block(size_t{64} << 10, '\0');
  for (;;) {
    const raw::Result read = raw::Read(archive, block.data(), block.size());
    if (read.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(read, name));
    if (read.value == 0) break;
    const auto size = static_cast<size_t>(read.value);
    if (size > room.bytes - blob.size()) {
      return absl::ResourceExhaustedError(absl::StrCat(
          name, ": is larger than there is room for on the file system"));
    }
    CHM_RETURN_IF_ERROR(blob.Append(absl::string_view(block).substr(0, size)));
  }
  blob.Close();
  CHM_ASSIGN_OR_RETURN(const std::string magic, blob.Read(4));
  CHM_RETURN_IF_ERROR(blob.Keep());
  Descriptor layer;
  layer.media_type = LayerType(magic);
  layer.digest = blob.digest();
  layer.size = blob.size();
  return layer;
}

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

absl::StatusOr<Descriptor> WriteImage(const Store& store,
                                      const Descriptor& layer,
                                      const ImageConfig& config,
                                      Manifest& manifest) {
  CHM_ASSIGN_OR_RETURN(manifest.config,
                       store.WriteBlob(kConfigType, ConfigToJson(config)));
  manifest.layers = {layer};
  return store.WriteBlob(kManifestType, ManifestToJson(manifest));
}

absl::StatusOr<std::string> ImportInto(const Store& store, int archive,
                                       const std::string& archive_name,
                                       const Reference* name,
                                       absl::string_view created,
                                       const Warn& warn, Index& index) {
  CHM_ASSIGN_OR_RETURN(const Descriptor layer,
                       Copy(store, archive, archive_name));
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
  CHM_ASSIGN_OR_RETURN(const Descriptor descriptor,
                       WriteImage(store, layer, config, manifest));
  CHM_RETURN_IF_ERROR(
      UnpackLayers(store, store.layout(), manifest, config, warn));
  AddToIndex(descriptor, name, index);
  CHM_RETURN_IF_ERROR(store.WriteIndex(index));
  return manifest.config.digest;
}

}  // namespace

absl::StatusOr<std::string> Import(Store& store, int archive,
                                   const std::string& archive_name,
                                   const Reference* name,
                                   absl::string_view created,
                                   const Warn& warn) {
  CHM_RETURN_IF_ERROR(store.LockForChange());
  CHM_ASSIGN_OR_RETURN(const Index old, store.layout().ReadIndex());
  Index index = old;
  absl::StatusOr<std::string> id =
      ImportInto(store, archive, archive_name, name, created, warn, index);
  if (!id.ok()) (void)RemoveUnneeded(store, old);
  return id;
}

}  // namespace chmdocker::image
