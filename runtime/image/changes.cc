#include "runtime/image/changes.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/layered.h"
#include "runtime/image/tree_walk.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

absl::Status AddNames(int directory, std::set<std::string>& names) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd opened,
      sys::CallFd(raw::OpenAt(directory, ".", O_RDONLY | O_DIRECTORY)));
  CHM_ASSIGN_OR_RETURN(std::vector<std::string> found,
                       sys::ReadDirectory(opened.get(), "a directory"));
  for (std::string& name : found) names.insert(std::move(name));
  return absl::OkStatus();
}

bool IsEtcFile(absl::string_view name, const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_size == 0 &&
         (name == "hosts" || name == "hostname" || name == "resolv.conf");
}

// Whether there is nothing in it but mount points.
absl::StatusOr<bool> HasOnlyMountPoints(int etc) {
  std::set<std::string> names;
  CHM_RETURN_IF_ERROR(AddNames(etc, names));
  for (const std::string& name : names) {
    struct stat status;
    CHM_RETURN_IF_ERROR(sys::CallStatus(
        raw::FstatAt(etc, name.c_str(), &status), sys::Quoted(name)));
    if (!IsEtcFile(name, status)) return false;
  }
  return !names.empty();
}

bool SameAccess(const struct stat& a, const struct stat& b) {
  return a.st_mode == b.st_mode && a.st_uid == b.st_uid && a.st_gid == b.st_gid;
}

class Changes {
 public:
  explicit Changes(const std::vector<UniqueFd>& layers) : layers_(layers) {}

  absl::Status Add(const TreeEntry& entry) {
    if (entry.path.empty()) return absl::OkStatus();
    CHM_ASSIGN_OR_RETURN(const FoundInLayers below, Find(entry.path));
    const bool was_there = !below.parts.empty();
    if (IsWhiteout(entry.status)) {
      if (was_there) Say('D', entry.path);
      return absl::OkStatus();
    }
    if (!was_there && IsGivenMountPoint(entry)) return absl::OkStatus();
    if (entry.path == "etc" && S_ISDIR(entry.status.st_mode) &&
        (!was_there || SameAccess(entry.status, below.status)) &&
        !IsOpaque(entry.fd)) {
      CHM_ASSIGN_OR_RETURN(const bool is_given, HasOnlyMountPoints(entry.fd));
      if (is_given) return absl::OkStatus();
    }
    Say(was_there ? 'C' : 'A', entry.path);
    const bool hides = was_there && S_ISDIR(entry.status.st_mode) &&
                       S_ISDIR(below.status.st_mode) && IsOpaque(entry.fd);
    return hides ? AddHidden(entry, below.parts) : absl::OkStatus();
  }

  std::string text() && { return std::move(text_); }

 private:
  void Say(char what, absl::string_view path) {
    absl::StrAppend(&text_, absl::string_view(&what, 1), " /", path, "\n");
  }

  // From the root on: there are no descriptors for every level of a tree.
  absl::StatusOr<FoundInLayers> Find(const std::string& path) {
    FoundInLayers at;
    const std::vector<UniqueFd>* directory = &layers_;
    for (const absl::string_view part : absl::StrSplit(path, '/')) {
      const std::string name(part);
      // A directory has taken the place of what was none.
      if (directory == &at.parts && !S_ISDIR(at.status.st_mode)) {
        return FoundInLayers();
      }
      CHM_ASSIGN_OR_RETURN(FoundInLayers next, LookInLayers(*directory, name));
      at = std::move(next);
      if (at.parts.empty()) return at;
      directory = &at.parts;
    }
    return at;
  }

  // All that the directory has below, but for what it has itself.
  absl::Status AddHidden(const TreeEntry& entry,
                         const std::vector<UniqueFd>& below) {
    std::set<std::string> here, there;
    CHM_RETURN_IF_ERROR(AddNames(entry.fd, here));
    for (const UniqueFd& part : below) {
      CHM_RETURN_IF_ERROR(AddNames(part.get(), there));
    }
    for (const std::string& name : there) {
      if (here.contains(name)) continue;
      CHM_ASSIGN_OR_RETURN(const FoundInLayers found,
                           LookInLayers(below, name));
      if (!found.parts.empty()) Say('D', absl::StrCat(entry.path, "/", name));
    }
    return absl::OkStatus();
  }

  const std::vector<UniqueFd>& layers_;
  std::string text_;
};

}  // namespace

bool IsGivenMountPoint(const TreeEntry& entry) {
  absl::string_view name = entry.path;
  if (absl::ConsumePrefix(&name, "etc/")) return IsEtcFile(name, entry.status);
  return S_ISDIR(entry.status.st_mode) &&
         (name == "dev" || name == "proc" || name == "sys");
}

absl::StatusOr<std::string> ListChanges(int upper,
                                        const std::vector<UniqueFd>& layers) {
  Changes changes(layers);
  CHM_RETURN_IF_ERROR(
      WalkTree(upper, Mounts::kEnter,
               [&](const TreeEntry& entry) { return changes.Add(entry); }));
  return std::move(changes).text();
}

}  // namespace chmdocker::image
