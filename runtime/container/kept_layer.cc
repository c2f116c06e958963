#include "runtime/container/kept_layer.h"

#include <errno.h>
#include <fcntl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/event_log.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/image/changes.h"
#include "runtime/image/child_answer.h"
#include "runtime/image/config.h"
#include "runtime/image/images.h"
#include "runtime/image/manifest.h"
#include "runtime/image/new_image.h"
#include "runtime/image/store.h"
#include "runtime/image/tar_writer.h"
#include "runtime/image/tree_to_tar.h"
#include "runtime/image/with_ids.h"
#include "runtime/launch/guardian.h"
#include "runtime/state/kept.h"
#include "runtime/state/record.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/pipe.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

// image::ContainerRoot's directories, once it is known that they are what the
// container's root is made of.
absl::StatusOr<UniqueFd> OpenUpper(const Instance& instance) {
  if (instance.record.kept->image.empty()) {
    return absl::FailedPreconditionError(
        "the container has no image that its files could be compared with; "
        "'export' writes all of them");
  }
  const int directory = instance.directory.fd();
  if (UniqueFd(raw::OpenAt(directory, "fs/copied", O_PATH | O_NOFOLLOW).fd())
          .valid()) {
    return absl::FailedPreconditionError(
        "what the container has written can't be told from its image's files, "
        "for they were copied, as their layers could not be mounted; 'export' "
        "writes all of them");
  }
  return sys::CallFd(
      raw::OpenAt(directory, "fs/upper", O_PATH | O_DIRECTORY | O_NOFOLLOW),
      "\"fs/upper\"");
}

absl::StatusOr<std::vector<UniqueFd>> OpenLower(const Instance& instance) {
  std::vector<UniqueFd> layers;
  for (;;) {
    const std::string path = absl::StrCat("fs/lower/", layers.size());
    const raw::Result opened = raw::OpenAt(instance.directory.fd(),
                                           path.c_str(), O_PATH | O_DIRECTORY);
    if (opened.error() == ENOENT) return layers;
    CHM_ASSIGN_OR_RETURN(UniqueFd layer,
                         sys::CallFd(opened, sys::Quoted(path)));
    layers.push_back(std::move(layer));
  }
}

// The container stands still as long as this object lives. Whoever kills the
// caller meanwhile, a guardian lets it go on.
class Paused {
 public:
  static absl::StatusOr<Paused> Pause(const Runtime& runtime,
                                      const Instance& instance, bool wanted) {
    CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
    if (!wanted || status != Status::kRunning) return Paused(nullptr);
    if (instance.record.cgroups.empty()) {
      runtime.warn(
          "the container runs on meanwhile, for it has no cgroup that "
          "could be paused");
      return Paused(nullptr);
    }
    Paused paused(&instance.record.cgroups);
    CHM_ASSIGN_OR_RETURN(launch::Guardian guardian,
                         launch::Guardian::Start([&instance] {
                           (void)cgroups::Thaw(instance.record.cgroups);
                         }));
    paused.guardian_.emplace(std::move(guardian));
    CHM_RETURN_IF_ERROR(cgroups::Freeze(instance.record.cgroups));
    return paused;
  }
  Paused(Paused&& other) noexcept
      : cgroups_(std::exchange(other.cgroups_, nullptr)),
        guardian_(std::move(other.guardian_)) {}
  Paused& operator=(Paused&&) = delete;
  ~Paused() { (void)GoOn(); }

  absl::Status GoOn() {
    const auto* const frozen = std::exchange(cgroups_, nullptr);
    if (frozen == nullptr) return absl::OkStatus();
    absl::Status thawed = cgroups::Thaw(*frozen);
    guardian_.reset();
    return thawed;
  }

 private:
  explicit Paused(const cgroups::Directories* frozen) : cgroups_(frozen) {}

  const cgroups::Directories* cgroups_;
  std::optional<launch::Guardian> guardian_;
};

// `upper` as the archive of a layer, in the store.
absl::StatusOr<image::Descriptor> WriteLayer(const image::Store& store,
                                             int upper) {
  CHM_ASSIGN_OR_RETURN(sys::Pipe pipe, sys::MakePipe());
  CHM_ASSIGN_OR_RETURN(
      image::ChildCall call,
      image::ChildCall::Start([&]() -> absl::StatusOr<std::string> {
        pipe.read.reset();
        CHM_ASSIGN_OR_RETURN(
            const image::WithIds done,
            image::CallWithIds([&]() -> absl::StatusOr<std::string> {
              CHM_ASSIGN_OR_RETURN(
                  const std::unique_ptr<image::TarWriter> tar,
                  image::TarWriter::Open(pipe.write.get(), "the layer"));
              image::TarWish wish;
              wish.whiteouts = true;
              wish.leaves_out = image::IsGivenMountPoint;
              CHM_RETURN_IF_ERROR(image::TreeToTar(upper, wish, *tar));
              return std::string();
            }));
        return done.answer;
      }));
  pipe.write.reset();
  absl::StatusOr<image::Descriptor> layer =
      image::CopyLayerBlob(store, pipe.read.get(), "the container's files");
  pipe.read.reset();
  absl::Status written = call.Finish().status();
  if (!written.ok() && !absl::IsCancelled(written)) return written;
  if (layer.ok() && !written.ok()) return written;
  return layer;
}

absl::StatusOr<std::string> CommitInto(const Runtime& runtime,
                                       const image::Store& store,
                                       const Instance& instance, int upper,
                                       const CommitWish& wish) {
  const state::Kept& kept = *instance.record.kept;
  CHM_ASSIGN_OR_RETURN(const image::Image base,
                       image::FindImage(store, kept.image_id));
  CHM_ASSIGN_OR_RETURN(Paused paused,
                       Paused::Pause(runtime, instance, wish.pause));
  CHM_ASSIGN_OR_RETURN(image::Descriptor layer, WriteLayer(store, upper));
  CHM_RETURN_IF_ERROR(paused.GoOn());
  image::ImageConfig config = base.config;
  CHM_RETURN_IF_ERROR(wish.configure(kept, config));
  config.created = wish.created;
  if (!wish.author.empty()) config.author = wish.author;
  // It is not compressed.
  config.diff_ids.push_back(layer.digest);
  image::HistoryEntry& made = config.history.emplace_back();
  made.created = wish.created;
  made.created_by = absl::StrJoin(kept.command, " ");
  made.comment = wish.message;
  image::Manifest manifest = base.manifest;
  manifest.layers.push_back(std::move(layer));
  return image::AddImage(store, config, std::move(manifest), wish.name,
                         runtime.warn);
}

}  // namespace

absl::StatusOr<std::string> Commit(const Runtime& runtime,
                                   const CommitWish& wish) {
  CHM_ASSIGN_OR_RETURN(const Instance instance,
                       Open(KeptRuntime(runtime), wish.id));
  CHM_ASSIGN_OR_RETURN(const UniqueFd upper, OpenUpper(instance));
  if (instance.record.kept->image_id.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the container's image, ", instance.record.kept->image,
                     ", is not among those that 'load' has brought"));
  }
  CHM_ASSIGN_OR_RETURN(image::Store store,
                       image::Store::Open(runtime.data_root));
  store.Watch(wish.progress);
  CHM_RETURN_IF_ERROR(store.LockForChange());
  CHM_ASSIGN_OR_RETURN(const image::Index old, store.layout().ReadIndex());
  absl::StatusOr<std::string> id =
      CommitInto(runtime, store, instance, upper.get(), wish);
  if (!id.ok()) {
    (void)image::RemoveUnneeded(store, old);
    return id;
  }
  TellOf(runtime, instance.record, "commit",
         {{"comment", wish.message}, {"imageID", *id}});
  return id;
}

absl::StatusOr<std::string> Diff(const Runtime& runtime,
                                 const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const Instance instance, Open(KeptRuntime(runtime), id));
  CHM_ASSIGN_OR_RETURN(const UniqueFd upper, OpenUpper(instance));
  CHM_ASSIGN_OR_RETURN(const std::vector<UniqueFd> layers, OpenLower(instance));
  CHM_ASSIGN_OR_RETURN(image::WithIds changes, image::CallWithIds([&] {
                         return image::ListChanges(upper.get(), layers);
                       }));
  return std::move(changes.answer);
}

}  // namespace chmdocker::container
