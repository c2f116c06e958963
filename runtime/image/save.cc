#include "runtime/image/save.h"

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/digest.h"
#include "runtime/image/images.h"
#include "runtime/image/manifest.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"
#include "runtime/image/tar_writer.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

constexpr absl::string_view kBlobs = "blobs/sha256/";

// With times of 0: the same images make the same archive.
class LayoutWriter {
 public:
  LayoutWriter(const Store& store, TarWriter& tar, uint64_t total)
      : store_(store), tar_(tar), total_(total) {}

  absl::Status AddDirectory(const char* path) {
    ArchiveEntry entry;
    entry.path = path;
    entry.mode = S_IFDIR | 0755;
    return tar_.Add(entry);
  }

  absl::Status AddFile(const std::string& path, absl::string_view content) {
    CHM_RETURN_IF_ERROR(tar_.Add(FileEntry(path, content.size())));
    return tar_.Write(content);
  }

  absl::Status AddBlob(const Descriptor& blob) {
    if (!written_.insert(blob.digest).second) return absl::OkStatus();
    CHM_ASSIGN_OR_RETURN(const UniqueFd file, store_.layout().OpenBlob(blob));
    CHM_RETURN_IF_ERROR(tar_.Add(FileEntry(BlobPath(blob), blob.size)));
    std::string block(size_t{64} << 10, '\0');
    for (;;) {
      const raw::Result read =
          raw::Read(file.get(), block.data(), block.size());
      if (read.error() == EINTR) continue;
      CHM_RETURN_IF_ERROR(sys::CallStatus(read, blob.digest));
      if (read.value == 0) return absl::OkStatus();
      const auto size = static_cast<size_t>(read.value);
      CHM_RETURN_IF_ERROR(tar_.Write(absl::string_view(block).substr(0, size)));
      if (store_.progress()) store_.progress()(size, total_);
    }
  }

  static std::string BlobPath(const Descriptor& blob) {
    return absl::StrCat(kBlobs, HexOf(blob.digest));
  }

 private:
  static ArchiveEntry FileEntry(const std::string& path, uint64_t size) {
    ArchiveEntry entry;
    entry.path = path;
    entry.mode = S_IFREG | 0644;
    entry.size = size;
    return entry;
  }

  const Store& store_;
  TarWriter& tar_;
  const uint64_t total_;  // bytes of all blobs
  std::set<std::string> written_;
};

// An image, and the names that it was asked for by: an id gives it none.
struct Wanted {
  Image image;
  std::vector<Reference> names;
};

absl::StatusOr<std::vector<Wanted>> FindAll(
    const Store& store, const std::vector<std::string>& texts) {
  std::vector<Wanted> all;
  for (const std::string& text : texts) {
    CHM_ASSIGN_OR_RETURN(Image image, FindImage(store, text));
    size_t at = 0;
    while (at < all.size() &&
           all[at].image.descriptor.digest != image.descriptor.digest) {
      ++at;
    }
    const absl::StatusOr<Reference> name = ParseReference(text);
    const bool by_name =
        name.ok() && std::find(image.names.begin(), image.names.end(), *name) !=
                         image.names.end();
    if (at == all.size()) all.push_back({std::move(image), {}});
    if (by_name) all[at].names.push_back(*name);
  }
  return all;
}

std::vector<Descriptor> BlobsOf(const Image& image) {
  std::vector<Descriptor> blobs = {image.descriptor, image.manifest.config};
  blobs.insert(blobs.end(), image.manifest.layers.begin(),
               image.manifest.layers.end());
  return blobs;
}

uint64_t BytesOf(const std::vector<Wanted>& all) {
  std::set<std::string> counted;
  uint64_t bytes = 0;
  for (const Wanted& wanted : all) {
    for (const Descriptor& blob : BlobsOf(wanted.image)) {
      if (counted.insert(blob.digest).second) bytes += blob.size;
    }
  }
  return bytes;
}

void Describe(const Wanted& wanted, Index& index,
              std::vector<DockerImage>& docker) {
  Descriptor entry = wanted.image.descriptor;
  entry.name.clear();
  if (entry.media_type.empty()) entry.media_type = kManifestType;
  if (wanted.names.empty()) index.manifests.push_back(entry);
  DockerImage& image = docker.emplace_back();
  image.config = LayoutWriter::BlobPath(wanted.image.manifest.config);
  for (const Descriptor& layer : wanted.image.manifest.layers) {
    image.layers.push_back(LayoutWriter::BlobPath(layer));
  }
  for (const Reference& name : wanted.names) {
    entry.name = name.Full();
    entry.full_name = name.Full();
    index.manifests.push_back(entry);
    image.tags.push_back(name.Familiar());
  }
}

}  // namespace

absl::Status Save(const Store& store, const std::vector<std::string>& images,
                  int archive, const std::string& name) {
  CHM_ASSIGN_OR_RETURN(const std::vector<Wanted> all, FindAll(store, images));
  CHM_ASSIGN_OR_RETURN(const std::unique_ptr<TarWriter> tar,
                       TarWriter::Open(archive, name));
  LayoutWriter writer(store, *tar, BytesOf(all));
  CHM_RETURN_IF_ERROR(writer.AddDirectory("blobs/"));
  CHM_RETURN_IF_ERROR(writer.AddDirectory("blobs/sha256/"));
  Index index;
  std::vector<DockerImage> docker;
  for (const Wanted& wanted : all) {
    for (const Descriptor& blob : BlobsOf(wanted.image)) {
      CHM_RETURN_IF_ERROR(writer.AddBlob(blob));
    }
    Describe(wanted, index, docker);
  }
  CHM_RETURN_IF_ERROR(writer.AddFile("index.json", IndexToJson(index)));
  CHM_RETURN_IF_ERROR(
      writer.AddFile("manifest.json", DockerManifestToJson(docker)));
  CHM_RETURN_IF_ERROR(writer.AddFile("oci-layout", kLayoutFile));
  return tar->Close();
}

}  // namespace chmdocker::image
