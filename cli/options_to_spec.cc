#include "cli/options_to_spec.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/limits_to_spec.h"
#include "cli/mounts_to_spec.h"
#include "cli/network_flags.h"
#include "cli/rights_to_spec.h"
#include "cli/run_options.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/join_wish.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/landlock.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/validate.h"

namespace chmdocker::cli {
namespace {

absl::string_view NameOf(absl::string_view entry) {
  return entry.substr(0, entry.find('='));
}

// Replaces the variable of that name, or adds it.
void SetVariable(std::vector<std::string>& environment, std::string entry) {
  for (std::string& old : environment) {
    if (NameOf(old) == NameOf(entry)) {
      old = std::move(entry);
      return;
    }
  }
  environment.push_back(std::move(entry));
}

std::optional<std::string> FindVariable(const Caller& caller,
                                        absl::string_view name) {
  for (const absl::string_view entry : caller.environment) {
    if (NameOf(entry) == name && absl::StrContains(entry, '=')) {
      return std::string(entry);
    }
  }
  return std::nullopt;
}

// docker's rules: NAME=value sets, NAME alone passes the caller's on, if any.
absl::Status ApplyEnv(const RunOptions& options, const Caller& caller,
                      std::vector<std::string>& environment) {
  for (const std::string& entry : options.env) {
    if (NameOf(entry).empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--env ", Quote(entry), ": wants NAME=value, or NAME alone"));
    }
    if (absl::StrContains(entry, '=')) {
      SetVariable(environment, entry);
    } else if (std::optional<std::string> inherited =
                   FindVariable(caller, entry)) {
      SetVariable(environment, *std::move(inherited));
    }
  }
  return absl::OkStatus();
}

// Entries without a name would be refused for the caller's sake; execve(2)
// allows them, and some shells hand them on.
std::vector<std::string> Inherited(const Caller& caller) {
  std::vector<std::string> environment;
  environment.reserve(caller.environment.size());
  for (const absl::string_view entry : caller.environment) {
    if (absl::StrContains(entry, '=') && !NameOf(entry).empty()) {
      environment.emplace_back(entry);
    }
  }
  return environment;
}

std::vector<std::string> FreshEnvironment(const RunOptions& options,
                                          const Caller& caller) {
  std::vector<std::string> environment = {
      absl::StrCat("PATH=", spec::kDefaultPath),
      "HOME=/root",
  };
  if (options.tty) {
    environment.push_back(FindVariable(caller, "TERM").value_or("TERM=xterm"));
  }
  return environment;
}

absl::StatusOr<std::string> RootPath(const std::string& path,
                                     const Caller& caller) {
  if (path.find_first_not_of('/') == std::string::npos) {
    return absl::InvalidArgumentError(
        "--rootfs \"/\": is the host's own root, which is used without "
        "--rootfs");
  }
  if (absl::StartsWith(path, "/")) return path;
  if (caller.working_directory.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--rootfs ", Quote(path),
        ": is relative, and the working directory has been removed"));
  }
  return absl::StrCat(caller.working_directory, "/", path);
}

// On the host's own root file system a path may be relative to the caller's
// directory, or that of --workdir.
absl::Status AddPaths(const char* flag, const std::vector<std::string>& paths,
                      const std::string& directory,
                      std::vector<std::string>& out) {
  for (const std::string& path : paths) {
    if (path[0] != '/' && directory.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(flag, Quote(path), ": wants an absolute path"));
    }
    out.push_back(path[0] == '/' ? path : absl::StrCat(directory, "/", path));
  }
  return absl::OkStatus();
}

absl::Status AddLandlock(const RunOptions& options, const Caller& caller,
                         spec::ContainerSpec& spec) {
  const spec::Landlock& wanted = options.landlock;
  if (!wanted.restricts_files() && !wanted.restricts_ports()) {
    return absl::OkStatus();
  }
  std::string directory = options.workdir;
  if (directory.empty() && options.rootfs.empty()) {
    directory = caller.working_directory;
  }
  spec::Landlock landlock = wanted;
  landlock.readable.clear();
  landlock.writable.clear();
  CHM_RETURN_IF_ERROR(
      AddPaths("--ro ", wanted.readable, directory, landlock.readable));
  CHM_RETURN_IF_ERROR(
      AddPaths("--rw ", wanted.writable, directory, landlock.writable));
  spec.landlock = std::move(landlock);
  spec.process.no_new_privileges = true;
  return absl::OkStatus();
}

absl::Status RemoveSharedMemory(const RunOptions& options,
                                spec::ContainerSpec& spec) {
  if (options.rootfs.empty()) {
    return absl::InvalidArgumentError(
        "--ipc none: needs an image or --rootfs DIR; without it the container "
        "has the host's /dev/shm");
  }
  std::erase_if(spec.mounts, [](const spec::Mount& mount) {
    return mount.destination == "/dev/shm";
  });
  return absl::OkStatus();
}

absl::Status UseHostNamespaces(const RunOptions& options,
                               spec::ContainerSpec& spec) {
  const CloneFlags host = options.host_namespaces;
  spec.namespaces = spec.namespaces.without(host);
  for (const container::JoinWish& join : options.joins) {
    spec.namespaces = spec.namespaces.without(join.kind);
  }
  if (host.has(kNewUser)) spec.user_namespace = spec::UserNamespace::kNever;
  if (host.has(kNewUts) && !spec.hostname.empty()) {
    return absl::InvalidArgumentError(
        "conflicting options: --hostname and --uts host");
  }
  // The host's own is in place already.
  if (host.has(kNewPid) && options.rootfs.empty()) spec.mounts.clear();
  if (!host.has(kNewIpc) && !options.no_shared_memory) return absl::OkStatus();
  if (options.limits.shm_size) {
    return absl::InvalidArgumentError(
        absl::StrCat("conflicting options: --shm-size and --ipc ",
                     options.no_shared_memory ? "none" : "host"));
  }
  if (options.no_shared_memory) return RemoveSharedMemory(options, spec);
  // A part of IPC that is no namespace's.
  for (spec::Mount& mount : spec.mounts) {
    if (mount.destination != "/dev/shm") continue;
    mount.bind = true;
    mount.source = mount.destination;
  }
  return absl::OkStatus();
}

// Who joins a network has the names of its owner. With docker's words.
absl::Status CheckNetwork(const RunOptions& options) {
  const NetworkFlags& flags = options.network;
  if (container::FindJoin(options.joins, kNewNet) == nullptr || flags.empty()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      flags.hosts.empty()
          ? "conflicting options: dns and the network mode"
          : "conflicting options: custom host-to-IP mapping and the network "
            "mode");
}

// What the specification would call by the names of OCI's fields.
absl::Status CheckOptions(const RunOptions& options) {
  if (options.command.empty() || options.command[0].empty()) {
    return absl::InvalidArgumentError("Missing container command");
  }
  if (options.readonly && options.rootfs.empty()) {
    return absl::InvalidArgumentError(
        "--read-only: needs --rootfs DIR; the host's own root can't be made "
        "read-only");
  }
  if (!options.workdir.empty() && options.workdir[0] != '/') {
    return absl::InvalidArgumentError(absl::StrCat(
        "--workdir ", Quote(options.workdir), ": wants an absolute path"));
  }
  if (options.hostname.size() > spec::kMaxHostname) {
    return absl::InvalidArgumentError(
        absl::StrCat("--hostname ", Quote(options.hostname),
                     ": is longer than ", spec::kMaxHostname, " bytes"));
  }
  return CheckNetwork(options);
}

}  // namespace

absl::StatusOr<spec::ContainerSpec> OptionsToSpec(const RunOptions& options,
                                                  const Caller& caller) {
  CHM_RETURN_IF_ERROR(CheckOptions(options));
  const bool has_rootfs = !options.rootfs.empty();
  spec::ContainerSpec spec =
      has_rootfs ? spec::ConfinedDefaults() : spec::TutorialDefaults();
  if (has_rootfs) {
    CHM_ASSIGN_OR_RETURN(spec.root.path, RootPath(options.rootfs, caller));
  }
  for (spec::Mount& mount : spec.mounts) {
    mount.may_be_weaker = !options.require_fresh_proc;
  }
  spec.root.readonly = options.readonly;
  spec.root.overlay_layers = options.overlay_layers;
  spec.hostname = options.hostname;
  spec.process.args = options.command;
  spec.process.terminal = options.tty;
  spec.process.stdin_open = options.interactive;
  spec.process.init = options.init;
  if (!options.workdir.empty()) spec.process.cwd = options.workdir;
  spec.process.env =
      has_rootfs ? FreshEnvironment(options, caller) : Inherited(caller);
  if (!options.rights.user.empty()) {
    // It is another user's; AddHostRights knows whose.
    std::erase_if(spec.process.env, [](const std::string& entry) {
      return NameOf(entry) == "HOME";
    });
  }
  for (const std::string& entry : options.image_env) {
    if (absl::StrContains(entry, '=') && !NameOf(entry).empty()) {
      SetVariable(spec.process.env, entry);
    }
  }
  CHM_RETURN_IF_ERROR(ApplyEnv(options, caller, spec.process.env));
  RightsToSpec(options.rights, spec);
  CHM_RETURN_IF_ERROR(LimitsToSpec(options.limits, spec));
  CHM_RETURN_IF_ERROR(UseHostNamespaces(options, spec));
  CHM_RETURN_IF_ERROR(
      MountsToSpec(options.mounts, caller.working_directory, spec));
  CHM_RETURN_IF_ERROR(AddLandlock(options, caller, spec));
  return spec;
}

}  // namespace chmdocker::cli
