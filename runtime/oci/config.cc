#include "runtime/oci/config.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/oci/bundle_path.h"
#include "runtime/oci/default_devices.h"
#include "runtime/oci/json.h"
#include "runtime/oci/read_hooks.h"
#include "runtime/oci/read_linux.h"
#include "runtime/oci/read_mounts.h"
#include "runtime/oci/read_process.h"
#include "runtime/oci/read_resources.h"
#include "runtime/oci/version.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"

namespace chmdocker::oci {
namespace {

using spec::ContainerSpec;

// "1.0.2-dev": any minor version, for later ones only add fields.
bool IsVersion1(absl::string_view version) {
  if (!absl::StartsWith(version, "1.")) return false;
  const absl::string_view minor = version.substr(2, version.find('.', 2) - 2);
  return !minor.empty() &&
         std::all_of(minor.begin(), minor.end(), absl::ascii_isdigit);
}

void CheckVersion(const Value& config) {
  const Value version = config.Member("ociVersion");
  std::string text;
  if (version.Required().Read(&text) && !IsVersion1(text)) {
    version.FailWith(
        text, absl::StrCat("is not supported; versions from ", kOciVersionMin,
                           " to ", kOciVersion, " and later 1.x are"));
  }
}

void ReadRoot(const Value& config, const std::string& bundle,
              ContainerSpec& spec) {
  const Value root = config.Member("root");
  const Value path = root.Required().Member("path");
  path.Required().Read(&spec.root.path);
  if (path.present() && spec.root.path.empty()) path.Fail("is empty");
  root.Member("readonly").Read(&spec.root.readonly);
  spec.root.path = PathInBundle(bundle, spec.root.path);
}

void RefuseOtherPlatforms(const Value& config) {
  for (const char* const section :
       {"solaris", "windows", "vm", "zos", "freebsd"}) {
    config.Member(section).Refuse("is for another platform");
  }
}

}  // namespace

absl::StatusOr<ContainerSpec> ParseConfig(absl::string_view json,
                                          const ParseOptions& options) {
  CHM_ASSIGN_OR_RETURN(const Document document, Document::Parse(json));
  Report report(options.lenient, options.warn);
  const Value config(document.root(), "", &report);
  ContainerSpec spec;
  CheckVersion(config);
  ReadRoot(config, options.bundle, spec);
  ReadProcess(config.Member("process"), spec.process);
  // The command of a container has what is named, and nothing of the caller's.
  if (!spec.process.user.has_value()) spec.process.user.emplace();
  if (!spec.process.capabilities.has_value()) {
    spec.process.capabilities.emplace();
  }
  config.Member("hostname").Read(&spec.hostname);
  config.Member("domainname").Read(&spec.domainname);
  ReadMounts(config.Member("mounts"), options.bundle, spec.mounts);
  ReadHooks(config.Member("hooks"), spec.hooks);
  config.Member("annotations").Read(&spec.annotations);
  ReadLinux(config.Member("linux"), spec);
  RefuseOtherPlatforms(config);
  CHM_RETURN_IF_ERROR(report.status());
  AddDefaultDevices(spec);
  return spec;
}

absl::StatusOr<spec::Process> ParseProcess(absl::string_view json,
                                           const ParseOptions& options) {
  CHM_ASSIGN_OR_RETURN(const Document document, Document::Parse(json));
  Report report(options.lenient, options.warn);
  spec::Process process;
  ReadProcess(Value(document.root(), "process", &report), process);
  if (!process.user.has_value()) process.user.emplace();
  CHM_RETURN_IF_ERROR(report.status());
  return process;
}

absl::StatusOr<spec::Resources> ParseResources(absl::string_view json,
                                               const ParseOptions& options) {
  CHM_ASSIGN_OR_RETURN(const Document document, Document::Parse(json));
  Report report(options.lenient, options.warn);
  spec::Resources resources;
  ReadResources(Value(document.root(), "resources", &report), resources);
  CHM_RETURN_IF_ERROR(report.status());
  return resources;
}

}  // namespace chmdocker::oci
