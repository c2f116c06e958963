#include "runtime/container/root_view.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/fd_path.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/instance.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/own_files.h"
#include "runtime/container/places.h"
#include "runtime/image/child_answer.h"
#include "runtime/image/with_ids.h"
#include "runtime/launch/join.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/path/in_root.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/state/process.h"
#include "runtime/step/step.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"
#include "runtime/sys/raw/namespaces.h"

namespace chmdocker::container {
namespace {

using Work = RootView::Work;
using Answer = absl::StatusOr<std::string>;

absl::Status NoRoot() {
  return absl::FailedPreconditionError(
      "the container runs on the host's root file system, and has no files of "
      "its own");
}

absl::Status MakeReadonly(int mount, bool recursive) {
  raw::Result made =
      raw::ChangeAttributes(mount, kAttrReadonly, MountAttributes(), recursive);
  // Before Linux 5.12.
  if (made.error() == ENOSYS) {
    made = raw::Mount(nullptr, FdPath(mount).c_str(), nullptr,
                      kMountRemount | kMountBind | kMountReadonly, nullptr);
  }
  return sys::CallStatus(made);
}

// A file of the container's own that it has not got yet, or has no place for.
bool IsLeftOut(const spec::Mount& mount, raw::Result result) {
  return mount.optional &&
         (result.error() == ENOENT || result.error() == ENOTDIR);
}

// A volume where the container has it. A mount point that has gone since is
// left out, as there is nothing of the container's to be seen there.
absl::Status ShowVolume(int root, const spec::Mount& mount) {
  const raw::Result opened =
      raw::OpenAt(AT_FDCWD, mount.source.c_str(), O_PATH);
  if (IsLeftOut(mount, opened)) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const UniqueFd source,
                       sys::CallFd(opened, sys::Quoted(mount.source)));
  const char* const destination = mount.destination.c_str();
  const raw::Result found = path::OpenInRoot(root, destination, O_PATH);
  if (found.error() == ENOENT || IsLeftOut(mount, found)) {
    return absl::OkStatus();
  }
  CHM_ASSIGN_OR_RETURN(const UniqueFd target,
                       sys::CallFd(found, sys::Quoted(mount.destination)));
  const MountFlags flags =
      mount.recursive ? kMountBind | kMountRecursive : MountFlags(kMountBind);
  const raw::Result bound =
      raw::Mount(FdPath(source.get()).c_str(), FdPath(target.get()).c_str(),
                 nullptr, flags, nullptr);
  if (IsLeftOut(mount, bound)) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(sys::CallStatus(bound, sys::Quoted(mount.destination)));
  const bool is_readonly =
      mount.flags.has(kMountReadonly) || mount.recursive_set.has(kAttrReadonly);
  if (!is_readonly) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const UniqueFd mounted,
                       sys::CallFd(path::OpenInRoot(root, destination, O_PATH),
                                   sys::Quoted(mount.destination)));
  return MakeReadonly(mounted.get(), mount.recursive);
}

// What a plan's steps would mount, in a mount namespace that ends with the
// process.
absl::StatusOr<UniqueFd> MountRoot(const spec::ContainerSpec& spec,
                                   bool volumes) {
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Unshare(kNewMount)));
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Mount(
      nullptr, "/", nullptr, kMountSlave | kMountRecursive, nullptr)));
  const bool is_overlay = spec.root.overlay_layers > 0;
  if (is_overlay) {
    const std::string directory(absl::StripSuffix(spec.root.path, "/merged"));
    step::MountOverlay<const char*> step;
    step.directory = directory.c_str();
    step.layers = spec.root.overlay_layers;
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(mounts::Run(step), sys::Quoted(directory)));
  }
  CHM_ASSIGN_OR_RETURN(UniqueFd root,
                       sys::CallFd(raw::OpenAt(AT_FDCWD, spec.root.path.c_str(),
                                               O_PATH | O_DIRECTORY),
                                   sys::Quoted(spec.root.path)));
  if (!volumes) return root;
  for (const spec::Mount& mount : spec.mounts) {
    if (mount.bind) CHM_RETURN_IF_ERROR(ShowVolume(root.get(), mount));
  }
  if (is_overlay && spec.root.readonly) {
    CHM_RETURN_IF_ERROR(MakeReadonly(root.get(), /*recursive=*/false));
  }
  return root;
}

Answer InMounted(const spec::ContainerSpec& spec, bool volumes,
                 const Work& work) {
  CHM_ASSIGN_OR_RETURN(
      const image::WithIds done, image::CallWithIds([&]() -> Answer {
        CHM_ASSIGN_OR_RETURN(const UniqueFd root, MountRoot(spec, volumes));
        return work(root.get());
      }));
  return done.answer;
}

// Only its user namespace is joined, for an ordinary user's rights: the root is
// reached by descriptor. Who is in there can't look into this process
// (CVE-2016-9962).
Answer InRunning(const launch::JoinTarget& target, const Work& work) {
  if (geteuid() != 0 && target.namespaces.has(kNewUser)) {
    (void)prctl(PR_SET_DUMPABLE, 0);
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::Setns(target.files.fds[0].get(), kNewUser)));
  }
  return work(target.root.get());
}

absl::StatusOr<image::ChildCall> StartRunning(const state::Record& record,
                                              UniqueFd& parents_end,
                                              const Work& work) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd pidfd, state::OpenPidfd(record.init));
  CHM_ASSIGN_OR_RETURN(const launch::JoinTarget target,
                       launch::OpenJoinTarget(record.init.pid, pidfd.get()));
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd own,
      sys::CallFd(raw::OpenAt(AT_FDCWD, "/", O_PATH | O_DIRECTORY), "\"/\""));
  if (raw::SameObject(own.get(), target.root.get())) return NoRoot();
  return image::ChildCall::Start([&] {
    parents_end.reset();
    return InRunning(target, work);
  });
}

}  // namespace

absl::StatusOr<RootView> RootView::Start(const Runtime& runtime,
                                         const std::string& id,
                                         const Describe& describe, bool volumes,
                                         UniqueFd& parents_end,
                                         const Work& work) {
  CHM_ASSIGN_OR_RETURN(Instance instance, Open(KeptRuntime(runtime), id));
  CHM_ASSIGN_OR_RETURN(const Status status, StatusOf(instance.record));
  if (status == Status::kRunning || status == Status::kPaused) {
    CHM_ASSIGN_OR_RETURN(image::ChildCall call,
                         StartRunning(instance.record, parents_end, work));
    return RootView(std::nullopt, std::move(call));
  }
  CHM_ASSIGN_OR_RETURN(Description description, describe(instance.record));
  if (description.spec.root.path.empty()) return NoRoot();
  MountOwnFiles(description.wishes.files, instance.directory.path(),
                description.spec);
  CHM_ASSIGN_OR_RETURN(image::ChildCall call, image::ChildCall::Start([&] {
                         parents_end.reset();
                         return InMounted(description.spec, volumes, work);
                       }));
  return RootView(std::move(instance), std::move(call));
}

}  // namespace chmdocker::container
