#include "cli/mounts_to_spec.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {
namespace {

auto Depth(const spec::Mount& mount) {
  return std::count(mount.destination.begin(), mount.destination.end(), '/');
}

absl::Status Wrong(const spec::Mount& mount, const char* rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("the mount on ", mount.destination, ": ", rule));
}

absl::Status SetSource(const std::string& directory, spec::Mount& mount) {
  if (mount.source[0] == '/') return absl::OkStatus();
  if (directory.empty()) {
    return Wrong(mount,
                 "its source is relative, and the working directory has been "
                 "removed");
  }
  mount.source = absl::StrCat(directory, "/", mount.source);
  return absl::OkStatus();
}

// docker's default is private. Without a rootfs all is private anyway, and
// nothing else can be had. What shall appear on the host has to be mounted
// below a root that is shared with it.
absl::Status SetPropagation(spec::ContainerSpec& spec, spec::Mount& mount) {
  const bool has_rootfs = !spec.root.path.empty();
  if (mount.propagation.empty()) {
    if (has_rootfs) {
      mount.propagation.push_back(kMountRecursive | kMountPrivate);
    }
    return absl::OkStatus();
  }
  const MountFlags wanted = mount.propagation[0];
  if (!has_rootfs && !wanted.has(kMountPrivate)) {
    return Wrong(mount,
                 "shared and slave need --rootfs DIR; without it all is "
                 "private");
  }
  if (wanted.has(kMountShared)) {
    spec.rootfs_propagation = kMountRecursive | kMountShared;
  }
  return absl::OkStatus();
}

absl::Status CheckOnce(const std::vector<spec::Mount>& mounts) {
  for (size_t i = 0; i < mounts.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (mounts[i].destination != mounts[j].destination) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("Duplicate mount point: ", mounts[i].destination));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status MountsToSpec(const std::vector<spec::Mount>& mounts,
                          const std::string& directory,
                          spec::ContainerSpec& spec) {
  CHM_RETURN_IF_ERROR(CheckOnce(mounts));
  for (const spec::Mount& mount : mounts) {
    std::erase_if(spec.mounts, [&](const spec::Mount& usual) {
      return path::IsWithin(usual.destination, mount.destination);
    });
  }
  const size_t all = spec.mounts.size() + mounts.size();
  for (long depth = 1; spec.mounts.size() < all; ++depth) {
    for (const spec::Mount& wanted : mounts) {
      if (Depth(wanted) != depth) continue;
      spec::Mount& mount = spec.mounts.emplace_back(wanted);
      if (!mount.bind) continue;
      CHM_RETURN_IF_ERROR(SetSource(directory, mount));
      CHM_RETURN_IF_ERROR(SetPropagation(spec, mount));
    }
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
