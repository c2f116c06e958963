#include <fcntl.h>
#include <sys/utsname.h>

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/host/facts.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::cgroups {
namespace {

// "5.10.0-32-cloud-amd64" is not from 6.4 on.
bool IsFrom(absl::string_view release, int major, int minor) {
  const size_t dot = release.find('.');
  if (dot == absl::string_view::npos) return false;
  const absl::string_view rest = release.substr(dot + 1);
  int has_major = 0;
  int has_minor = 0;
  if (!absl::SimpleAtoi(release.substr(0, dot), &has_major) ||
      !absl::SimpleAtoi(rest.substr(0, rest.find_first_not_of("0123456789")),
                        &has_minor)) {
    return false;
  }
  return has_major > major || (has_major == major && has_minor >= minor);
}

// Whether /proc/self/status has `list`, which ends its line, under `name`.
bool HasList(absl::string_view status, absl::string_view name,
             absl::string_view list) {
  return absl::StrContains(status, absl::StrCat("\n", name, ":\t", list));
}

}  // namespace

bool BirthFollowsCpuset(const Directories& directories) {
  const host::CgroupDirectory* v2 = FindV2(directories);
  if (v2 == nullptr || FindV1(directories, "cpuset") != nullptr) return true;
  utsname names;
  if (raw::Uname(&names).ok() && IsFrom(names.release, 6, 4)) return true;
  const absl::StatusOr<Cgroup> cgroup = Cgroup::Open(v2->path);
  if (!cgroup.ok()) return true;
  const absl::StatusOr<std::string> processors =
      cgroup->Read("cpuset.cpus.effective");
  const absl::StatusOr<std::string> nodes =
      cgroup->Read("cpuset.mems.effective");
  if (!processors.ok() || !nodes.ok()) return true;
  const absl::StatusOr<std::string> status =
      ReadWhole(AT_FDCWD, "/proc/self/status");
  return status.ok() && HasList(*status, "Cpus_allowed_list", *processors) &&
         HasList(*status, "Mems_allowed_list", *nodes);
}

}  // namespace chmdocker::cgroups
