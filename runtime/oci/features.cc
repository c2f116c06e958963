#include "runtime/oci/features.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/base/capability_names.h"
#include "runtime/base/json_writer.h"
#include "runtime/oci/linux_names.h"
#include "runtime/oci/mount_options.h"
#include "runtime/oci/names.h"
#include "runtime/oci/read_hooks.h"
#include "runtime/oci/seccomp_names.h"
#include "runtime/oci/version.h"

namespace chmdocker::oci {
namespace {

void WriteNames(absl::Span<const NamedValue> names, JsonWriter& json) {
  json.BeginArray();
  for (const NamedValue& entry : names) json.String(entry.name);
  json.EndArray();
}

// {"enabled": ...}, the form of most of its parts.
void WriteEnabled(absl::string_view key, bool enabled, JsonWriter& json) {
  json.Key(key).BeginObject();
  json.Key("enabled").Bool(enabled);
  json.EndObject();
}

void WriteHooks(JsonWriter& json) {
  json.Key("hooks").BeginArray();
  for (const HookKind& kind : HookKinds()) json.String(kind.name);
  json.EndArray();
}

void WriteCgroup(const FeaturesInput& input, JsonWriter& json) {
  json.Key("cgroup").BeginObject();
  json.Key("v1").Bool(true);
  json.Key("v2").Bool(true);
  json.Key("systemd").Bool(input.systemd_cgroups);
  json.Key("systemdUser").Bool(input.systemd_user_cgroups);
  json.Key("rdma").Bool(true);
  json.EndObject();
}

void WriteSeccomp(const FeaturesInput& input, JsonWriter& json) {
  if (input.seccomp_architectures.empty()) {
    return WriteEnabled("seccomp", false, json);
  }
  json.Key("seccomp").BeginObject();
  json.Key("enabled").Bool(true);
  json.Key("actions");
  WriteNames(SeccompActionNames(), json);
  json.Key("operators");
  WriteNames(SeccompOperatorNames(), json);
  json.Key("archs").Strings(input.seccomp_architectures);
  json.Key("knownFlags");
  WriteNames(SeccompFlagNames(), json);
  json.Key("supportedFlags");
  WriteNames(SeccompFlagNames(), json);
  json.EndObject();
}

void WriteMemoryPolicy(JsonWriter& json) {
  json.Key("memoryPolicy").BeginObject();
  json.Key("modes");
  WriteNames(MemoryPolicyModeNames(), json);
  json.Key("flags");
  WriteNames(MemoryPolicyFlagNames(), json);
  json.EndObject();
}

void WriteLinux(const FeaturesInput& input, JsonWriter& json) {
  json.Key("linux").BeginObject();
  json.Key("namespaces");
  WriteNames(NamespaceNames(), json);
  json.Key("capabilities").Strings(CapabilityNames());
  WriteCgroup(input, json);
  WriteSeccomp(input, json);
  WriteEnabled("apparmor", input.apparmor, json);
  WriteEnabled("selinux", input.selinux, json);
  WriteEnabled("intelRdt", false, json);
  WriteMemoryPolicy(json);
  json.Key("mountExtensions").BeginObject();
  WriteEnabled("idmap", input.id_mapped_mounts, json);
  json.EndObject();
  WriteEnabled("netDevices", input.net_devices, json);
  json.EndObject();
}

void WriteAnnotations(const FeaturesInput& input, JsonWriter& json) {
  json.Key("annotations").BeginObject();
  json.Key("chmdocker.version").String(input.version);
  if (!input.commit.empty()) {
    json.Key("chmdocker.commit").String(input.commit);
  }
  // runc's name, which crun uses as well: what engines look for.
  json.Key("org.opencontainers.runc.checkpoint.enabled").String("false");
  json.EndObject();
}

}  // namespace

std::string FeaturesJson(const FeaturesInput& input) {
  JsonWriter json("    ");
  json.BeginObject();
  json.Key("ociVersionMin").String(kOciVersionMin);
  json.Key("ociVersionMax").String(kOciVersion);
  WriteHooks(json);
  json.Key("mountOptions").Strings(MountOptionNames());
  WriteLinux(input, json);
  WriteAnnotations(input, json);
  json.EndObject();
  return absl::StrCat(json.text(), "\n");
}

}  // namespace chmdocker::oci
