#include "runtime/cgroups/hierarchy.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/host/facts.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount_id.h"

namespace chmdocker::cgroups {
namespace {

// What mountinfo says of one cgroup mount.
struct CgroupMount {
  absl::string_view id;
  std::string controllers;  // empty: v2
  std::string root;         // the cgroup that is mounted
  std::string path;
  bool readonly = false;
};

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// Undoes what the kernel's mangle() does to a space, a tab, a newline and a
// backslash: "\040".
std::string Unescaped(absl::string_view text) {
  if (!absl::StrContains(text, '\\')) return std::string(text);
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && IsOctal(text[i + 1]) &&
        IsOctal(text[i + 2]) && IsOctal(text[i + 3])) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 +
                                 (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// What stands before the next `end`, which is taken off with it.
absl::string_view TakeUntil(char end, absl::string_view& text) {
  const absl::string_view front = text.substr(0, text.find(end));
  text.remove_prefix(std::min(front.size() + 1, text.size()));
  return front;
}

// The controllers among the options of a v1 mount: all but the switches that
// every hierarchy may have (the kernel's cgroup1_show_options).
std::string Controllers(absl::string_view super_options) {
  std::string controllers;
  while (!super_options.empty()) {
    const absl::string_view option = TakeUntil(',', super_options);
    if (option == "rw" || option == "ro" || option == "noprefix" ||
        option == "xattr" || option == "clone_children" ||
        option == "cpuset_v2_mode" || option == "favordynmods" ||
        option == "seclabel" || absl::StrContains(option, "_agent=")) {
      continue;
    }
    absl::StrAppend(&controllers, controllers.empty() ? "" : ",", option);
  }
  return controllers;
}

bool IsReadonly(absl::string_view options) {
  return TakeUntil(',', options) == "ro";
}

// `tail` is what stands behind " - " of the line.
CgroupMount MountFrom(absl::string_view line, absl::string_view tail) {
  CgroupMount mount;
  mount.id = TakeUntil(' ', line);
  TakeUntil(' ', line);  // its parent
  TakeUntil(' ', line);  // the device
  const absl::string_view root = TakeUntil(' ', line);
  const absl::string_view path = TakeUntil(' ', line);
  const absl::string_view options = TakeUntil(' ', line);
  const absl::string_view type = TakeUntil(' ', tail);
  TakeUntil(' ', tail);  // the source
  if (options.empty() || tail.empty()) return mount;
  mount.readonly = IsReadonly(options) || IsReadonly(tail);
  if (type == "cgroup") mount.controllers = Controllers(tail);
  mount.root = Unescaped(root);
  mount.path = Unescaped(path);
  return mount;
}

// A hierarchy is mounted more than once where its mounts were bound elsewhere:
// the first is taken. Of two on one mount point, the later covers the other.
void Add(CgroupMount mount, std::vector<CgroupMount>* mounts) {
  if (mount.path.empty()) return;
  for (CgroupMount& other : *mounts) {
    if (other.path == mount.path) {
      other = std::move(mount);
      return;
    }
    if (other.controllers == mount.controllers) return;
  }
  mounts->push_back(std::move(mount));
}

std::vector<CgroupMount> MountsFrom(absl::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  // Most lines are of other file systems: they are passed over whole.
  constexpr absl::string_view kMark = "- cgroup";
  for (size_t at = mountinfo.find(kMark); at != absl::string_view::npos;
       at = mountinfo.find(kMark, at + 1)) {
    if (at == 0 || mountinfo[at - 1] != ' ') continue;
    const size_t before = mountinfo.rfind('\n', at);
    const size_t begin = before == absl::string_view::npos ? 0 : before + 1;
    const size_t end = mountinfo.find('\n', at);
    const absl::string_view tail = mountinfo.substr(
        at + 2, end == absl::string_view::npos ? absl::string_view::npos
                                               : end - at - 2);
    if (absl::StartsWith(tail, "cgroup ") ||
        absl::StartsWith(tail, "cgroup2 ")) {
      Add(MountFrom(mountinfo.substr(begin, at - begin - 1), tail), &mounts);
    }
  }
  return mounts;
}

// The caller's cgroup in the hierarchy of `controllers`, as /proc/self/cgroup
// has it; empty if it has none.
absl::string_view OwnCgroup(absl::string_view proc_cgroup,
                            absl::string_view controllers) {
  while (!proc_cgroup.empty()) {
    // "9:cpu,cpuacct:/a"
    absl::string_view line = TakeUntil('\n', proc_cgroup);
    TakeUntil(':', line);
    if (TakeUntil(':', line) == controllers) return line;
  }
  return "";
}

// `own` as it is below a mount of `root`; empty if it isn't.
std::string Below(absl::string_view root, absl::string_view own) {
  if (root != "/" && !absl::ConsumePrefix(&own, root)) return "";
  if (own.empty()) return root == "/" ? "" : "/";
  // In a cgroup namespace, what is outside is shown as "/../a".
  if (own[0] != '/' || absl::StrContains(own, "/..")) return "";
  return std::string(own);
}

bool IsMounted(absl::string_view controllers,
               const std::vector<CgroupMount>& mounts) {
  return std::any_of(mounts.begin(), mounts.end(),
                     [controllers](const CgroupMount& mount) {
                       return mount.controllers == controllers;
                     });
}

// Whether nothing that stands farther below in mountinfo can matter: each
// hierarchy's mount is known, and is what is found where it was mounted.
bool AreAll(const std::vector<CgroupMount>& mounts,
            absl::string_view proc_cgroup) {
  while (!proc_cgroup.empty()) {
    absl::string_view line = TakeUntil('\n', proc_cgroup);
    TakeUntil(':', line);
    if (!IsMounted(TakeUntil(':', line), mounts)) return false;
  }
  return std::all_of(mounts.begin(), mounts.end(),
                     [](const CgroupMount& mount) {
                       uint64_t found = 0;
                       return raw::MountId(mount.path.c_str(), &found).ok() &&
                              mount.id == absl::AlphaNum(found).Piece();
                     });
}

// The lines of mountinfo up to the last cgroup mount that matters: of thousands
// of mounts most cost nothing so. Whether that is reached is asked when what
// was read has doubled, and not at all where there is less than `kFew`.
absl::StatusOr<std::string> ReadMounts(absl::string_view proc_cgroup) {
  constexpr char kPath[] = "/proc/self/mountinfo";
  constexpr size_t kFew = size_t{16} * 1024;
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(AT_FDCWD, kPath, O_RDONLY), sys::Quoted(kPath)));
  std::string content;
  size_t enough = kFew;
  char chunk[4096];
  for (;;) {
    const raw::Result got = raw::Read(file.get(), chunk, sizeof(chunk));
    if (got.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(got, sys::Quoted(kPath)));
    if (got.value == 0) return content;
    content.append(chunk, static_cast<size_t>(got.value));
    if (content.size() < enough) continue;
    enough = 2 * content.size();
    const absl::string_view whole =
        absl::string_view(content).substr(0, content.rfind('\n') + 1);
    if (AreAll(MountsFrom(whole), proc_cgroup)) return std::string(whole);
  }
}

}  // namespace

std::vector<host::CgroupDirectory> HierarchiesFrom(
    absl::string_view mountinfo, absl::string_view proc_cgroup) {
  std::vector<host::CgroupDirectory> v1;
  std::vector<host::CgroupDirectory> v2;
  for (CgroupMount& mount : MountsFrom(mountinfo)) {
    std::string own =
        Below(mount.root, OwnCgroup(proc_cgroup, mount.controllers));
    std::vector<host::CgroupDirectory>& found =
        mount.controllers.empty() ? v2 : v1;
    found.push_back({std::move(mount.controllers), std::move(mount.path),
                     std::move(own), mount.readonly});
  }
  v1.insert(v1.end(), std::make_move_iterator(v2.begin()),
            std::make_move_iterator(v2.end()));
  return v1;
}

absl::StatusOr<std::vector<host::CgroupDirectory>> FindHierarchies() {
  CHM_ASSIGN_OR_RETURN(const std::string proc_cgroup,
                       ReadWhole(AT_FDCWD, "/proc/self/cgroup"));
  CHM_ASSIGN_OR_RETURN(const std::string mountinfo, ReadMounts(proc_cgroup));
  return HierarchiesFrom(mountinfo, proc_cgroup);
}

absl::StatusOr<std::vector<host::CgroupDirectory>> FindHierarchyMounts() {
  constexpr char kUsual[] = "/sys/fs/cgroup";
  struct statfs status;
  if (statfs(kUsual, &status) == 0 &&
      static_cast<unsigned long>(status.f_type) == CGROUP2_SUPER_MAGIC) {
    return std::vector<host::CgroupDirectory>{{"", kUsual}};
  }
  return FindHierarchies();
}

}  // namespace chmdocker::cgroups
