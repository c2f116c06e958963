// The data directory: what images are kept in, one for each user.
//
//   images/      an OCI image layout: oci-layout, index.json, blobs/sha256/HEX;
//                index.json has an image for each name, and for each without
//   layers/HEX/  a layer unpacked once: HEX is its diff id, of the uncompressed
//                archive; "fs" has its files, "size" the bytes in them
//   containers/  what containers of images write
//
// A name that begins with "." is of something unfinished.
#ifndef CHMDOCKER_RUNTIME_IMAGE_STORE_H_
#define CHMDOCKER_RUNTIME_IMAGE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/digest.h"
#include "runtime/image/manifest.h"

namespace chmdocker::image {

// A directory of blobs by digest, with the documents that name them.
class Layout {
 public:
  // An OCI image layout of somebody's: `directory` is its path.
  static absl::StatusOr<Layout> Open(const std::string& directory);

  const std::string& path() const { return path_; }
  int directory() const { return directory_.get(); }
  int blobs() const { return blobs_.get(); }

  absl::StatusOr<Index> ReadIndex() const;
  // The file of a blob; an error if it has another size than the descriptor.
  absl::StatusOr<UniqueFd> OpenBlob(const Descriptor& descriptor) const;
  // A document, which is checked against its digest.
  absl::StatusOr<std::string> ReadBlob(const Descriptor& descriptor) const;

 private:
  friend class Store;
  Layout(std::string path, UniqueFd directory, UniqueFd blobs)
      : path_(std::move(path)),
        directory_(std::move(directory)),
        blobs_(std::move(blobs)) {}

  std::string path_;
  UniqueFd directory_;
  UniqueFd blobs_;
};

// Is told how many more bytes of blobs have been moved, and of how many in all;
// 0: nobody knows. May be null.
using Progress = std::function<void(uint64_t moved, uint64_t total)>;

class Store {
 public:
  // Makes what is missing.
  static absl::StatusOr<Store> Open(const std::string& data_root);

  // Told of what comes into the store from now on, and of what Save takes out.
  void Watch(Progress progress) { progress_ = std::move(progress); }
  const Progress& progress() const { return progress_; }

  const Layout& layout() const { return layout_; }
  const std::string& path() const { return path_; }
  int layers() const { return layers_.get(); }
  int containers() const { return containers_.get(); }

  // Waits until no other command changes the store. Until the object goes, or
  // the process. What killed ones have left unfinished is removed.
  absl::Status LockForChange();
  // Held by who decides which layers are in use.
  absl::StatusOr<UniqueFd> LockLayers() const;

  // All following: after LockForChange.
  absl::Status WriteIndex(const Index& index) const;
  absl::StatusOr<Descriptor> WriteBlob(absl::string_view media_type,
                                       absl::string_view content) const;

 private:
  Store(std::string path, Layout layout, UniqueFd layers, UniqueFd containers)
      : path_(std::move(path)),
        layout_(std::move(layout)),
        layers_(std::move(layers)),
        containers_(std::move(containers)) {}

  absl::Status RemoveUnfinished() const;

  std::string path_;
  Layout layout_;
  UniqueFd layers_;
  UniqueFd containers_;
  UniqueFd lock_;
  Progress progress_;
};

// A blob on its way into the store, which must outlive it: a file of no name
// that counts, which is removed unless it is kept.
class NewBlob {
 public:
  static absl::StatusOr<NewBlob> Create(const Store& store);
  NewBlob(NewBlob&& other) noexcept
      : progress_(other.progress_),
        directory_(other.directory_),
        name_(std::exchange(other.name_, "")),
        file_(std::move(other.file_)),
        hash_(std::move(other.hash_)),
        digest_(std::move(other.digest_)),
        size_(other.size_) {}
  NewBlob& operator=(NewBlob&&) = delete;
  ~NewBlob();

  absl::Status Append(absl::string_view data);
  // After the last Append, once.
  void Close() { digest_ = hash_.Digest(); }

  const std::string& digest() const { return digest_; }
  uint64_t size() const { return size_; }
  // The first bytes, `most` at most.
  absl::StatusOr<std::string> Read(size_t most) const;
  // Written to the disk, and by its digest from now on. Again: nothing.
  absl::Status Keep();

 private:
  NewBlob(const Store& store, std::string name, UniqueFd file)
      : progress_(&store.progress()),
        directory_(store.layout().blobs()),
        name_(std::move(name)),
        file_(std::move(file)) {}

  const Progress* progress_;
  int directory_;
  std::string name_;  // empty: it is not there any more
  UniqueFd file_;
  Sha256 hash_;
  std::string digest_;
  uint64_t size_ = 0;
};

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_STORE_H_
