#include "runtime/image/load.h"

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/digest.h"
#include "runtime/image/images.h"
#include "runtime/image/layer_tree.h"
#include "runtime/image/layers.h"
#include "runtime/image/manifest.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"
#include "runtime/image/unpack.h"

namespace chmdocker::image {
namespace {

constexpr size_t kMostFiles = 100'000;
constexpr absl::string_view kBlobs = "blobs/sha256/";
constexpr size_t kMostLinks = 8;

// The files of an archive, by their names in it.
class Files {
 public:
  Files(const Store& store, std::string archive)
      : store_(store), archive_(std::move(archive)) {}

  absl::Status ReadAll(int fd) {
    CHM_ASSIGN_OR_RETURN(room_, RoomOf(store_.layout().blobs()));
    CHM_ASSIGN_OR_RETURN(const std::unique_ptr<Decompressor> decompressor,
                         Decompressor::Open(fd, archive_));
    CHM_ASSIGN_OR_RETURN(
        const std::unique_ptr<ArchiveReader> reader,
        ArchiveReader::Open([&] { return decompressor->Read(); }, archive_));
    for (;;) {
      CHM_ASSIGN_OR_RETURN(const std::optional<ArchiveEntry> entry,
                           reader->Next());
      if (!entry) return absl::OkStatus();
      if (files_.size() + links_.size() == kMostFiles) {
        return Error("has more files than an archive of images");
      }
      CHM_RETURN_IF_ERROR(Add(*entry, *reader));
    }
  }

  absl::Status Error(absl::string_view text) const {
    return absl::InvalidArgumentError(absl::StrCat(archive_, ": ", text));
  }

  // Null: there is none. The name may be of a link to it, as docker's older
  // archives have them for a layer of two images.
  NewBlob* Find(std::string name) {
    for (size_t i = 0; i < kMostLinks; ++i) {
      const auto file = files_.find(name);
      if (file != files_.end()) return &file->second;
      const auto link = links_.find(name);
      if (link == links_.end()) return nullptr;
      name = link->second;
    }
    return nullptr;
  }

  absl::StatusOr<NewBlob*> Get(const std::string& name) {
    // As the archive's own names, without what means nothing.
    CHM_ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                         ComponentsOf(name));
    NewBlob* const blob = Find(absl::StrJoin(parts, "/"));
    if (blob != nullptr) return blob;
    return Error(absl::StrCat("has no file ", Quote(name)));
  }

  absl::StatusOr<std::string> ReadDocument(const std::string& name) {
    CHM_ASSIGN_OR_RETURN(const NewBlob* const blob, Get(name));
    if (blob->size() > kMostDocument) {
      return Error(absl::StrCat(Quote(name), ": has ", blob->size(), " bytes; ",
                                kMostDocument, " are allowed"));
    }
    return blob->Read(static_cast<size_t>(blob->size()));
  }

 private:
  absl::Status Add(const ArchiveEntry& entry, ArchiveReader& reader) {
    CHM_ASSIGN_OR_RETURN(std::vector<std::string> parts,
                         ComponentsOf(entry.path));
    std::string name = absl::StrJoin(parts, "/");
    if (!entry.hardlink.empty()) {
      CHM_ASSIGN_OR_RETURN(parts, ComponentsOf(entry.hardlink));
      links_[std::move(name)] = absl::StrJoin(parts, "/");
      return absl::OkStatus();
    }
    if (S_ISDIR(entry.mode)) return absl::OkStatus();
    if (S_ISLNK(entry.mode)) {
      if (!parts.empty()) parts.pop_back();
      parts.push_back(entry.symlink);
      CHM_ASSIGN_OR_RETURN(parts, ComponentsOf(absl::StrJoin(parts, "/")));
      links_[std::move(name)] = absl::StrJoin(parts, "/");
      return absl::OkStatus();
    }
    if (!S_ISREG(entry.mode)) {
      return Error(absl::StrCat(Quote(entry.path), ": is no regular file"));
    }
    return AddFile(std::move(name), entry, reader);
  }

  absl::Status AddFile(std::string name, const ArchiveEntry& entry,
                       ArchiveReader& reader) {
    if (entry.size > room_.bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(archive_, ": ", Quote(entry.path), ": has ", entry.size,
                       " bytes, and there is room for ", room_.bytes));
    }
    room_.bytes -= entry.size;
    CHM_ASSIGN_OR_RETURN(NewBlob blob, NewBlob::Create(store_));
    CHM_RETURN_IF_ERROR(
        reader.ReadContent([&](absl::string_view data, uint64_t offset) {
          if (offset != blob.size()) {
            return Error(absl::StrCat(Quote(entry.path), ": has holes"));
          }
          return blob.Append(data);
        }));
    blob.Close();
    if (blob.size() != entry.size) {
      return Error(absl::StrCat(Quote(entry.path), ": is cut off"));
    }
    absl::string_view hex = name;
    if (absl::ConsumePrefix(&hex, kBlobs) && hex != HexOf(blob.digest())) {
      return absl::DataLossError(absl::StrCat(
          archive_, ": ", Quote(name), ": has the digest ", blob.digest()));
    }
    files_.erase(name);
    files_.emplace(std::move(name), std::move(blob));
    return absl::OkStatus();
  }

  const Store& store_;
  std::string archive_;
  Room room_;
  std::map<std::string, NewBlob> files_;
  std::map<std::string, std::string> links_;
};

absl::StatusOr<Descriptor> Keep(NewBlob& blob, std::string media_type) {
  Descriptor descriptor;
  descriptor.media_type = std::move(media_type);
  descriptor.digest = blob.digest();
  descriptor.size = blob.size();
  CHM_RETURN_IF_ERROR(blob.Keep());
  return descriptor;
}

// An image on its way.
struct Incoming {
  Descriptor descriptor;
  std::vector<Reference> names;
};

absl::StatusOr<Incoming> TakeDockerImage(const Store& store, Files& files,
                                         const DockerImage& image) {
  Incoming incoming;
  Manifest manifest;
  CHM_ASSIGN_OR_RETURN(NewBlob* const config, files.Get(image.config));
  CHM_ASSIGN_OR_RETURN(manifest.config, Keep(*config, kConfigType));
  for (const std::string& layer : image.layers) {
    CHM_ASSIGN_OR_RETURN(NewBlob* const blob, files.Get(layer));
    CHM_ASSIGN_OR_RETURN(const std::string magic, blob->Read(4));
    CHM_ASSIGN_OR_RETURN(Descriptor descriptor, Keep(*blob, LayerType(magic)));
    manifest.layers.push_back(std::move(descriptor));
  }
  CHM_ASSIGN_OR_RETURN(
      incoming.descriptor,
      store.WriteBlob(kManifestType, ManifestToJson(manifest)));
  for (const std::string& tag : image.tags) {
    CHM_ASSIGN_OR_RETURN(Reference name, ParseReference(tag));
    incoming.names.push_back(std::move(name));
  }
  return incoming;
}

absl::StatusOr<std::vector<Incoming>> TakeDockerImages(const Store& store,
                                                       Files& files) {
  CHM_ASSIGN_OR_RETURN(const std::string json,
                       files.ReadDocument("manifest.json"));
  const absl::StatusOr<std::vector<DockerImage>> images =
      ParseDockerManifest(json);
  if (!images.ok()) {
    return files.Error(
        absl::StrCat("manifest.json: ", images.status().message()));
  }
  std::vector<Incoming> all;
  for (const DockerImage& image : *images) {
    CHM_ASSIGN_OR_RETURN(Incoming incoming,
                         TakeDockerImage(store, files, image));
    all.push_back(std::move(incoming));
  }
  return all;
}

std::string BlobName(const Descriptor& descriptor) {
  return absl::StrCat(kBlobs, HexOf(descriptor.digest));
}

// Keeps a blob, which is there only once for all that name it.
absl::Status TakeBlob(const Store& store, Files& files,
                      const Descriptor& descriptor) {
  CHM_ASSIGN_OR_RETURN(NewBlob* const blob, files.Get(BlobName(descriptor)));
  CHM_RETURN_IF_ERROR(blob->Keep());
  return store.layout().OpenBlob(descriptor).status();
}

// The tag alone, as docker and skopeo have it, is no name.
absl::Status AddNames(const Descriptor& entry, std::vector<Reference>& names) {
  const std::string& text =
      entry.full_name.empty() ? entry.name : entry.full_name;
  if (!absl::StrContains(text, '/') && !absl::StrContains(text, ':')) {
    return absl::OkStatus();
  }
  CHM_ASSIGN_OR_RETURN(Reference name, ParseReference(text));
  names.push_back(std::move(name));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Incoming>> TakeOciImages(const Store& store,
                                                    Files& files) {
  CHM_ASSIGN_OR_RETURN(const std::string json,
                       files.ReadDocument("index.json"));
  const absl::StatusOr<Index> index = ParseIndex(json);
  if (!index.ok()) {
    return files.Error(absl::StrCat("index.json: ", index.status().message()));
  }
  std::vector<Incoming> all;
  for (const Descriptor& entry : index->manifests) {
    if (entry.os == "unknown") continue;  // an attestation, and no image
    CHM_RETURN_IF_ERROR(TakeBlob(store, files, entry));
    CHM_ASSIGN_OR_RETURN(
        const Descriptor descriptor,
        ForThisPlatform(store.layout(), entry, [&](const Descriptor& one) {
          return TakeBlob(store, files, one);
        }));
    Incoming incoming;
    incoming.descriptor = descriptor;
    CHM_ASSIGN_OR_RETURN(const std::string text,
                         store.layout().ReadBlob(descriptor));
    const absl::StatusOr<Manifest> manifest = ParseManifest(text);
    if (!manifest.ok()) {
      return files.Error(absl::StrCat(BlobName(descriptor), ": ",
                                      manifest.status().message()));
    }
    CHM_RETURN_IF_ERROR(TakeBlob(store, files, manifest->config));
    for (const Descriptor& layer : manifest->layers) {
      CHM_RETURN_IF_ERROR(TakeBlob(store, files, layer));
    }
    CHM_RETURN_IF_ERROR(AddNames(entry, incoming.names));
    all.push_back(std::move(incoming));
  }
  return all;
}

absl::StatusOr<Loaded> Finish(const Store& store, const Incoming& incoming,
                              const Warn& warn, Index& index) {
  CHM_ASSIGN_OR_RETURN(const Image image,
                       ReadImage(store.layout(), incoming.descriptor));
  CHM_RETURN_IF_ERROR(
      UnpackLayers(store, store.layout(), image.manifest, image.config, warn));
  CHM_ASSIGN_OR_RETURN(
      const Descriptor descriptor,
      KnownAs(store.layout(), index, image.id, incoming.descriptor));
  if (incoming.names.empty()) AddToIndex(descriptor, nullptr, index);
  for (const Reference& name : incoming.names) {
    AddToIndex(descriptor, &name, index);
  }
  return Loaded{image.id, incoming.names};
}

absl::StatusOr<std::vector<Loaded>> LoadAll(const Store& store, int archive,
                                            const std::string& name,
                                            const Warn& warn, Index& index) {
  Files files(store, name);
  CHM_RETURN_IF_ERROR(files.ReadAll(archive));
  // manifest.json first: where both are, as docker has them, it has the names.
  const bool is_docker = files.Find("manifest.json") != nullptr;
  if (!is_docker && files.Find("index.json") == nullptr) {
    return files.Error(
        "is no archive of images: it has neither manifest.json nor "
        "index.json; 'chmdocker import' takes an archive of files");
  }
  CHM_ASSIGN_OR_RETURN(
      const std::vector<Incoming> images,
      is_docker ? TakeDockerImages(store, files) : TakeOciImages(store, files));
  std::vector<Loaded> loaded;
  for (const Incoming& incoming : images) {
    CHM_ASSIGN_OR_RETURN(Loaded one, Finish(store, incoming, warn, index));
    loaded.push_back(std::move(one));
  }
  return loaded;
}

}  // namespace

absl::StatusOr<std::vector<Loaded>> Load(Store& store, int archive,
                                         const std::string& name,
                                         const Warn& warn) {
  CHM_RETURN_IF_ERROR(store.LockForChange());
  CHM_ASSIGN_OR_RETURN(const Index old, store.layout().ReadIndex());
  Index index = old;
  absl::StatusOr<std::vector<Loaded>> loaded =
      LoadAll(store, archive, name, warn, index);
  if (loaded.ok()) {
    CHM_RETURN_IF_ERROR(store.WriteIndex(index));
    // Of an image that has been there by other blobs.
    CHM_RETURN_IF_ERROR(RemoveUnneeded(store, index));
    return loaded;
  }
  (void)RemoveUnneeded(store, old);
  return loaded;
}

}  // namespace chmdocker::image
