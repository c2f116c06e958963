#include "cli/image_root.h"

#include <unistd.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/image_options.h"
#include "cli/image_store.h"
#include "cli/run_options.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/join_wish.h"
#include "runtime/container/lifecycle.h"
#include "runtime/image/container_root.h"
#include "runtime/image/images.h"
#include "runtime/image/layered.h"
#include "runtime/image/layers.h"
#include "runtime/image/manifest.h"
#include "runtime/image/store.h"
#include "runtime/users/user_files.h"

namespace chmdocker::cli {
namespace {

// An image, and where its blobs are.
struct Found {
  image::Image image;
  std::optional<image::Layout> layout;  // none: the store's own
};

absl::StatusOr<Found> FindInLayout(const std::string& directory,
                                   const std::string& tag) {
  Found found;
  CHM_ASSIGN_OR_RETURN(image::Layout layout, image::Layout::Open(directory));
  CHM_ASSIGN_OR_RETURN(const image::Index index, layout.ReadIndex());
  const image::Descriptor* wanted = nullptr;
  for (const image::Descriptor& entry : index.manifests) {
    if (!tag.empty() && entry.name != tag) continue;
    if (wanted != nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          Quote(directory), ": has several images; name one, as oci:DIR:TAG"));
    }
    wanted = &entry;
  }
  if (wanted == nullptr) {
    return absl::NotFoundError(absl::StrCat(Quote(directory), ": has no image ",
                                            tag.empty() ? "at all" : tag));
  }
  CHM_ASSIGN_OR_RETURN(found.image, image::ReadImage(layout, *wanted));
  found.layout = std::move(layout);
  return found;
}

// "oci:DIR[:TAG]"; a tag has no slash, and a directory may have a colon.
absl::StatusOr<Found> FindByPath(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos ||
      absl::StrContains(text.substr(colon), '/')) {
    return FindInLayout(std::string(text), "");
  }
  return FindInLayout(std::string(text.substr(0, colon)),
                      std::string(text.substr(colon + 1)));
}

// By what the caller wrote, or by the digest that this meant once.
absl::StatusOr<Found> Find(const image::Store& store, absl::string_view text,
                           const std::string& id) {
  absl::string_view path = text;
  if (absl::ConsumePrefix(&path, "oci:")) return FindByPath(path);
  absl::StatusOr<image::Image> image =
      image::FindImage(store, id.empty() ? text : id);
  if (image.ok()) return Found{*std::move(image), std::nullopt};
  if (absl::IsDataLoss(image.status())) return image.status();
  if (!id.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "No such image: ", text, ", of which the container was made, as ", id));
  }
  const bool may_be_command =
      !absl::StrContains(text, '/') && !absl::StrContains(text, ':');
  if (!absl::IsNotFound(image.status()) && !may_be_command) {
    return image.status();
  }
  return absl::NotFoundError(absl::StrCat(
      "no image ", text,
      may_be_command
          ? absl::StrCat("; for a command of this host write its path, as "
                         "/bin/",
                         text)
          : "; 'chmdocker images' lists those that there are"));
}

// By a store of its own: its lock goes with it.
absl::Status UnpackMissing(const container::Runtime& runtime,
                           const Found& found) {
  CHM_ASSIGN_OR_RETURN(image::Store store, OpenStore(runtime));
  if (image::HasLayers(store, found.image.config.diff_ids)) {
    return absl::OkStatus();
  }
  CHM_RETURN_IF_ERROR(store.LockForChange());
  return image::UnpackLayers(
      store, found.layout ? *found.layout : store.layout(),
      found.image.manifest, found.image.config, runtime.warn);
}

absl::StatusOr<users::UserFiles> ReadFiles(const image::Store& store,
                                           const image::Image& image) {
  CHM_ASSIGN_OR_RETURN(const std::vector<UniqueFd> layers,
                       image::OpenLayers(store, image.config.diff_ids));
  return users::ReadUserFiles(
      [&](const char* path) { return image::OpenInLayers(layers, path); });
}

// An image is nobody's word to be taken: without rules for devices, which are a
// cgroup's, root of a container could make the node of any and open it. In a
// user namespace nodes are of no use anyway.
bool NeedsDeviceRules(const container::Runtime& runtime) {
  return geteuid() == 0 && !runtime.no_cgroup && !runtime.systemd_cgroup;
}

// Docker's: a container that has a name and a network of its own is called by
// its short id, unless it is told how, and finds that in HOSTNAME.
void NameHost(const std::string& id, RunOptions& options) {
  constexpr size_t kShort = 12;
  const bool shares_network =
      options.host_namespaces.has(kNewNet) ||
      container::FindJoin(options.joins, kNewNet) != nullptr;
  if (options.hostname.empty() && !shares_network &&
      !options.host_namespaces.has(kNewUts)) {
    options.hostname = id.substr(0, kShort);
  }
  if (options.hostname.empty()) return;
  options.image_env.insert(options.image_env.begin(),
                           absl::StrCat("HOSTNAME=", options.hostname));
}

// With what the image says, for a container that is called `id`.
absl::StatusOr<RunOptions> OptionsFor(const RunOptions& options,
                                      const image::Store& store,
                                      const image::Image& image,
                                      const std::string& id) {
  RunOptions all = options;
  CHM_RETURN_IF_ERROR(ApplyImage(
      image.config,
      [&](size_t number) {
        return image::ContainerRoot::VolumePathOf(store, id, number);
      },
      all));
  NameHost(id, all);
  all.rootfs = image::ContainerRoot::PathOf(store, id);
  all.overlay_layers = image::ContainerRoot::CountLayers(image.config.diff_ids);
  return all;
}

absl::StatusOr<ImageOptions> OptionsWith(const container::Runtime& runtime,
                                         const RunOptions& options,
                                         const image::Store& store,
                                         const Found& found,
                                         const std::string& container) {
  const image::Image& image = found.image;
  CHM_RETURN_IF_ERROR(UnpackMissing(runtime, found));
  ImageOptions all;
  if (!options.rights.user.empty() || !image.config.user.empty() ||
      !options.rights.groups.empty()) {
    CHM_ASSIGN_OR_RETURN(all.files, ReadFiles(store, image));
  }
  CHM_ASSIGN_OR_RETURN(all.options,
                       OptionsFor(options, store, image, container));
  if (!found.layout) all.id = image.id;
  all.stop_signal = image.config.stop_signal;
  if (NeedsDeviceRules(runtime)) all.options.limits.need_cgroup = true;
  return all;
}

}  // namespace

absl::StatusOr<ImageOptions> OptionsOfImage(const container::Runtime& runtime,
                                            const RunOptions& options,
                                            const std::string& image_id,
                                            const std::string& container) {
  CHM_ASSIGN_OR_RETURN(const image::Store store, OpenStore(runtime));
  CHM_ASSIGN_OR_RETURN(const Found found, Find(store, options.image, image_id));
  return OptionsWith(runtime, options, store, found, container);
}

absl::StatusOr<ImageOptions> MakeRootOfImage(const container::Runtime& runtime,
                                             const RunOptions& options,
                                             const std::string& image_id,
                                             const std::string& container,
                                             bool copy) {
  CHM_ASSIGN_OR_RETURN(const image::Store store, OpenStore(runtime));
  CHM_ASSIGN_OR_RETURN(const Found found, Find(store, options.image, image_id));
  CHM_ASSIGN_OR_RETURN(ImageOptions all,
                       OptionsWith(runtime, options, store, found, container));
  CHM_ASSIGN_OR_RETURN(const image::ContainerRoot root,
                       image::ContainerRoot::Make(store, container,
                                                  found.image.config.diff_ids));
  for (size_t i = 0; i < CountVolumes(all.options); ++i) {
    CHM_RETURN_IF_ERROR(root.MakeVolume(i));
  }
  if (!copy) {
    if (!image::NeedsCopy(store, found.image.config.diff_ids)) return all;
    runtime.warn(
        "the image's files are copied for this container, for the file system "
        "of --data-root has no whiteouts");
  }
  CHM_RETURN_IF_ERROR(root.CopyLayers(
      found.layout ? *found.layout : store.layout(), found.image));
  all.options.overlay_layers = 0;
  return all;
}

}  // namespace chmdocker::cli
