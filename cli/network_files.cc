#include "cli/network_files.h"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/host_mounts.h"
#include "cli/network_flags.h"
#include "cli/network_texts.h"
#include "cli/run_options.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/own_files.h"
#include "runtime/container/run.h"
#include "runtime/path/in_root.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::cli {
namespace {

constexpr char kHosts[] = "/etc/hosts";
constexpr char kHostname[] = "/etc/hostname";
constexpr char kResolver[] = "/etc/resolv.conf";
// With the servers that systemd-resolved asks itself.
constexpr char kBehindStub[] = "/run/systemd/resolve/resolv.conf";

UniqueFd OpenRoot(const spec::ContainerSpec& spec) {
  // Whether the root is there is the set-up's own to tell.
  return UniqueFd(
      raw::OpenAt(AT_FDCWD, spec.root.path.c_str(), O_PATH | O_DIRECTORY).fd());
}

// Whether it is in an image whose /etc is there, or can be made in that.
bool CanBeTarget(int root, const char* path) {
  const UniqueFd found(path::OpenInRoot(root, path, O_PATH).fd());
  if (found.valid()) return true;
  const UniqueFd etc(
      path::OpenInRoot(root, "/etc", O_RDONLY | O_DIRECTORY).fd());
  return etc.valid() && faccessat(etc.get(), ".", W_OK, AT_EACCESS) == 0;
}

// The host's files themselves.
void ShowHosts(const RunOptions& options, spec::ContainerSpec& spec) {
  if (!options.host_namespaces.has(kNewNet) || spec.root.path.empty()) return;
  const UniqueFd root = OpenRoot(spec);
  if (!root.valid()) return;
  for (const char* path : {kHosts, kResolver}) {
    if (IsCovered(path, spec.mounts) || IsMissing(path) ||
        !CanBeTarget(root.get(), path)) {
      continue;
    }
    spec::Mount mount = {
        path, "bind", path,
        kMountReadonly | kMountNosuid | kMountNodev | kMountNoexec, ""};
    mount.bind = true;
    spec.mounts.push_back(std::move(mount));
  }
}

// A volume of the image's is one of its directories.
bool IsTaken(absl::string_view path, const spec::ContainerSpec& spec) {
  return std::any_of(
      spec.mounts.begin(), spec.mounts.end(), [&](const spec::Mount& mount) {
        return path == mount.destination ||
               (!mount.fills_source && path::IsWithin(path, mount.destination));
      });
}

class OwnFiles {
 public:
  OwnFiles(const container::Runtime& runtime, const RunOptions& options,
           const spec::ContainerSpec& spec, container::Wishes& wishes)
      : runtime_(runtime),
        flags_(options.network),
        spec_(spec),
        wishes_(wishes),
        has_image_(!options.image.empty()),
        is_kept_(has_image_ || options.keeping.detach),
        has_hosts_network_(options.host_namespaces.has(kNewNet)) {}

  absl::Status AddAll() {
    const bool has_root = !spec_.root.path.empty();
    if (!has_image_ && has_root) root_ = OpenRoot(spec_);
    if (Shall(kHosts, !flags_.hosts.empty())) {
      Add("hosts", Hosts(), !flags_.hosts.empty(), /*of_network=*/true);
    }
    if (Shall(kResolver, flags_.changes_resolver())) {
      Add("resolv.conf", Resolver(), flags_.changes_resolver(),
          /*of_network=*/true);
    }
    if (Shall(kHostname, false)) {
      Add("hostname", Hostname() + "\n", /*wanted=*/false,
          /*of_network=*/false);
    }
    if (has_root) return absl::OkStatus();
    return CheckPlaces();
  }

 private:
  // On the host's root file system only what a flag wants.
  bool Shall(const char* path, bool wanted) const {
    if (IsTaken(path, spec_)) return false;
    return has_image_ || wanted ||
           (root_.valid() && CanBeTarget(root_.get(), path));
  }

  void Add(const char* name, std::string content, bool wanted,
           bool of_network) {
    container::OwnFile file;
    file.name = name;
    file.content = std::move(content);
    // Below --root, which is small and everybody's, nothing is written.
    file.readonly = spec_.root.readonly || !is_kept_;
    file.optional = !wanted;
    file.of_network = of_network;
    wishes_.files.push_back(std::move(file));
  }

  absl::Status CheckPlaces() const {
    for (const container::OwnFile& file : wishes_.files) {
      const std::string path = absl::StrCat("/etc/", file.name);
      if (!IsMissing(path)) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          file.name == "hosts" ? "--add-host" : "--dns", ": this host has no ",
          path,
          " in whose place the container's could be shown; make one, or "
          "use an image or --rootfs"));
    }
    return absl::OkStatus();
  }

  std::string Hostname() const {
    if (!spec_.hostname.empty()) return spec_.hostname;
    utsname names;
    return uname(&names) == 0 ? names.nodename : "";
  }

  std::string OfHost(const char* path, size_t most) const {
    absl::StatusOr<std::string> content = sys::ReadFile(path, most);
    if (content.ok()) return *std::move(content);
    if (!IsMissing(path)) {
      runtime_.warn(absl::StrCat("the container gets nothing of the host's ",
                                 path, ": ", content.status().message()));
    }
    return "";
  }

  // Programs as sudo look for the host that they are on. In the host's network
  // it is the host, which knows itself.
  std::string Hosts() const {
    constexpr size_t kMost = 16 << 20;  // lists of what is not to be found
    const bool own_root = !spec_.root.path.empty();
    std::string base = kLocalHosts;
    if (has_hosts_network_ || !own_root) {
      std::string host = OfHost(kHosts, kMost);
      if (!host.empty()) base = std::move(host);
    }
    if (has_hosts_network_) return HostsText(flags_, base, "");
    return HostsText(flags_, base, own_root ? Hostname() : spec_.hostname);
  }

  std::string Resolver() const {
    constexpr size_t kMost = 1 << 20;
    std::string host = OfHost(kResolver, kMost);
    if (!has_hosts_network_ && IsStubOnly(host)) {
      std::string behind = OfHost(kBehindStub, kMost);
      if (!behind.empty()) host = std::move(behind);
    }
    return ResolverText(flags_, host, has_hosts_network_);
  }

  const container::Runtime& runtime_;
  const NetworkFlags& flags_;
  const spec::ContainerSpec& spec_;
  container::Wishes& wishes_;
  const bool has_image_;
  const bool is_kept_;
  const bool has_hosts_network_;
  UniqueFd root_;  // of --rootfs
};

}  // namespace

absl::Status AddNetworkFiles(const container::Runtime& runtime,
                             const RunOptions& options,
                             spec::ContainerSpec& spec,
                             container::Wishes& wishes) {
  if (options.image.empty() && options.network.empty()) {
    ShowHosts(options, spec);
    return absl::OkStatus();
  }
  return OwnFiles(runtime, options, spec, wishes).AddAll();
}

}  // namespace chmdocker::cli
