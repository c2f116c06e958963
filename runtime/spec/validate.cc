#include "runtime/spec/validate.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/checks.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"

namespace chmdocker::spec {
namespace {

absl::Status CheckArgs(const ContainerSpec& spec) {
  const std::vector<std::string>& args = spec.process.args;
  if (args.empty() || args[0].empty()) {
    return absl::InvalidArgumentError("process.args: there is no command");
  }
  for (size_t i = 0; i < args.size(); ++i) {
    CHM_RETURN_IF_ERROR(
        CheckText(absl::StrCat("process.args[", i, "]"), args[i]));
  }
  return absl::OkStatus();
}

absl::Status CheckEnv(const ContainerSpec& spec) {
  for (size_t i = 0; i < spec.process.env.size(); ++i) {
    const std::string& entry = spec.process.env[i];
    const std::string field = absl::StrCat("process.env[", i, "]");
    CHM_RETURN_IF_ERROR(CheckText(field, entry));
    const size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Wrong(field, entry, "is not of the form NAME=value");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCwd(const ContainerSpec& spec) {
  if (spec.process.cwd.empty() && spec.root.path.empty()) {
    return absl::OkStatus();
  }
  return CheckAbsolutePath("process.cwd", spec.process.cwd);
}

// A restriction that is not planned must not go unnoticed.
absl::Status CheckLandlock(const ContainerSpec& spec) {
  if (!spec.landlock || spec.process.no_new_privileges) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--ro, --rw, --net-connect and --net-bind: the kernel wants no_new_privs "
      "for them, which is turned off");
}

absl::Status CheckRoot(const ContainerSpec& spec) {
  if (spec.root.path.empty()) {
    if (!spec.root.readonly) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "root.readonly: needs a root file system; the host's own root can't be "
        "made read-only");
  }
  CHM_RETURN_IF_ERROR(CheckAbsolutePath("root.path", spec.root.path));
  if (spec.root.path.find_first_not_of('/') == std::string::npos) {
    return Wrong("root.path", spec.root.path,
                 "is the host's own root directory");
  }
  if (HasNamespace(spec, kNewMount)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "root.path: would become the host's root: it needs a mount namespace");
}

absl::Status CheckHostname(const ContainerSpec& spec) {
  if (spec.hostname.empty()) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(CheckText("hostname", spec.hostname));
  if (spec.hostname.size() > kMaxHostname) {
    return Wrong("hostname", spec.hostname, "is longer than 64 bytes");
  }
  if (!HasNamespace(spec, kNewUts)) {
    return Wrong("hostname", spec.hostname,
                 "would change the host's name: it needs a new uts namespace");
  }
  return absl::OkStatus();
}

absl::Status CheckDomainname(const ContainerSpec& spec) {
  if (spec.domainname.empty()) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(CheckText("domainname", spec.domainname));
  if (spec.domainname.size() > kMaxHostname) {
    return Wrong("domainname", spec.domainname, "is longer than 64 bytes");
  }
  if (!HasNamespace(spec, kNewUts)) {
    return Wrong("domainname", spec.domainname,
                 "would change the host's: it needs a new uts namespace");
  }
  return absl::OkStatus();
}

// Files of /proc that may be covered one by one, to show a container's own
// values. Over anything else of it a mount could take the place of what hides
// or protects a part of the kernel, or what the runtime itself writes to
// (CVE-2019-16884).
constexpr absl::string_view kProcFiles[] = {
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/net/dev",
    "/proc/slabinfo",
    "/proc/stat",
    "/proc/swaps",
    "/proc/sys/crypto/fips_enabled",
    "/proc/sys/kernel/ns_last_pid",
    "/proc/uptime",
};

absl::Status CheckDestination(const Mount& mount) {
  constexpr char kField[] = ".destination";
  CHM_RETURN_IF_ERROR(CheckAbsolutePath(kField, mount.destination));
  const std::string destination = path::CleanPath(mount.destination);
  if (destination == "/" && !mount.flags.has(kMountRemount)) {
    return Wrong(kField, mount.destination, "is the root directory itself");
  }
  if (destination == "/proc" && !mount.bind && mount.type != "proc" &&
      !mount.flags.has(kMountRemount)) {
    return Wrong(kField, mount.destination,
                 "can only be a file system of type proc, or a bind mount of "
                 "one");
  }
  if (destination == "/proc" || !path::IsWithin(destination, "/proc")) {
    return absl::OkStatus();
  }
  for (const absl::string_view file : kProcFiles) {
    if (destination == file) return absl::OkStatus();
  }
  return Wrong(kField, mount.destination,
               "is inside /proc, where only single files such as "
               "/proc/cpuinfo, meminfo and uptime can be mounted on");
}

absl::Status CheckMountOptions(const Mount& mount) {
  const auto wrong = [&](absl::string_view rule) { return Wrong("", rule); };
  if (mount.bind && mount.source.empty() && !mount.flags.has(kMountRemount)) {
    return wrong("a bind mount needs a source");
  }
  if (mount.copy_up && mount.type != "tmpfs") {
    return wrong("tmpcopyup is for file systems of type tmpfs only");
  }
  if (mount.id_mapped != IdMapped::kNo && !mount.bind) {
    return wrong("only bind mounts can be ID-mapped");
  }
  if (mount.uid_mappings.empty() != mount.gid_mappings.empty()) {
    return wrong("uidMappings and gidMappings come together");
  }
  return absl::OkStatus();
}

absl::Status CheckMount(const Mount& mount) {
  CHM_RETURN_IF_ERROR(CheckDestination(mount));
  CHM_RETURN_IF_ERROR(CheckMountOptions(mount));
  CHM_RETURN_IF_ERROR(CheckText(".type", mount.type));
  CHM_RETURN_IF_ERROR(CheckText(".source", mount.source));
  return CheckText(".options", mount.data);
}

absl::Status CheckMounts(const ContainerSpec& spec) {
  for (size_t i = 0; i < spec.mounts.size(); ++i) {
    CHM_RETURN_IF_ERROR(InMount(i, CheckMount(spec.mounts[i])));
  }
  if (HasNamespace(spec, kNewMount) || spec.mounts.empty()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "mounts: would be mounted on the host: they need a mount namespace");
}

absl::Status CheckPaths(const ContainerSpec& spec) {
  for (const std::string& path : spec.masked_paths) {
    CHM_RETURN_IF_ERROR(CheckAbsolutePath("linux.maskedPaths", path));
  }
  for (const std::string& path : spec.readonly_paths) {
    CHM_RETURN_IF_ERROR(CheckAbsolutePath("linux.readonlyPaths", path));
  }
  for (const Device& device : spec.devices) {
    CHM_RETURN_IF_ERROR(CheckAbsolutePath("linux.devices.path", device.path));
  }
  for (const Symlink& symlink : spec.symlinks) {
    CHM_RETURN_IF_ERROR(CheckAbsolutePath("symlink", symlink.path));
  }
  return absl::OkStatus();
}

// What is made in the rootfs would be made on the host without one.
absl::Status CheckRootfsContent(const ContainerSpec& spec) {
  if (!spec.root.path.empty() ||
      (spec.devices.empty() && spec.symlinks.empty() &&
       spec.masked_paths.empty() && spec.readonly_paths.empty())) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "linux: devices, masked and read-only paths need a root file system");
}

constexpr absl::Status (*kChecks[])(const ContainerSpec&) = {
    CheckArgs,          CheckEnv,          CheckCwd,        CheckRoot,
    CheckHostname,      CheckDomainname,   CheckMounts,     CheckPaths,
    CheckRootfsContent, CheckNamespaces,   CheckIdMappings, CheckTimeOffsets,
    CheckNetDevices,    CheckSysctl,       CheckRlimits,    CheckScheduler,
    CheckResources,     CheckMemoryPolicy, CheckHooks,      CheckLandlock,
};

}  // namespace

absl::Status Validate(const ContainerSpec& spec) {
  for (const auto check : kChecks) CHM_RETURN_IF_ERROR(check(spec));
  return absl::OkStatus();
}

}  // namespace chmdocker::spec
