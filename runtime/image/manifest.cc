#include "runtime/image/manifest.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/digest.h"
#include "runtime/oci/json.h"

namespace chmdocker::image {
namespace {

using oci::Document;
using oci::Report;
using oci::Value;

constexpr char kRefName[] = "org.opencontainers.image.ref.name";
constexpr char kContainerdName[] = "io.containerd.image.name";
constexpr char kDockerIndexType[] =
    "application/vnd.docker.distribution.manifest.list.v2+json";

absl::StatusOr<Document> Parse(absl::string_view json) {
  if (json.size() > kMostDocument) {
    return absl::InvalidArgumentError(absl::StrCat(
        "has ", json.size(), " bytes; ", kMostDocument, " are allowed"));
  }
  return Document::Parse(json);
}

Descriptor ReadDescriptor(const Value& value) {
  Descriptor descriptor;
  value.Member("mediaType").Read(&descriptor.media_type);
  const Value digest = value.Member("digest");
  if (digest.Required().Read(&descriptor.digest) &&
      !IsDigest(descriptor.digest)) {
    digest.FailWith(descriptor.digest, "wants sha256: and 64 of 0-9a-f");
  }
  const Value size = value.Member("size");
  size.Required().Read(
      &descriptor.size, 0,
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  const Value annotations = value.Member("annotations");
  annotations.Member(kRefName).Read(&descriptor.name);
  annotations.Member(kContainerdName).Read(&descriptor.full_name);
  const Value platform = value.Member("platform");
  platform.Member("architecture").Read(&descriptor.architecture);
  platform.Member("os").Read(&descriptor.os);
  return descriptor;
}

// What names a blob that other software can find only.
void CheckLayer(const Value& layer, const Descriptor& descriptor) {
  if (absl::StrContains(descriptor.media_type, "nondistributable") ||
      absl::StrContains(descriptor.media_type, "foreign")) {
    layer.Fail("is a layer that the image does not bring");
  }
  if (absl::StrContains(descriptor.media_type, "encrypted")) {
    layer.Fail("is encrypted, which is not supported");
  }
}

void WriteDescriptor(const Descriptor& descriptor, JsonWriter& json) {
  json.BeginObject();
  json.Key("mediaType").String(descriptor.media_type);
  json.Key("digest").String(descriptor.digest);
  json.Key("size").Unsigned(descriptor.size);
  std::vector<std::pair<std::string, std::string>> annotations;
  if (!descriptor.full_name.empty()) {
    annotations.emplace_back(kContainerdName, descriptor.full_name);
  }
  if (!descriptor.name.empty()) {
    annotations.emplace_back(kRefName, descriptor.name);
  }
  if (!annotations.empty()) json.Key("annotations").Map(annotations);
  json.EndObject();
}

}  // namespace

bool IsIndex(const Descriptor& descriptor) {
  return descriptor.media_type == kIndexType ||
         descriptor.media_type == kDockerIndexType;
}

absl::string_view ThisArchitecture() {
#if defined(__x86_64__)
  return "amd64";
#elif defined(__aarch64__)
  return "arm64";
#endif
}

std::string LayerType(absl::string_view magic) {
  if (absl::StartsWith(magic, "\x1f\x8b")) {
    return absl::StrCat(kLayerType, "+gzip");
  }
  if (absl::StartsWith(magic, "\x28\xb5\x2f\xfd")) {
    return absl::StrCat(kLayerType, "+zstd");
  }
  return kLayerType;
}

absl::StatusOr<Manifest> ParseManifest(absl::string_view text) {
  CHM_ASSIGN_OR_RETURN(const Document document, Parse(text));
  Report report(/*lenient=*/false, nullptr);
  const Value root(document.root(), "", &report);
  Manifest manifest;
  const Value config = root.Member("config");
  manifest.config = ReadDescriptor(config.Required());
  const Value layers = root.Member("layers");
  layers.Required().ForEachElement([&](const Value& layer) {
    manifest.layers.push_back(ReadDescriptor(layer));
    CheckLayer(layer, manifest.layers.back());
    if (manifest.layers.size() > kMostLayers) {
      layers.Fail(absl::StrCat("are more than ", kMostLayers));
    }
  });
  if (report.failed()) return report.status();
  return manifest;
}

absl::StatusOr<Index> ParseIndex(absl::string_view text) {
  CHM_ASSIGN_OR_RETURN(const Document document, Parse(text));
  Report report(/*lenient=*/false, nullptr);
  const Value root(document.root(), "", &report);
  Index index;
  const Value manifests = root.Member("manifests");
  manifests.Required().ForEachElement([&](const Value& manifest) {
    index.manifests.push_back(ReadDescriptor(manifest));
  });
  if (report.failed()) return report.status();
  return index;
}

absl::StatusOr<std::vector<DockerImage>> ParseDockerManifest(
    absl::string_view text) {
  CHM_ASSIGN_OR_RETURN(const Document document, Parse(text));
  Report report(/*lenient=*/false, nullptr);
  const Value root(document.root(), "manifest", &report);
  std::vector<DockerImage> images;
  root.Required().ForEachElement([&](const Value& image) {
    DockerImage& read = images.emplace_back();
    const Value config = image.Member("Config");
    config.Required().Read(&read.config);
    image.Member("RepoTags").Read(&read.tags);
    const Value layers = image.Member("Layers");
    layers.Read(&read.layers);
    if (read.layers.size() > kMostLayers) {
      layers.Fail(absl::StrCat("are more than ", kMostLayers));
    }
  });
  if (report.failed()) return report.status();
  return images;
}

std::string ManifestToJson(const Manifest& manifest) {
  JsonWriter json("");
  json.BeginObject();
  json.Key("schemaVersion").Number(2);
  json.Key("mediaType").String(kManifestType);
  json.Key("config");
  WriteDescriptor(manifest.config, json);
  json.Key("layers");
  json.BeginArray();
  for (const Descriptor& layer : manifest.layers) WriteDescriptor(layer, json);
  json.EndArray();
  json.EndObject();
  return json.text();
}

std::string IndexToJson(const Index& index) {
  JsonWriter json("");
  json.BeginObject();
  json.Key("schemaVersion").Number(2);
  json.Key("mediaType").String(kIndexType);
  json.Key("manifests");
  json.BeginArray();
  for (const Descriptor& manifest : index.manifests) {
    WriteDescriptor(manifest, json);
  }
  json.EndArray();
  json.EndObject();
  return json.text();
}

std::string DockerManifestToJson(const std::vector<DockerImage>& images) {
  JsonWriter json("");
  json.BeginArray();
  for (const DockerImage& image : images) {
    json.BeginObject();
    json.Key("Config").String(image.config);
    json.Key("RepoTags").Strings(image.tags);
    json.Key("Layers").Strings(image.layers);
    json.EndObject();
  }
  json.EndArray();
  return json.text();
}

}  // namespace chmdocker::image
