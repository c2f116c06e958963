#include "runtime/image/layers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/config.h"
#include "runtime/image/digest.h"
#include "runtime/image/layer_tree.h"
#include "runtime/image/manifest.h"
#include "runtime/image/remove_tree.h"
#include "runtime/image/store.h"
#include "runtime/image/unpack.h"
#include "runtime/image/with_ids.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

constexpr char kFiles[] = "fs";
constexpr char kSize[] = "size";
constexpr char kIncomplete[] = "incomplete";
constexpr char kNewLayer[] = ".layer";
constexpr size_t kMostNumber = 32;

bool HasLayer(const Store& store, const std::string& diff_id) {
  return UniqueFd(raw::OpenAt(store.layers(),
                              std::string(HexOf(diff_id)).c_str(),
                              O_PATH | O_DIRECTORY | O_NOFOLLOW)
                      .fd())
      .valid();
}

// The digest of a file from its start to its end.
absl::StatusOr<std::string> DigestOfFile(int fd, const std::string& name) {
  Sha256 hash;
  std::string block(size_t{64} << 10, '\0');
  for (off_t at = 0;;) {
    const raw::Result read = raw::Pread(fd, block.data(), block.size(), at);
    if (read.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(read, name));
    if (read.value == 0) return hash.Digest();
    hash.Update(
        absl::string_view(block).substr(0, static_cast<size_t>(read.value)));
    at += read.value;
  }
}

// What the process that unpacks says: the numbers of Unpacked.
std::string Encode(const Unpacked& unpacked) {
  return absl::StrCat(unpacked.diff_id, " ", unpacked.bytes, " ",
                      unpacked.left_out.devices, " ", unpacked.left_out.owners,
                      " ", unpacked.left_out.attributes, " ",
                      unpacked.left_out.whiteouts);
}

Unpacked Decode(const std::string& text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ');
  Unpacked unpacked;
  unpacked.diff_id = std::string(words[0]);
  uint64_t* const numbers[] = {
      &unpacked.bytes, &unpacked.left_out.devices, &unpacked.left_out.owners,
      &unpacked.left_out.attributes, &unpacked.left_out.whiteouts};
  for (size_t i = 0; i < std::size(numbers) && i + 1 < words.size(); ++i) {
    (void)absl::SimpleAtoi(words[i + 1], numbers[i]);
  }
  return unpacked;
}

// "fs" in a new directory of its own.
absl::StatusOr<WithIds> UnpackInto(int directory, int blob,
                                   const std::string& name) {
  return CallWithIds([&]() -> absl::StatusOr<std::string> {
    CHM_RETURN_IF_ERROR(sys::CallStatus(raw::MkdirAt(directory, kFiles, 0755)));
    CHM_ASSIGN_OR_RETURN(
        const UniqueFd files,
        sys::CallFd(raw::OpenAt(directory, kFiles, O_RDONLY | O_DIRECTORY)));
    CHM_ASSIGN_OR_RETURN(const Unpacked unpacked,
                         Unpack(blob, name, files.get(), Whiteouts::kOverlay));
    return Encode(unpacked);
  });
}

absl::Status WriteSize(int directory, uint64_t bytes) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(directory, kSize,
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600)));
  return sys::WriteAll(file.get(), absl::StrCat(bytes), kSize);
}

// Tells what the layers lack, each kind once.
class Notes {
 public:
  explicit Notes(const Warn& warn) : warn_(warn) {}

  void Add(const Unpacked& unpacked, const std::string& note) {
    total_.devices += unpacked.left_out.devices;
    total_.owners += unpacked.left_out.owners;
    total_.attributes += unpacked.left_out.attributes;
    if (note_.empty()) note_ = note;
  }

  void Tell() const {
    if (!warn_) return;
    if (total_.devices > 0) {
      warn_(
          absl::StrCat("device nodes left out, which an ordinary user can't "
                       "make: ",
                       total_.devices));
    }
    if (total_.owners > 0) {
      warn_(
          absl::StrCat("files that belong to the caller instead of their "
                       "user or group: ",
                       total_.owners, note_.empty() ? "" : "; ", note_));
    }
    if (total_.attributes > 0) {
      warn_(
          absl::StrCat("extended attributes left out, for want of rights or "
                       "of a file system with them: ",
                       total_.attributes));
    }
  }

 private:
  const Warn& warn_;
  LeftOut total_;
  std::string note_;
};

absl::Status UnpackLayer(const Store& store, const Layout& source,
                         const Descriptor& layer, const std::string& diff_id,
                         Notes& notes) {
  const std::string name = absl::StrCat("layer ", layer.digest);
  CHM_ASSIGN_OR_RETURN(const UniqueFd blob, source.OpenBlob(layer));
  CHM_ASSIGN_OR_RETURN(const std::string digest,
                       DigestOfFile(blob.get(), name));
  if (digest != layer.digest) {
    return absl::DataLossError(absl::StrCat(name, " has the digest ", digest));
  }
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::MkdirAt(store.layers(), kNewLayer, 0700)));
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd directory,
      sys::CallFd(raw::OpenAt(store.layers(), kNewLayer,
                              O_RDONLY | O_DIRECTORY | O_NOFOLLOW)));
  CHM_ASSIGN_OR_RETURN(const WithIds done,
                       UnpackInto(directory.get(), blob.get(), name));
  const Unpacked unpacked = Decode(done.answer);
  if (unpacked.diff_id != diff_id) {
    return absl::DataLossError(
        absl::StrCat(name, " unpacks to ", unpacked.diff_id,
                     ", and the image's configuration says ", diff_id));
  }
  CHM_RETURN_IF_ERROR(WriteSize(directory.get(), unpacked.bytes));
  if (unpacked.left_out.whiteouts > 0) {
    CHM_RETURN_IF_ERROR(sys::CallStatus(raw::MknodAt(
        directory.get(), kIncomplete, S_IFREG | 0600, /*device=*/0)));
  }
  notes.Add(unpacked, done.note);
  // Whole on the disk before it has its name.
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Syncfs(directory.get())));
  return sys::CallStatus(raw::RenameAt(store.layers(), kNewLayer,
                                       std::string(HexOf(diff_id)).c_str()),
                         sys::Quoted(diff_id));
}

absl::Status RemoveLayer(const Store& store, const std::string& name) {
  return CallWithIds([&]() -> absl::StatusOr<std::string> {
           CHM_RETURN_IF_ERROR(RemoveTree(store.layers(), name));
           return std::string();
         })
      .status();
}

// Adds the names of the layers that the root of a container stands on: the
// links that ContainerRoot makes.
absl::Status AddLayersOf(int containers, const std::string& container,
                         std::set<std::string>& layers) {
  const std::string path = absl::StrCat(container, "/fs/lower");
  const raw::Result opened = raw::OpenAt(containers, path.c_str(),
                                         O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!opened.ok()) return absl::OkStatus();
  const UniqueFd lower(opened.fd());
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> links,
                       sys::ReadDirectory(lower.get(), path));
  for (const std::string& link : links) {
    char target[PATH_MAX];
    const raw::Result length =
        raw::ReadlinkAt(lower.get(), link.c_str(), target, sizeof(target));
    if (!length.ok()) continue;
    // ../../../../layers/HEX/fs
    const std::vector<std::string> parts = absl::StrSplit(
        absl::string_view(target, static_cast<size_t>(length.value)), '/');
    if (parts.size() >= 2) layers.insert(parts[parts.size() - 2]);
  }
  return absl::OkStatus();
}

absl::Status AddLayersInUse(const Store& store, std::set<std::string>& layers) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd entries,
                       sys::CallFd(raw::OpenAt(store.containers(), ".",
                                               O_RDONLY | O_DIRECTORY)));
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> containers,
                       sys::ReadDirectory(entries.get(), "containers"));
  for (const std::string& container : containers) {
    CHM_RETURN_IF_ERROR(AddLayersOf(store.containers(), container, layers));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLayers(const Manifest& manifest, const ImageConfig& config) {
  if (manifest.layers.size() == config.diff_ids.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the image has ", manifest.layers.size(),
      " layers, and its configuration speaks of ", config.diff_ids.size()));
}

bool HasLayers(const Store& store, const std::vector<std::string>& diff_ids) {
  return std::all_of(
      diff_ids.begin(), diff_ids.end(),
      [&](const std::string& id) { return HasLayer(store, id); });
}

absl::Status UnpackLayers(const Store& store, const Layout& source,
                          const Manifest& manifest, const ImageConfig& config,
                          const Warn& warn) {
  CHM_RETURN_IF_ERROR(CheckLayers(manifest, config));
  Notes notes(warn);
  for (size_t i = 0; i < manifest.layers.size(); ++i) {
    if (HasLayer(store, config.diff_ids[i])) continue;
    absl::Status status = UnpackLayer(store, source, manifest.layers[i],
                                      config.diff_ids[i], notes);
    if (!status.ok()) {
      (void)RemoveLayer(store, kNewLayer);
      return status;
    }
  }
  notes.Tell();
  return absl::OkStatus();
}

bool NeedsCopy(const Store& store, const std::vector<std::string>& diff_ids) {
  return std::any_of(
      diff_ids.begin(), diff_ids.end(), [&](const std::string& id) {
        const std::string path = absl::StrCat(HexOf(id), "/", kIncomplete);
        return UniqueFd(raw::OpenAt(store.layers(), path.c_str(),
                                    O_PATH | O_NOFOLLOW)
                            .fd())
            .valid();
      });
}

uint64_t LayerSize(const Store& store, const std::string& diff_id) {
  const std::string path = absl::StrCat(HexOf(diff_id), "/", kSize);
  const UniqueFd file(
      raw::OpenAt(store.layers(), path.c_str(), O_RDONLY | O_NOFOLLOW).fd());
  if (!file.valid()) return 0;
  const absl::StatusOr<std::string> text =
      sys::ReadToEnd(file.get(), kMostNumber, path);
  uint64_t bytes = 0;
  return text.ok() && absl::SimpleAtoi(*text, &bytes) ? bytes : 0;
}

absl::Status RemoveLayersBut(const Store& store,
                             const std::vector<std::string>& diff_ids) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd lock, store.LockLayers());
  std::set<std::string> needed = {".lock"};
  for (const std::string& id : diff_ids) needed.emplace(HexOf(id));
  CHM_RETURN_IF_ERROR(AddLayersInUse(store, needed));
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd entries,
      sys::CallFd(raw::OpenAt(store.layers(), ".", O_RDONLY | O_DIRECTORY)));
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                       sys::ReadDirectory(entries.get(), "layers"));
  for (const std::string& name : names) {
    if (needed.contains(name)) continue;
    // By a name that means unfinished, in case that this process is killed.
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::RenameAt(store.layers(), name.c_str(), kNewLayer),
                        sys::Quoted(name)));
    CHM_RETURN_IF_ERROR(RemoveLayer(store, kNewLayer));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::image
