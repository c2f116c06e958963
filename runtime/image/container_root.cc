#include "runtime/image/container_root.h"

#include <fcntl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/digest.h"
#include "runtime/image/images.h"
#include "runtime/image/layer_tree.h"
#include "runtime/image/manifest.h"
#include "runtime/image/remove_tree.h"
#include "runtime/image/store.h"
#include "runtime/image/unpack.h"
#include "runtime/image/with_ids.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

constexpr char kFs[] = "fs";
constexpr char kUnfinished[] = "fs.new";
constexpr char kVolumes[] = "volumes";
// There when the layers have been copied, whole.
constexpr char kCopied[] = "fs/copied";

absl::Status MakeDirectory(int parent, const std::string& name, mode_t mode) {
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::MkdirAt(parent, name.c_str(), mode),
                                      sys::Quoted(name)));
  // Whatever the umask.
  return sys::CallStatus(raw::ChmodAt(parent, name.c_str(), mode),
                         sys::Quoted(name));
}

// Of an ordinary user all may be their own, which costs less to find out by
// trying than the process that it takes otherwise.
absl::Status Remove(int directory, const std::string& name) {
  if (RemoveTree(directory, name).ok()) return absl::OkStatus();
  return CallWithIds([&]() -> absl::StatusOr<std::string> {
           CHM_RETURN_IF_ERROR(RemoveTree(directory, name));
           return std::string();
         })
      .status();
}

bool Exists(int directory, const char* name) {
  return UniqueFd(raw::OpenAt(directory, name, O_PATH | O_NOFOLLOW).fd())
      .valid();
}

// Where the links to the layers lead, the uppermost first. overlayfs refuses a
// layer twice, of which the lower one adds nothing.
std::vector<std::string> LinksFor(const std::vector<std::string>& diff_ids) {
  std::vector<std::string> links;
  for (auto id = diff_ids.rbegin(); id != diff_ids.rend(); ++id) {
    if (std::find(diff_ids.rbegin(), id, *id) != id) continue;
    links.push_back(absl::StrCat("../../../../layers/", HexOf(*id), "/fs"));
  }
  return links;
}

}  // namespace

std::string ContainerRoot::PathOf(const Store& store, const std::string& id) {
  return absl::StrCat(store.path(), "/containers/", id, "/fs/merged");
}

std::string ContainerRoot::VolumePathOf(const Store& store,
                                        const std::string& id, size_t number) {
  return absl::StrCat(store.path(), "/containers/", id, "/volumes/", number);
}

uint32_t ContainerRoot::CountLayers(const std::vector<std::string>& diff_ids) {
  return static_cast<uint32_t>(LinksFor(diff_ids).size());
}

absl::StatusOr<ContainerRoot> ContainerRoot::Make(
    const Store& store, const std::string& id,
    const std::vector<std::string>& diff_ids) {
  // Until the links are there that say which layers are in use.
  CHM_ASSIGN_OR_RETURN(const UniqueFd lock, store.LockLayers());
  CHM_ASSIGN_OR_RETURN(UniqueFd directory,
                       sys::OpenDirectory(store.containers(), id));
  ContainerRoot root(std::move(directory));
  if (!Exists(root.directory_.get(), kFs)) {
    CHM_RETURN_IF_ERROR(root.Fill(diff_ids));
  }
  return root;
}

absl::Status ContainerRoot::Fill(
    const std::vector<std::string>& diff_ids) const {
  const int at = directory_.get();
  // What one that was killed has left.
  CHM_RETURN_IF_ERROR(Remove(at, kUnfinished));
  if (!Exists(at, kVolumes)) {
    CHM_RETURN_IF_ERROR(MakeDirectory(at, kVolumes, 0700));
  }
  CHM_RETURN_IF_ERROR(MakeDirectory(at, kUnfinished, 0700));
  CHM_ASSIGN_OR_RETURN(const UniqueFd fs, sys::OpenDirectory(at, kUnfinished));
  for (const char* const name : {"upper", "work", "merged", "lower"}) {
    CHM_RETURN_IF_ERROR(MakeDirectory(fs.get(), name, 0755));
  }
  CHM_ASSIGN_OR_RETURN(const UniqueFd lower,
                       sys::OpenDirectory(fs.get(), "lower"));
  const std::vector<std::string> links = LinksFor(diff_ids);
  for (size_t i = 0; i < links.size(); ++i) {
    const std::string name = absl::StrCat(i);
    CHM_RETURN_IF_ERROR(sys::CallStatus(
        raw::SymlinkAt(links[i].c_str(), lower.get(), name.c_str()),
        sys::Quoted(links[i])));
    const UniqueFd layer(
        raw::OpenAt(lower.get(), name.c_str(), O_PATH | O_DIRECTORY).fd());
    if (!layer.valid()) {
      return absl::AbortedError("the image has been removed meanwhile");
    }
  }
  return sys::CallStatus(raw::RenameAt(at, kUnfinished, kFs), sys::Quoted(kFs));
}

absl::Status ContainerRoot::MakeVolume(size_t number) const {
  const std::string name = absl::StrCat(kVolumes, "/", number);
  return Exists(directory_.get(), name.c_str())
             ? absl::OkStatus()
             : MakeDirectory(directory_.get(), name, 0755);
}

absl::Status ContainerRoot::CopyLayers(const Layout& source,
                                       const Image& image) const {
  if (Exists(directory_.get(), kCopied)) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const UniqueFd root,
                       sys::OpenDirectory(directory_.get(), "fs/merged"));
  CHM_RETURN_IF_ERROR(
      CallWithIds([&]() -> absl::StatusOr<std::string> {
        for (const Descriptor& layer : image.manifest.layers) {
          for (const Whiteouts pass : {Whiteouts::kApply, Whiteouts::kSkip}) {
            CHM_ASSIGN_OR_RETURN(const UniqueFd blob, source.OpenBlob(layer));
            CHM_RETURN_IF_ERROR(Unpack(blob.get(),
                                       absl::StrCat("layer ", layer.digest),
                                       root.get(), pass)
                                    .status());
          }
        }
        return std::string();
      }).status());
  return MakeDirectory(directory_.get(), kCopied, 0700);
}

absl::Status RemoveContainerRoot(int directory) {
  for (const char* const name : {kFs, kUnfinished, kVolumes}) {
    if (!Exists(directory, name)) continue;
    CHM_RETURN_IF_ERROR(Remove(directory, name));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::image
