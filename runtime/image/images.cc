#include "runtime/image/images.h"

#include <fcntl.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/config.h"
#include "runtime/image/digest.h"
#include "runtime/image/layers.h"
#include "runtime/image/manifest.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

absl::Status NoSuchImage(absl::string_view text) {
  return absl::NotFoundError(absl::StrCat("Error: No such image: ", text));
}

absl::Status Named(const Descriptor& descriptor, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("blob ", descriptor.digest,
                                                  ": ", status.message()));
}

// Whether an image of the index is the same.
auto Is(const std::string& digest) {
  return [&digest](const Descriptor& other) { return other.digest == digest; };
}

// A damaged one has no time, and comes last.
bool NewerFirst(const Image& a, const Image& b) {
  return a.config.created == b.config.created
             ? a.id < b.id
             : a.config.created > b.config.created;
}

// As far as it can be read.
absl::Status ReadInto(const Layout& layout, const Descriptor& descriptor,
                      Image& image) {
  image.descriptor = descriptor;
  CHM_ASSIGN_OR_RETURN(image.descriptor, ForThisPlatform(layout, descriptor));
  CHM_ASSIGN_OR_RETURN(const std::string json,
                       layout.ReadBlob(image.descriptor));
  absl::StatusOr<Manifest> manifest = ParseManifest(json);
  if (!manifest.ok()) return Named(image.descriptor, manifest.status());
  image.manifest = *std::move(manifest);
  const Descriptor& config = image.manifest.config;
  image.id = config.digest;
  CHM_ASSIGN_OR_RETURN(const std::string text, layout.ReadBlob(config));
  absl::StatusOr<ImageConfig> parsed = ParseConfig(text);
  if (!parsed.ok()) return Named(config, parsed.status());
  image.config = *std::move(parsed);
  return CheckLayers(image.manifest, image.config);
}

// With what the store knows of it.
absl::StatusOr<Image> Whole(const Store& store, const Index& index,
                            const Descriptor& entry) {
  Image image;
  image.damage = ReadInto(store.layout(), entry, image);
  if (image.id.empty()) image.id = entry.digest;
  for (const Descriptor& other : index.manifests) {
    if (other.digest != entry.digest || other.name.empty()) continue;
    CHM_ASSIGN_OR_RETURN(Reference name, ParseReference(other.name));
    image.names.push_back(std::move(name));
  }
  for (const std::string& id : image.config.diff_ids) {
    image.size += LayerSize(store, id);
  }
  return image;
}

// Of an index, the images that `text` may mean by their ids.
absl::StatusOr<Image> FindById(const Store& store, absl::string_view text) {
  CHM_ASSIGN_OR_RETURN(const std::vector<Image> images, ListImages(store));
  const std::string prefix =
      absl::StrCat(kSha256, absl::StripPrefix(text, kSha256));
  const Image* found = nullptr;
  for (const Image& image : images) {
    if (!absl::StartsWith(image.id, prefix)) continue;
    if (found != nullptr && found->id != image.id) {
      return absl::InvalidArgumentError(
          absl::StrCat("multiple IDs found with provided prefix: ", text));
    }
    found = &image;
  }
  return found == nullptr ? absl::StatusOr<Image>(NoSuchImage(text)) : *found;
}

}  // namespace

absl::StatusOr<Descriptor> ForThisPlatform(
    const Layout& layout, const Descriptor& descriptor,
    const std::function<absl::Status(const Descriptor&)>& get) {
  if (!IsIndex(descriptor)) return descriptor;
  CHM_ASSIGN_OR_RETURN(const std::string json, layout.ReadBlob(descriptor));
  const absl::StatusOr<Index> index = ParseIndex(json);
  if (!index.ok()) return Named(descriptor, index.status());
  for (const Descriptor& one : index->manifests) {
    if (one.os == "linux" && one.architecture == ThisArchitecture() &&
        !IsIndex(one)) {
      if (get) CHM_RETURN_IF_ERROR(get(one));
      return one;
    }
  }
  return absl::NotFoundError(
      absl::StrCat("the image has no variant for linux/", ThisArchitecture()));
}

absl::StatusOr<Image> ReadImage(const Layout& layout,
                                const Descriptor& descriptor) {
  Image image;
  CHM_RETURN_IF_ERROR(ReadInto(layout, descriptor, image));
  return image;
}

absl::StatusOr<std::vector<Image>> ListImages(const Store& store) {
  CHM_ASSIGN_OR_RETURN(const Index index, store.layout().ReadIndex());
  std::vector<Image> images;
  for (const Descriptor& entry : index.manifests) {
    const bool is_known =
        std::any_of(images.begin(), images.end(), [&](const Image& image) {
          return image.descriptor.digest == entry.digest;
        });
    if (is_known) continue;
    CHM_ASSIGN_OR_RETURN(Image image, Whole(store, index, entry));
    images.push_back(std::move(image));
  }
  std::sort(images.begin(), images.end(), NewerFirst);
  return images;
}

absl::StatusOr<Image> FindAnyImage(const Store& store, absl::string_view text) {
  const absl::StatusOr<Reference> name = ParseReference(text);
  if (name.ok()) {
    CHM_ASSIGN_OR_RETURN(const Index index, store.layout().ReadIndex());
    for (const Descriptor& entry : index.manifests) {
      if (entry.name == name->Full()) return Whole(store, index, entry);
    }
  }
  if (IsIdPrefix(text)) return FindById(store, text);
  return name.ok() ? NoSuchImage(text) : name.status();
}

absl::StatusOr<Image> FindImage(const Store& store, absl::string_view text) {
  absl::StatusOr<Image> image = FindAnyImage(store, text);
  if (image.ok() && !image->damage.ok()) return DamageOf(*image);
  return image;
}

absl::Status DamageOf(const Image& image) {
  const std::string name =
      image.names.empty() ? image.id : image.names[0].Familiar();
  return absl::DataLossError(
      absl::StrCat("image ", name, " is damaged: ", image.damage.message(),
                   "; load it again, or remove it: chmdocker rmi ", name));
}

absl::StatusOr<Descriptor> KnownAs(const Layout& layout, const Index& index,
                                   const std::string& id,
                                   const Descriptor& descriptor) {
  for (const Descriptor& entry : index.manifests) {
    const absl::StatusOr<Image> image = ReadImage(layout, entry);
    if (image.ok() && image->id == id) return entry;
  }
  return descriptor;
}

void AddToIndex(const Descriptor& descriptor, const Reference* name,
                Index& index) {
  std::vector<Descriptor>& all = index.manifests;
  Descriptor entry = descriptor;
  entry.full_name.clear();
  entry.name = name == nullptr ? "" : name->Full();
  if (name == nullptr) {
    if (std::none_of(all.begin(), all.end(), Is(entry.digest))) {
      all.push_back(std::move(entry));
    }
    return;
  }
  for (auto old = all.begin(); old != all.end();) {
    const bool is_nameless = old->digest == entry.digest && old->name.empty();
    if (old->name != entry.name && !is_nameless) {
      ++old;
      continue;
    }
    // The image that has had the name so far stays, without it.
    const std::string digest = old->digest;
    const bool has_others =
        std::count_if(all.begin(), all.end(), Is(digest)) > 1;
    if (digest == entry.digest || has_others) {
      old = all.erase(old);
    } else {
      old->name.clear();
      ++old;
    }
  }
  all.push_back(std::move(entry));
}

absl::Status RemoveUnneeded(const Store& store, const Index& index) {
  std::set<std::string> blobs;
  std::vector<std::string> layers;
  for (const Descriptor& entry : index.manifests) {
    const absl::StatusOr<Image> image = ReadImage(store.layout(), entry);
    if (!image.ok()) return absl::OkStatus();
    blobs.emplace(HexOf(image->descriptor.digest));
    blobs.emplace(HexOf(image->manifest.config.digest));
    for (const Descriptor& layer : image->manifest.layers) {
      blobs.emplace(HexOf(layer.digest));
    }
    layers.insert(layers.end(), image->config.diff_ids.begin(),
                  image->config.diff_ids.end());
  }
  const int directory = store.layout().blobs();
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd entries,
      sys::CallFd(raw::OpenAt(directory, ".", O_RDONLY | O_DIRECTORY)));
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                       sys::ReadDirectory(entries.get(), "blobs"));
  for (const std::string& name : names) {
    if (blobs.contains(name)) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(
        raw::UnlinkAt(directory, name.c_str(), 0), sys::Quoted(name)));
  }
  return RemoveLayersBut(store, layers);
}

absl::StatusOr<Removed> RemoveImage(const Store& store, absl::string_view text,
                                    bool force) {
  CHM_ASSIGN_OR_RETURN(const Image image, FindAnyImage(store, text));
  const absl::StatusOr<Reference> asked = ParseReference(text);
  const bool by_name =
      asked.ok() && std::find(image.names.begin(), image.names.end(), *asked) !=
                        image.names.end();
  if (!by_name && image.names.size() > 1 && !force) {
    return absl::FailedPreconditionError(absl::StrCat(
        "conflict: unable to delete ", HexOf(image.id).substr(0, 12),
        " (must be forced) - image is referenced in multiple repositories"));
  }
  CHM_ASSIGN_OR_RETURN(Index index, store.layout().ReadIndex());
  Removed removed;
  removed.id = image.id;
  std::erase_if(index.manifests, [&](const Descriptor& entry) {
    if (entry.digest != image.descriptor.digest) return false;
    return !by_name || entry.name == asked->Full();
  });
  for (const Reference& name : image.names) {
    if (!by_name || name == *asked) removed.untagged.push_back(name.Familiar());
  }
  removed.deleted = std::none_of(index.manifests.begin(), index.manifests.end(),
                                 Is(image.descriptor.digest));
  CHM_RETURN_IF_ERROR(store.WriteIndex(index));
  CHM_RETURN_IF_ERROR(RemoveUnneeded(store, index));
  return removed;
}

}  // namespace chmdocker::image
