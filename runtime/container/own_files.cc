#include "runtime/container/own_files.h"

#include <fcntl.h>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/join_wish.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/state/directory.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

// Whose network is joined; empty: nobody's.
std::string SharedDirectory(const Runtime& runtime,
                            const std::vector<JoinWish>& joins) {
  const JoinWish* const join = FindJoin(joins, kNewNet);
  if (join == nullptr) return "";
  const Target other = FindTarget(runtime, join->container);
  return absl::StrCat(other.runtime.root, "/", other.id);
}

// Anew each time: by now another container may have that name.
bool Share(const std::string& other, const std::string& name, int directory) {
  const std::string path = absl::StrCat(other, "/", name);
  (void)raw::UnlinkAt(directory, name.c_str(), 0);
  return raw::LinkAt(AT_FDCWD, path.c_str(), directory, name.c_str()).ok();
}

}  // namespace

void MountOwnFiles(const std::vector<OwnFile>& files,
                   const std::string& directory, spec::ContainerSpec& spec) {
  std::vector<spec::Mount> mounts;
  for (const OwnFile& file : files) {
    spec::Mount& mount = mounts.emplace_back();
    mount.destination = absl::StrCat("/etc/", file.name);
    mount.type = "bind";
    mount.bind = true;
    mount.source = absl::StrCat(directory, "/", file.name);
    mount.flags = kMountNosuid | kMountNodev | kMountNoexec;
    if (file.readonly) mount.flags |= kMountReadonly;
    mount.optional = file.optional;
  }
  spec.mounts.insert(
      spec.root.path.empty() ? spec.mounts.begin() : spec.mounts.end(),
      std::make_move_iterator(mounts.begin()),
      std::make_move_iterator(mounts.end()));
}

absl::Status MakeOwnFiles(const Runtime& runtime,
                          const std::vector<OwnFile>& files,
                          const std::vector<JoinWish>& joins,
                          const state::Directory& directory,
                          spec::ContainerSpec& spec) {
  if (files.empty()) return absl::OkStatus();
  const std::string other = SharedDirectory(runtime, joins);
  for (const OwnFile& file : files) {
    if (file.of_network && !other.empty() &&
        Share(other, file.name, directory.fd())) {
      continue;
    }
    CHM_RETURN_IF_ERROR(directory.MakeFile(file.name.c_str(), file.content));
  }
  MountOwnFiles(files, directory.path(), spec);
  return absl::OkStatus();
}

}  // namespace chmdocker::container
