// Any bytes as each document of an image, and as a layer's archive: what the
// parsers take has safe digests; what the unpacker makes is in its directory.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/config.h"
#include "runtime/image/digest.h"
#include "runtime/image/manifest.h"
#include "runtime/image/reference.h"
#include "runtime/image/remove_tree.h"
#include "runtime/image/unpack.h"

namespace chmdocker {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckReason(const absl::Status& status) {
  Require(status.ok() ||
          (absl::IsInvalidArgument(status) && !status.message().empty()));
}

void Parse(absl::string_view text) {
  const auto manifest = image::ParseManifest(text);
  CheckReason(manifest.status());
  if (manifest.ok()) {
    for (const image::Descriptor& layer : manifest->layers) {
      Require(image::IsDigest(layer.digest));
    }
    Require(image::ParseManifest(image::ManifestToJson(*manifest)).ok());
  }
  const auto index = image::ParseIndex(text);
  CheckReason(index.status());
  if (index.ok()) Require(image::ParseIndex(image::IndexToJson(*index)).ok());
  const auto config = image::ParseConfig(text);
  CheckReason(config.status());
  if (config.ok()) {
    Require(image::ParseConfig(image::ConfigToJson(*config)).ok());
  }
  CheckReason(image::ParseDockerManifest(text).status());
  const auto reference = image::ParseReference(text.substr(0, 300));
  CheckReason(reference.status());
  if (reference.ok()) {
    Require(*image::ParseReference(reference->Full()) == *reference);
  }
}

// A directory of its own, where all that it makes is found; and beside it a
// place that must stay empty.
class Place {
 public:
  Place() {
    Require(mkdtemp(path_.data()) != nullptr);
    root_.reset(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  ~Place() { (void)rmdir(path_.c_str()); }

  void Unpack(absl::string_view text) {
    UniqueFd blob(memfd_create("blob", MFD_CLOEXEC));
    Require(write(blob.get(), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
    for (const image::Whiteouts whiteouts :
         {image::Whiteouts::kOverlay, image::Whiteouts::kApply,
          image::Whiteouts::kSkip}) {
      Require(lseek(blob.get(), 0, SEEK_SET) == 0);
      (void)mkdirat(root_.get(), "layer", 0700);
      {
        UniqueFd layer(
            openat(root_.get(), "layer", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        (void)image::Unpack(blob.get(), "input", layer.get(), whiteouts);
      }
      Require(image::RemoveTree(root_.get(), "layer").ok());
    }
    // Nothing is beside it.
    struct stat status;
    Require(fstat(root_.get(), &status) == 0 && status.st_nlink == 2);
    Require(rmdir(path_.c_str()) == 0);
    Require(mkdir(path_.c_str(), 0700) == 0);
    root_.reset(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

 private:
  std::string path_ = "/tmp/image_fuzz.XXXXXX";
  UniqueFd root_;
};

}  // namespace
}  // namespace chmdocker

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static chmdocker::Place place;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  chmdocker::Parse(text);
  place.Unpack(text);
  return 0;
}
