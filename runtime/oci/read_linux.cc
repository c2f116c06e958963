#include "runtime/oci/read_linux.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/oci/id_mappings.h"
#include "runtime/oci/json.h"
#include "runtime/oci/linux_names.h"
#include "runtime/oci/mount_options.h"
#include "runtime/oci/names.h"
#include "runtime/oci/number_list.h"
#include "runtime/oci/read_resources.h"
#include "runtime/oci/read_seccomp.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::oci {
namespace {

using spec::ContainerSpec;
using spec::DeviceKind;

void ReadNamespaces(const Value& value, ContainerSpec& spec) {
  CloneFlags seen;
  value.ForEachElement([&](const Value& element) {
    const Value type = element.Member("type");
    uint64_t bits = 0;
    if (!type.Required().ReadName(NamespaceNames(), &bits)) return;
    const CloneFlags kind(bits);
    if (seen.has(kind)) return type.Fail("names a namespace a second time");
    seen |= kind;
    std::string path;
    element.Member("path").Read(&path);
    if (path.empty()) {
      spec.namespaces |= kind;
    } else {
      spec.joined_namespaces.push_back({kind, std::move(path)});
    }
  });
}

void ReadTimeOffset(const Value& value, std::optional<spec::TimeOffset>& to) {
  if (!value.present()) return;
  spec::TimeOffset& offset = to.emplace();
  value.Member("secs").Read(&offset.seconds);
  value.Member("nanosecs").Read(&offset.nanoseconds, 0, 999'999'999);
}

void ReadTimeOffsets(const Value& value, spec::TimeOffsets& offsets) {
  value.ForEachMember([&](absl::string_view clock, const Value& member) {
    if (clock == "monotonic") {
      ReadTimeOffset(member, offsets.monotonic);
    } else if (clock == "boottime") {
      ReadTimeOffset(member, offsets.boottime);
    } else {
      member.Fail(
          "is no clock of a time namespace; monotonic and boottime are");
    }
  });
}

constexpr NamedValue kDeviceKinds[] = {
    {"b", static_cast<uint64_t>(DeviceKind::kBlock)},
    {"c", static_cast<uint64_t>(DeviceKind::kCharacter)},
    {"p", static_cast<uint64_t>(DeviceKind::kFifo)},
    {"u", static_cast<uint64_t>(DeviceKind::kCharacter)},
};

// What mknod(2) takes: MINORBITS of <linux/kdev_t.h> is 20.
constexpr uint32_t kMaxMajor = 0xfff;
constexpr uint32_t kMaxMinor = 0xfffff;
constexpr uint32_t kMaxId = 0xfffffffe;

void ReadDevice(const Value& value, spec::Device& device) {
  value.Member("path").Required().Read(&device.path);
  uint8_t kind = 0;
  if (value.Member("type").Required().ReadName(kDeviceKinds, &kind)) {
    device.kind = static_cast<DeviceKind>(kind);
  }
  value.Member("major").Read(&device.major, 0, kMaxMajor);
  value.Member("minor").Read(&device.minor, 0, kMaxMinor);
  // Engines leave the bits of the file's type in it.
  if (value.Member("fileMode").Read(&device.permissions)) {
    device.permissions &= 07777;
  }
  value.Member("uid").Read(&device.uid, 0, kMaxId);
  value.Member("gid").Read(&device.gid, 0, kMaxId);
}

void ReadNetDevices(const Value& value, std::vector<spec::NetDevice>& devices) {
  value.ForEachMember([&](absl::string_view name, const Value& member) {
    spec::NetDevice device;
    device.name = std::string(name);
    member.Member("name").Read(&device.container_name);
    devices.push_back(std::move(device));
  });
}

void ReadRootfsPropagation(const Value& value, MountFlags& propagation) {
  std::string name;
  if (!value.Read(&name) || name.empty()) return;
  const std::optional<MountFlags> flags = FindPropagation(name);
  if (!flags.has_value()) {
    return value.Fail(absl::StrCat("unknown ", Quote(name)));
  }
  propagation = *flags;
}

void ReadPersonality(const Value& value, std::optional<uint32_t>& personality) {
  if (!value.present()) return;
  value.Member("domain").Required().ReadName(PersonalityNames(),
                                             &personality.emplace());
  // The specification names none so far.
  value.Member("flags").ForEachElement(
      [](const Value& element) { element.Refuse("is no known flag"); });
}

// MAX_NUMNODES is 1 << CONFIG_NODES_SHIFT, at most 10.
constexpr uint32_t kMaxNode = 1023;

void ReadMemoryPolicy(const Value& value,
                      std::optional<spec::MemoryPolicy>& to) {
  if (!value.present()) return;
  spec::MemoryPolicy& policy = to.emplace();
  value.Member("mode").Required().ReadName(MemoryPolicyModeNames(),
                                           &policy.mode);
  value.Member("flags").ReadNames(MemoryPolicyFlagNames(), &policy.flags);
  const Value nodes = value.Member("nodes");
  std::string text;
  if (!nodes.Read(&text)) return;
  std::optional<std::vector<uint64_t>> list = ParseNumberList(text, kMaxNode);
  if (list.has_value()) {
    policy.nodes = *std::move(list);
  } else {
    nodes.FailWith(text, "is no list of memory nodes, for example \"0-3,7\"");
  }
}

}  // namespace

void ReadLinux(const Value& value, ContainerSpec& spec) {
  if (!value.present()) return;
  ReadNamespaces(value.Member("namespaces"), spec);
  ReadIdMappings(value.Member("uidMappings"), spec.uid_mappings);
  ReadIdMappings(value.Member("gidMappings"), spec.gid_mappings);
  ReadTimeOffsets(value.Member("timeOffsets"), spec.time_offsets);
  value.Member("devices").ForEachElement([&](const Value& element) {
    spec::Device device;
    ReadDevice(element, device);
    spec.devices.push_back(std::move(device));
  });
  ReadNetDevices(value.Member("netDevices"), spec.net_devices);
  value.Member("cgroupsPath").Read(&spec.cgroups_path);
  ReadResources(value.Member("resources"), spec.resources);
  ReadRootfsPropagation(value.Member("rootfsPropagation"),
                        spec.rootfs_propagation);
  ReadSeccomp(value.Member("seccomp"), spec.seccomp);
  value.Member("sysctl").Read(&spec.sysctl);
  value.Member("maskedPaths").Read(&spec.masked_paths);
  value.Member("readonlyPaths").Read(&spec.readonly_paths);
  value.Member("mountLabel").Read(&spec.mount_label);
  ReadPersonality(value.Member("personality"), spec.personality);
  ReadMemoryPolicy(value.Member("memoryPolicy"), spec.memory_policy);
  value.Member("intelRdt").Refuse("is not supported");
}

}  // namespace chmdocker::oci
