#include "runtime/container/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/host/abilities.h"
#include "runtime/host/diagnose.h"
#include "runtime/host/facts.h"
#include "runtime/host/findings.h"
#include "runtime/host/try_abilities.h"
#include "runtime/namespaces/id_maps.h"
#include "runtime/namespaces/range_maps.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::container {
namespace {

// Of a user namespace that a child is in until it is told enough.
int TryIdRanges(const host::HostFacts& facts, const host::IdRanges& ranges) {
  const raw::Result made =
      raw::Call(SYS_clone, kNewUser.bits() | SIGCHLD, 0, 0, 0, 0);
  if (!made.ok()) return made.error();
  if (made.value == 0) {
    (void)raw::SetParentDeathSignal(SIGKILL);
    for (;;) pause();
  }
  const pid_t child = static_cast<pid_t>(made.value);
  absl::Status mapped = namespaces::WriteUserMap(
      child, namespaces::RangeMap(facts.uid, ranges.users));
  if (mapped.ok()) {
    mapped = namespaces::WriteGroupMap(
        child, namespaces::RangeMap(facts.gid, ranges.groups));
  }
  (void)raw::Kill(child, SIGKILL);
  (void)raw::Call(SYS_wait4, child, nullptr, 0, nullptr);
  return mapped.ok() ? 0 : EPERM;
}

// Below the caller's own cgroup, where those of containers are.
int TryCgroup(const std::string& directory) {
  const std::string path =
      absl::StrCat(directory, "/chmdocker-doctor-", getpid());
  const raw::Result made = raw::MkdirAt(AT_FDCWD, path.c_str(), 0755);
  if (!made.ok()) return made.error();
  return raw::UnlinkAt(AT_FDCWD, path.c_str(), AT_REMOVEDIR).error();
}

host::CgroupAbility Examine(const host::CgroupDirectory& mounted) {
  host::CgroupAbility ability;
  ability.controllers = mounted.controllers;
  ability.v2 = mounted.controllers.empty();
  if (mounted.own.empty()) return ability;
  ability.directory = mounted.own == "/"
                          ? mounted.path
                          : absl::StrCat(mounted.path, mounted.own);
  ability.error = TryCgroup(ability.directory);
  if (!ability.v2) return ability;
  const absl::StatusOr<std::string> controllers =
      sys::ReadSmallFile(ability.directory + "/cgroup.controllers");
  if (controllers.ok()) {
    ability.controllers = absl::StripTrailingAsciiWhitespace(*controllers);
  }
  return ability;
}

}  // namespace

absl::StatusOr<host::Findings> Doctor() {
  CHM_ASSIGN_OR_RETURN(host::Abilities abilities, host::TryAbilities());
  if (!abilities.facts.can_make_namespaces &&
      abilities.ranges.problem.empty()) {
    abilities[host::Trial::kIdRanges] =
        TryIdRanges(abilities.facts, abilities.ranges);
  }
  CHM_ASSIGN_OR_RETURN(const std::vector<host::CgroupDirectory> hierarchies,
                       cgroups::FindHierarchies());
  for (const host::CgroupDirectory& mounted : hierarchies) {
    abilities.cgroups.push_back(Examine(mounted));
  }
  return host::Judge(abilities, host::ReadSetting);
}

}  // namespace chmdocker::container
