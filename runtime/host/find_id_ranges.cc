#include "runtime/host/find_id_ranges.h"

#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/host/id_ranges.h"
#include "runtime/sys/files.h"

namespace chmdocker::host {
namespace {

constexpr char kUsers[] = "/etc/subuid";
constexpr char kGroups[] = "/etc/subgid";

// Root's rights are what the program is for: who else could change it would get
// them.
bool IsRootsOwn(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_uid == 0 &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// Whether an exec of it gives rights: by mode or by capabilities(7), "File
// capabilities".
bool GivesRights(const char* path, const struct stat& status) {
  struct statvfs filesystem;
  if (statvfs(path, &filesystem) == 0 && (filesystem.f_flag & ST_NOSUID) != 0) {
    return false;
  }
  return (status.st_mode & S_ISUID) != 0 ||
         getxattr(path, "security.capability", nullptr, 0) > 0;
}

std::string NameOf(uint32_t uid) {
  const passwd* user = getpwuid(uid);
  return user == nullptr ? "" : user->pw_name;
}

// A missing file has no ranges.
std::string Read(const char* path) {
  constexpr size_t kMost = size_t{4} << 20;
  absl::StatusOr<std::string> text = sys::ReadFile(path, kMost);
  return text.ok() ? *std::move(text) : "";
}

// What gives the user ranges that are nobody's yet.
std::string AddRanges(absl::string_view user, absl::string_view subuid,
                      absl::string_view subgid) {
  constexpr uint32_t kUsual = 65536;
  const uint32_t first = std::max(FreeRange(subuid), FreeRange(subgid));
  const std::string range = absl::StrCat(first, "-", first + (kUsual - 1));
  return absl::StrCat("usermod --add-subuids ", range, " --add-subgids ", range,
                      " ", user);
}

}  // namespace

MapProgram FindMapProgram(const std::string& name) {
  MapProgram none = {"", absl::StrCat(name, " is not there"),
                     "apt-get install uidmap"};
  bool is_first = true;
  for (const char* directory : {"/usr/bin/", "/bin/", "/usr/local/bin/",
                                "/usr/sbin/", "/run/wrappers/bin/"}) {
    std::string path = absl::StrCat(directory, name);
    struct stat status;
    if (stat(path.c_str(), &status) != 0) continue;
    if (IsRootsOwn(status) && GivesRights(path.c_str(), status)) {
      return {std::move(path)};
    }
    if (!std::exchange(is_first, false)) continue;
    none.problem = absl::StrCat(path, " does not run with root's rights");
    none.remedy = absl::StrCat("chown root: ", path, " && chmod 4755 ", path);
  }
  return none;
}

IdRanges FindIdRanges(uint32_t uid) {
  const std::string name = NameOf(uid);
  const std::string subuid = Read(kUsers);
  const std::string subgid = Read(kGroups);
  IdRanges ranges{RangesOf(subuid, name, uid), RangesOf(subgid, name, uid)};
  if (ranges.users.empty() || ranges.groups.empty()) {
    const std::string user = name.empty() ? absl::StrCat(uid) : name;
    ranges.problem = absl::StrCat(ranges.users.empty() ? kUsers : kGroups,
                                  " has no range for ", Printable(user));
    ranges.remedy = AddRanges(user, subuid, subgid);
    return ranges;
  }
  for (const char* program : {"newuidmap", "newgidmap"}) {
    MapProgram found = FindMapProgram(program);
    if (!found.path.empty()) continue;
    ranges.problem = std::move(found.problem);
    ranges.remedy = std::move(found.remedy);
    return ranges;
  }
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) {
    ranges.problem =
        "no_new_privs is set for the caller, so newuidmap gets no rights";
  }
  return ranges;
}

}  // namespace chmdocker::host
