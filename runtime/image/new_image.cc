#include "runtime/image/new_image.h"

#include <errno.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/config.h"
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

absl::StatusOr<Descriptor> CopyLayerBlob(const Store& store, int archive,
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

absl::StatusOr<std::string> AddImage(const Store& store,
                                     const ImageConfig& config,
                                     Manifest manifest, const Reference* name,
                                     const Warn& warn) {
  CHM_ASSIGN_OR_RETURN(Index index, store.layout().ReadIndex());
  CHM_ASSIGN_OR_RETURN(manifest.config,
                       store.WriteBlob(kConfigType, ConfigToJson(config)));
  CHM_ASSIGN_OR_RETURN(
      const Descriptor descriptor,
      store.WriteBlob(kManifestType, ManifestToJson(manifest)));
  CHM_RETURN_IF_ERROR(
      UnpackLayers(store, store.layout(), manifest, config, warn));
  AddToIndex(descriptor, name, index);
  CHM_RETURN_IF_ERROR(store.WriteIndex(index));
  return manifest.config.digest;
}

}  // namespace chmdocker::image
