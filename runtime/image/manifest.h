// The documents that hold an image together: OCI's index and manifest (image
// specification 1.1), and docker's manifest.json. Pure.
#ifndef CHMDOCKER_RUNTIME_IMAGE_MANIFEST_H_
#define CHMDOCKER_RUNTIME_IMAGE_MANIFEST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::image {

inline constexpr char kIndexType[] = "application/vnd.oci.image.index.v1+json";
inline constexpr char kManifestType[] =
    "application/vnd.oci.image.manifest.v1+json";
inline constexpr char kConfigType[] =
    "application/vnd.oci.image.config.v1+json";
inline constexpr char kLayerType[] = "application/vnd.oci.image.layer.v1.tar";
inline constexpr char kLayoutFile[] = "{\"imageLayoutVersion\":\"1.0.0\"}";

// No document of an image is read that is longer: they come from strangers.
inline constexpr size_t kMostDocument = 4 << 20;
// More than any image has, and less than overlayfs takes.
inline constexpr size_t kMostLayers = 400;

// A blob, and what is known of it.
struct Descriptor {
  std::string media_type;
  std::string digest;        // IsDigest
  uint64_t size = 0;         // bytes
  std::string name;          // org.opencontainers.image.ref.name, or ""
  std::string full_name;     // io.containerd.image.name, or ""
  std::string architecture;  // of its platform, or ""
  std::string os;
  bool operator==(const Descriptor&) const = default;
};

struct Manifest {
  Descriptor config;
  std::vector<Descriptor> layers;  // the lowest first
};

struct Index {
  std::vector<Descriptor> manifests;
};

// An image of docker's manifest.json, which names files of its archive.
struct DockerImage {
  std::string config;
  std::vector<std::string> tags;
  std::vector<std::string> layers;
};

// InvalidArgument for what is no such document, or asks for more than is
// supported: foreign layers, for example, which are elsewhere.
absl::StatusOr<Manifest> ParseManifest(absl::string_view json);
absl::StatusOr<Index> ParseIndex(absl::string_view json);
absl::StatusOr<std::vector<DockerImage>> ParseDockerManifest(
    absl::string_view json);

std::string ManifestToJson(const Manifest& manifest);
std::string IndexToJson(const Index& index);
std::string DockerManifestToJson(const std::vector<DockerImage>& images);

// "amd64": OCI's name of the machine that this program is for.
absl::string_view ThisArchitecture();

// The media type of a layer, by its first bytes: four are enough.
std::string LayerType(absl::string_view magic);

// Whether a descriptor is for an index, of several platforms.
bool IsIndex(const Descriptor& descriptor);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_MANIFEST_H_
