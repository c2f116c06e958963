// Namespaces, and what is set in one of them.
#include <linux/if.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/spec/checks.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"

namespace chmdocker::spec {
namespace {

// UID_GID_MAP_MAX_EXTENTS of the kernel: user_namespaces(7).
constexpr size_t kMaxMappings = 340;

// Whether two of the ranges [start, start + size) have a number in common.
bool Overlap(std::vector<std::pair<uint32_t, uint32_t>> ranges) {
  std::sort(ranges.begin(), ranges.end());
  for (size_t i = 1; i < ranges.size(); ++i) {
    const auto& [start, size] = ranges[i - 1];
    if (uint64_t{start} + size > ranges[i].first) return true;
  }
  return false;
}

absl::Status CheckMappings(absl::string_view field,
                           const std::vector<IdMapping>& mappings) {
  if (mappings.size() > kMaxMappings) {
    return Wrong(field, "has more than 340 entries");
  }
  std::vector<std::pair<uint32_t, uint32_t>> inside;
  std::vector<std::pair<uint32_t, uint32_t>> outside;
  for (size_t i = 0; i < mappings.size(); ++i) {
    const IdMapping& mapping = mappings[i];
    const std::string element = absl::StrCat(field, "[", i, "]");
    if (mapping.size == 0) return Wrong(element, "has size 0");
    // The last number of all, (uid_t)-1, is nobody's.
    const uint64_t first = std::max(mapping.container_id, mapping.host_id);
    if (first + mapping.size > 0xffffffff) {
      return Wrong(element, "goes beyond 4294967294");
    }
    inside.emplace_back(mapping.container_id, mapping.size);
    outside.emplace_back(mapping.host_id, mapping.size);
  }
  if (Overlap(std::move(inside))) {
    return Wrong(field, "maps an ID of the container twice");
  }
  if (Overlap(std::move(outside))) {
    return Wrong(field, "maps an ID of the host twice");
  }
  return absl::OkStatus();
}

// The kernel would refuse it when the command is to be started: setresuid(2).
absl::Status CheckMapped(absl::string_view field, uint32_t id,
                         absl::string_view mappings_field,
                         const std::vector<IdMapping>& mappings) {
  for (const IdMapping& mapping : mappings) {
    if (id - mapping.container_id < mapping.size) return absl::OkStatus();
  }
  return Wrong(field, absl::StrCat(id),
               absl::StrCat("is in no range of ", mappings_field));
}

// dev_valid_name() of the kernel's net/core/dev.c.
bool IsInterfaceName(absl::string_view name) {
  return !name.empty() && name.size() < IFNAMSIZ && name != "." &&
         name != ".." &&
         std::none_of(
             name.begin(), name.end(),
             [](char c) {
               return c == '/' || c == ':' || c == '\0' ||
                      absl::ascii_isspace(static_cast<unsigned char>(c));
             });
}

}  // namespace

absl::Status CheckNamespaces(const ContainerSpec& spec) {
  CloneFlags seen = spec.namespaces;
  for (const JoinedNamespace& joined : spec.joined_namespaces) {
    CHM_RETURN_IF_ERROR(
        CheckAbsolutePath("linux.namespaces.path", joined.path));
    if (seen.has(joined.kind)) {
      return Wrong("linux.namespaces", joined.path,
                   "is a second namespace of its kind");
    }
    seen |= joined.kind;
  }
  for (const JoinedProcess& joined : spec.joined_processes) {
    if (seen.without(joined.namespaces) != seen) {
      return Wrong("linux.namespaces", "has two of a kind");
    }
    seen |= joined.namespaces;
  }
  return absl::OkStatus();
}

absl::Status CheckIdMappings(const ContainerSpec& spec) {
  if (spec.namespaces.has(kNewUser)) {
    if (spec.uid_mappings.empty() || spec.gid_mappings.empty()) {
      return Wrong(
          spec.uid_mappings.empty() ? "linux.uidMappings" : "linux.gidMappings",
          "is missing: a new user namespace needs it");
    }
  } else if (!HasNamespace(spec, kNewUser) &&
             (!spec.uid_mappings.empty() || !spec.gid_mappings.empty())) {
    return Wrong(
        spec.uid_mappings.empty() ? "linux.gidMappings" : "linux.uidMappings",
        "needs a user namespace");
  }
  CHM_RETURN_IF_ERROR(CheckMappings("linux.uidMappings", spec.uid_mappings));
  CHM_RETURN_IF_ERROR(CheckMappings("linux.gidMappings", spec.gid_mappings));
  if (spec.namespaces.has(kNewUser) && spec.process.user) {
    CHM_RETURN_IF_ERROR(CheckMapped("process.user.uid", spec.process.user->uid,
                                    "linux.uidMappings", spec.uid_mappings));
    CHM_RETURN_IF_ERROR(CheckMapped("process.user.gid", spec.process.user->gid,
                                    "linux.gidMappings", spec.gid_mappings));
  }
  for (size_t i = 0; i < spec.mounts.size(); ++i) {
    CHM_RETURN_IF_ERROR(
        InMount(i, CheckMappings(".uidMappings", spec.mounts[i].uid_mappings)));
    CHM_RETURN_IF_ERROR(
        InMount(i, CheckMappings(".gidMappings", spec.mounts[i].gid_mappings)));
  }
  return absl::OkStatus();
}

absl::Status CheckTimeOffsets(const ContainerSpec& spec) {
  const bool asked = spec.time_offsets.monotonic.has_value() ||
                     spec.time_offsets.boottime.has_value();
  if (!asked || HasNamespace(spec, kNewTime)) return absl::OkStatus();
  return Wrong("linux.timeOffsets", "needs a time namespace");
}

absl::Status CheckNetDevices(const ContainerSpec& spec) {
  if (spec.net_devices.empty()) return absl::OkStatus();
  if (!HasNamespace(spec, kNewNet)) {
    return Wrong("linux.netDevices", "needs a network namespace");
  }
  std::set<absl::string_view> names;
  for (const NetDevice& device : spec.net_devices) {
    const std::string field = absl::StrCat("linux.netDevices.", device.name);
    const absl::string_view inside =
        device.container_name.empty() ? device.name : device.container_name;
    for (const absl::string_view name :
         {absl::string_view(device.name), inside}) {
      if (!IsInterfaceName(name)) {
        return Wrong(field, name, "can't be the name of an interface");
      }
    }
    if (!names.insert(inside).second) {
      return Wrong(field, inside, "is the name of two interfaces");
    }
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::spec
