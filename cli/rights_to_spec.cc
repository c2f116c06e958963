#include "cli/rights_to_spec.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "cli/rights.h"
#include "runtime/base/capability_names.h"
#include "runtime/base/flags.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/process.h"

namespace chmdocker::cli {
namespace {

constexpr spec::CapabilitySet kAll =
    (spec::CapabilitySet{1} << (kLastCapability + 1)) - 1;

bool IsAsked(const CapabilityChoice& choice) {
  return choice.all || choice.named != 0;
}

// docker's rules: what is added counts more than what is dropped, and beside
// ALL the other flag says what is not meant.
spec::CapabilitySet Chosen(const Rights& rights, spec::CapabilitySet base) {
  if (rights.added.all) return kAll & ~rights.dropped.named;
  if (rights.dropped.all) return rights.added.named;
  return (base & ~rights.dropped.named) | rights.added.named;
}

// In the tutorial's form the command keeps what the caller has.
void SetCapabilities(const Rights& rights, spec::ContainerSpec& spec) {
  const bool confined = spec.process.capabilities.has_value();
  if (!confined && !IsAsked(rights.added) && !IsAsked(rights.dropped)) return;
  const spec::CapabilitySet base =
      confined && !rights.privileged ? spec::kDefaultCapabilities : kAll;
  spec.process.capabilities = spec::CapabilitiesOf(Chosen(rights, base), 0);
  spec.process.capabilities->optional =
      (rights.added.all ? kAll : base) & ~rights.added.named;
}

void SetFilter(const Rights& rights, spec::ContainerSpec& spec) {
  const std::string& profile = rights.security.seccomp;
  if (profile.empty()) {
    if (rights.privileged) spec.default_seccomp = false;
    return;
  }
  spec.default_seccomp = profile == "builtin";
}

void SetLabels(const SecurityOptions& options, spec::Process& process) {
  process.apparmor_profile = options.apparmor;
  if (!options.label || options.label->disabled) return;
  const auto part = [](const std::string& given, const char* usual) {
    return given.empty() ? std::string(usual) : given;
  };
  const SelinuxLabel& label = *options.label;
  process.selinux_label = absl::StrCat(
      part(label.user, "system_u"), ":", part(label.role, "system_r"), ":",
      part(label.type, "container_t"), ":", part(label.level, "s0"));
}

void OpenSystemPaths(spec::ContainerSpec& spec) {
  spec.masked_paths.clear();
  spec.readonly_paths.clear();
}

void MakeWritable(spec::ContainerSpec& spec) {
  for (spec::Mount& mount : spec.mounts) {
    if (mount.type == "sysfs" || mount.type == "cgroup") {
      mount.flags = mount.flags.without(kMountReadonly);
    }
  }
}

}  // namespace

void RightsToSpec(const Rights& rights, spec::ContainerSpec& spec) {
  SetCapabilities(rights, spec);
  SetFilter(rights, spec);
  SetLabels(rights.security, spec.process);
  if (rights.privileged) {
    spec.process.no_new_privileges = false;
    MakeWritable(spec);
  }
  if (rights.privileged || !rights.security.system_paths) OpenSystemPaths(spec);
  spec.process.no_new_privileges = rights.security.no_new_privileges.value_or(
      spec.process.no_new_privileges);
  spec.sysctl = rights.sysctl;
}

}  // namespace chmdocker::cli
