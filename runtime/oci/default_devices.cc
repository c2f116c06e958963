#include "runtime/oci/default_devices.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/oci/bundle_path.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"

namespace chmdocker::oci {
namespace {

using spec::ContainerSpec;
using spec::Device;
using spec::Mount;
using spec::Symlink;

// "/dev/" as "/dev".
std::string Clean(absl::string_view path) {
  return PathInBundle("/", absl::StripPrefix(path, "/"));
}

bool HasHostsDev(const ContainerSpec& spec) {
  return std::any_of(spec.mounts.begin(), spec.mounts.end(),
                     [](const Mount& mount) {
                       return mount.bind && Clean(mount.destination) == "/dev";
                     });
}

// Where the configuration puts something itself.
std::vector<std::string> TakenPaths(const ContainerSpec& spec) {
  std::vector<std::string> taken;
  taken.reserve(spec.mounts.size() + spec.devices.size());
  for (const Mount& mount : spec.mounts) {
    taken.push_back(Clean(mount.destination));
  }
  for (const Device& device : spec.devices) {
    taken.push_back(Clean(device.path));
  }
  return taken;
}

}  // namespace

void AddDefaultDevices(ContainerSpec& spec) {
  if (HasHostsDev(spec)) {
    const auto in_dev = [](const Device& device) {
      return absl::StartsWith(Clean(device.path), "/dev/");
    };
    spec.devices.erase(
        std::remove_if(spec.devices.begin(), spec.devices.end(), in_dev),
        spec.devices.end());
    return;
  }
  const std::vector<std::string> taken = TakenPaths(spec);
  const auto is_taken = [&](const std::string& path) {
    return std::find(taken.begin(), taken.end(), path) != taken.end();
  };
  ContainerSpec defaults = spec::RootfsDefaults();
  for (Symlink& symlink : defaults.symlinks) {
    if (!is_taken(symlink.path)) {
      spec.symlinks.push_back(std::move(symlink));
    }
  }
  std::vector<Device> devices;
  for (Device& device : defaults.devices) {
    if (!is_taken(device.path)) devices.push_back(std::move(device));
  }
  for (Device& device : spec.devices) devices.push_back(std::move(device));
  spec.devices = std::move(devices);
}

}  // namespace chmdocker::oci
