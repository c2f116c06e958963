#include "runtime/oci/spec_template.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/json_writer.h"
#include "runtime/oci/version.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"

namespace chmdocker::oci {
namespace {

using Rootless = std::optional<RootlessUser>;

constexpr absl::string_view kCapabilities[] = {
    "CAP_AUDIT_WRITE",
    "CAP_KILL",
    "CAP_NET_BIND_SERVICE",
};

void WriteProcess(JsonWriter& json) {
  json.Key("process").BeginObject();
  json.Key("terminal").Bool(true);
  json.Key("user").BeginObject();
  json.Key("uid").Number(0);
  json.Key("gid").Number(0);
  json.EndObject();
  json.Key("args").BeginArray();
  json.String("sh");
  json.EndArray();
  json.Key("env").BeginArray();
  json.String(absl::StrCat("PATH=", spec::kDefaultPath));
  json.String("TERM=xterm");
  json.EndArray();
  json.Key("cwd").String("/");
  json.Key("capabilities").BeginObject();
  for (const char* const set : {"bounding", "effective", "permitted"}) {
    json.Key(set).Strings(kCapabilities);
  }
  json.EndObject();
  json.Key("rlimits").BeginArray();
  json.BeginObject();
  json.Key("type").String("RLIMIT_NOFILE");
  json.Key("hard").Number(1024);
  json.Key("soft").Number(1024);
  json.EndObject();
  json.EndArray();
  json.Key("noNewPrivileges").Bool(true);
  json.EndObject();
}

struct MountText {
  absl::string_view destination;
  absl::string_view type;
  absl::string_view source;
  std::vector<absl::string_view> options;
};

std::vector<MountText> Mounts() {
  return {
      {"/proc", "proc", "proc", {}},
      {"/dev",
       "tmpfs",
       "tmpfs",
       {"nosuid", "strictatime", "mode=755", "size=65536k"}},
      {"/dev/pts",
       "devpts",
       "devpts",
       {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620",
        "gid=5"}},
      {"/dev/shm",
       "tmpfs",
       "shm",
       {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}},
      {"/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}},
      {"/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}},
      {"/sys/fs/cgroup",
       "cgroup",
       "cgroup",
       {"nosuid", "noexec", "nodev", "relatime", "ro"}},
  };
}

// What a user namespace with one ID and the host's network is allowed.
void MakeRootless(MountText& mount) {
  if (mount.type == "sysfs") {
    // Only the owner of the network namespace can mount a new one.
    mount = {
        "/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"}};
  }
  // Group 5 has no place in it.
  std::erase_if(mount.options, [](absl::string_view option) {
    return absl::StartsWith(option, "gid=");
  });
}

void WriteMounts(const Rootless& rootless, JsonWriter& json) {
  json.Key("mounts").BeginArray();
  for (MountText& mount : Mounts()) {
    if (rootless.has_value()) MakeRootless(mount);
    json.BeginObject();
    json.Key("destination").String(mount.destination);
    json.Key("type").String(mount.type);
    json.Key("source").String(mount.source);
    if (!mount.options.empty()) json.Key("options").Strings(mount.options);
    json.EndObject();
  }
  json.EndArray();
}

void WriteResources(JsonWriter& json) {
  json.Key("resources").BeginObject();
  json.Key("devices").BeginArray();
  json.BeginObject();
  json.Key("allow").Bool(false);
  json.Key("access").String("rwm");
  json.EndObject();
  json.EndArray();
  json.EndObject();
}

void WriteMapping(absl::string_view key, uint32_t id, JsonWriter& json) {
  json.Key(key).BeginArray();
  json.BeginObject();
  json.Key("containerID").Number(0);
  json.Key("hostID").Number(id);
  json.Key("size").Number(1);
  json.EndObject();
  json.EndArray();
}

void WriteNamespaces(const Rootless& rootless, JsonWriter& json) {
  std::vector<absl::string_view> names = {"pid", "ipc", "uts", "mount",
                                          "cgroup"};
  names.push_back(rootless.has_value() ? "user" : "network");
  json.Key("namespaces").BeginArray();
  for (const absl::string_view name : names) {
    json.BeginObject();
    json.Key("type").String(name);
    json.EndObject();
  }
  json.EndArray();
}

void WriteLinux(const Rootless& rootless, JsonWriter& json) {
  const spec::ContainerSpec defaults = spec::RootfsDefaults();
  json.Key("linux").BeginObject();
  if (rootless.has_value()) {
    WriteMapping("uidMappings", rootless->uid, json);
    WriteMapping("gidMappings", rootless->gid, json);
  } else {
    WriteResources(json);
  }
  WriteNamespaces(rootless, json);
  json.Key("maskedPaths").Strings(defaults.masked_paths);
  json.Key("readonlyPaths").Strings(defaults.readonly_paths);
  json.EndObject();
}

}  // namespace

std::string SpecTemplateJson(const Rootless& rootless) {
  JsonWriter json("\t");
  json.BeginObject();
  json.Key("ociVersion").String(kOciVersion);
  WriteProcess(json);
  json.Key("root").BeginObject();
  json.Key("path").String("rootfs");
  json.Key("readonly").Bool(true);
  json.EndObject();
  json.Key("hostname").String("chmdocker");
  WriteMounts(rootless, json);
  WriteLinux(rootless, json);
  json.EndObject();
  return absl::StrCat(json.text(), "\n");
}

}  // namespace chmdocker::oci
