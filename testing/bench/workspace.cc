#include "testing/bench/workspace.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/host/facts.h"

namespace chmdocker::bench {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::string> MakeDirectory(const std::string& parent) {
  std::string name =
      absl::StrCat(parent, "/chmdocker-bench-", getpid(), ".XXXXXX");
  if (mkdtemp(name.data()) != nullptr) return name;
  return absl::UnavailableError(
      absl::StrCat("mkdtemp ", name, ": ", strerror(errno)));
}

// A runtime's state is kept in memory: on a disk, what is measured would be its
// journal. /run is a tmpfs wherever a distribution's init has started the host.
const char* StateParent() {
  struct statfs filesystem;
  const bool in_memory = statfs("/run", &filesystem) == 0 &&
                         filesystem.f_type == TMPFS_MAGIC &&
                         access("/run", W_OK) == 0;
  return in_memory ? "/run" : "/dev/shm";
}

// The newest first: it may lie on the others.
void UnmountBelow(const std::string& directory) {
  std::vector<std::string> found;
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words.size() < 5 || !absl::StartsWith(words[4], directory)) continue;
    found.push_back(words[4]);
  }
  std::reverse(found.begin(), found.end());
  for (const std::string& mount : found) umount2(mount.c_str(), MNT_DETACH);
}

// From the innermost one outwards.
void RemoveCgroupsBelow(const fs::path& directory) {
  std::error_code ignored;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(directory, ignored)) {
    if (entry.is_directory(ignored)) RemoveCgroupsBelow(entry.path());
  }
  rmdir(directory.c_str());
}

void RemoveTaggedCgroups(const fs::path& hierarchy, const std::string& tag) {
  std::error_code ignored;
  std::vector<fs::path> found;
  fs::recursive_directory_iterator all(hierarchy, ignored);
  for (; all != fs::recursive_directory_iterator(); all.increment(ignored)) {
    if (!all->is_directory(ignored)) continue;
    if (!absl::StrContains(all->path().filename().string(), tag)) continue;
    found.push_back(all->path());
    all.disable_recursion_pending();
  }
  for (const fs::path& path : found) RemoveCgroupsBelow(path);
}

std::vector<host::CgroupDirectory> Hierarchies() {
  absl::StatusOr<std::vector<host::CgroupDirectory>> all =
      cgroups::FindHierarchies();
  return all.ok() ? *std::move(all) : std::vector<host::CgroupDirectory>();
}

}  // namespace

absl::StatusOr<Workspace> Workspace::Create() {
  Workspace workspace;
  workspace.tag_ = absl::StrCat("bench-", getpid(), "-");
  const char* const temporary = getenv("TMPDIR");
  absl::StatusOr<std::string> made =
      MakeDirectory(temporary == nullptr ? "/tmp" : temporary);
  if (!made.ok()) return made.status();
  workspace.directory_ = *std::move(made);
  made = MakeDirectory(StateParent());
  if (!made.ok()) {
    rmdir(workspace.directory_.c_str());
    return made.status();
  }
  workspace.state_ = *std::move(made);
  return workspace;
}

std::string Workspace::StateOf(absl::string_view runtime) const {
  return absl::StrCat(state_, "/", runtime);
}

std::string Workspace::IdOf(absl::string_view container) const {
  return absl::StrCat(tag_, container);
}

void Workspace::Remove() const {
  for (const std::string& directory : {directory_, state_}) {
    UnmountBelow(directory);
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }
  for (const host::CgroupDirectory& hierarchy : Hierarchies()) {
    RemoveTaggedCgroups(hierarchy.path, tag_);
  }
}

std::vector<std::string> CgroupWords() {
  std::vector<std::string> words;
  for (const host::CgroupDirectory& hierarchy : Hierarchies()) {
    std::string own = hierarchy.own;
    if (hierarchy.controllers.empty()) own.resize(own.rfind('/') + 1);
    if (own == "/") own.clear();
    words.push_back(
        absl::StrCat(hierarchy.controllers, "=", hierarchy.path, own));
  }
  return words;
}

std::string CgroupVersions() {
  bool v1 = false;
  bool v2 = false;
  for (const host::CgroupDirectory& hierarchy : Hierarchies()) {
    (hierarchy.controllers.empty() ? v2 : v1) = true;
  }
  if (v1 && v2) return "v1 and v2";
  return v2 ? "v2" : v1 ? "v1" : "none";
}

}  // namespace chmdocker::bench
