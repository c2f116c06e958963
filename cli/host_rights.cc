#include "cli/host_rights.h"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/host_limits.h"
#include "cli/rights.h"
#include "runtime/base/kernel_version.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/oci/seccomp_profile.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/process.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/users/user_files.h"
#include "runtime/users/users.h"

namespace chmdocker::cli {
namespace {

absl::Status OfFlag(absl::string_view flag, absl::string_view value,
                    const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(flag, " ", Quote(value), ": ",
                                                  status.message()));
}

absl::StatusOr<users::UserFiles> FilesOf(const spec::Root& root) {
  const std::string path = root.path.empty() ? "/" : root.path;
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd directory,
      sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_PATH | O_DIRECTORY),
                  sys::Quoted(path)));
  return users::ReadUserFiles(directory.get());
}

// In the tutorial's form without --user.
spec::User Caller() {
  spec::User user;
  user.uid = geteuid();
  user.gid = getegid();
  user.additional_gids.resize(
      static_cast<size_t>(std::max(0, getgroups(0, nullptr))));
  const int count = getgroups(static_cast<int>(user.additional_gids.size()),
                              user.additional_gids.data());
  user.additional_gids.resize(static_cast<size_t>(std::max(0, count)));
  // Whoever is not root becomes so in a user namespace.
  if (user.uid != 0) user.uid = user.gid = 0;
  return user;
}

void SetHome(const std::string& home, std::vector<std::string>& environment) {
  const bool is_set = std::any_of(environment.begin(), environment.end(),
                                  [](const std::string& entry) {
                                    return absl::StartsWith(entry, "HOME=");
                                  });
  if (!is_set) environment.push_back(absl::StrCat("HOME=", home));
}

absl::Status AddGroups(const std::vector<std::string>& wanted,
                       const users::UserFiles& files, spec::User& user) {
  for (const std::string& name : wanted) {
    const absl::StatusOr<uint32_t> gid = users::FindGroup(name, files.group);
    if (!gid.ok()) return OfFlag("--group-add", name, gid.status());
    std::vector<uint32_t>& gids = user.additional_gids;
    if (std::find(gids.begin(), gids.end(), *gid) == gids.end()) {
      gids.push_back(*gid);
    }
  }
  return absl::OkStatus();
}

absl::Status SetUser(const Rights& rights, const users::UserFiles& files,
                     spec::ContainerSpec& spec) {
  spec::Process& process = spec.process;
  if (!rights.user.empty()) {
    absl::StatusOr<users::Account> account =
        users::FindAccount(rights.user, files.passwd, files.group);
    if (!account.ok()) return OfFlag("--user", rights.user, account.status());
    process.user = std::move(account->user);
    // Nobody has asked for them by name.
    process.user->groups_optional = rights.groups.empty();
    SetHome(account->home, process.env);
  } else if (!process.user) {
    process.user = Caller();
  }
  if (process.capabilities) {
    const spec::CapabilitySet optional = process.capabilities->optional;
    process.capabilities =
        spec::CapabilitiesOf(process.capabilities->bounding, process.user->uid);
    process.capabilities->optional = optional;
  }
  return AddGroups(rights.groups, files, *process.user);
}

absl::StatusOr<spec::Seccomp> ReadProfile(const std::string& path,
                                          const spec::Process& process) {
  constexpr size_t kMost = size_t{16} << 20;
  CHM_ASSIGN_OR_RETURN(const std::string text, sys::ReadFile(path, kMost));
  utsname names = {};
  (void)uname(&names);
  CHM_ASSIGN_OR_RETURN(
      spec::Seccomp profile,
      oci::ParseSeccompProfile(
          text,
          process.capabilities ? process.capabilities->bounding
                               : ~spec::CapabilitySet{0},
          ParseKernelVersion(names.release).value_or(KernelVersion())));
  if (!profile.listener_path.empty()) {
    return absl::InvalidArgumentError(
        "listenerPath: nobody listens to a container of run COMMAND; bundles "
        "have listeners");
  }
  return profile;
}

absl::Status SetProfile(const std::string& path, spec::ContainerSpec& spec) {
  if (path.empty() || path == "builtin" || path == "unconfined") {
    return absl::OkStatus();
  }
  absl::StatusOr<spec::Seccomp> profile = ReadProfile(path, spec.process);
  if (!profile.ok()) {
    return OfFlag("--security-opt", absl::StrCat("seccomp=", path),
                  profile.status());
  }
  spec.seccomp = *std::move(profile);
  return absl::OkStatus();
}

}  // namespace

absl::Status AddHostRights(const Rights& rights, const users::UserFiles* files,
                           spec::ContainerSpec& spec) {
  if (!rights.user.empty() || !rights.groups.empty()) {
    users::UserFiles read;
    if (files == nullptr) {
      CHM_ASSIGN_OR_RETURN(read, FilesOf(spec.root));
      files = &read;
    }
    CHM_RETURN_IF_ERROR(SetUser(rights, *files, spec));
  }
  CHM_RETURN_IF_ERROR(SetProfile(rights.security.seccomp, spec));
  return rights.privileged ? AddAllDevices(spec) : absl::OkStatus();
}

}  // namespace chmdocker::cli
