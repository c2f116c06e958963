#include "runtime/oci/read_mounts.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/oci/bundle_path.h"
#include "runtime/oci/id_mappings.h"
#include "runtime/oci/json.h"
#include "runtime/oci/mount_options.h"
#include "runtime/spec/mount.h"

namespace chmdocker::oci {
namespace {

using spec::IdMapped;
using spec::Mount;

void ReadDestination(const Value& value, std::string& destination) {
  if (!value.Required().Read(&destination)) return;
  if (destination.empty()) return value.Fail("is empty");
  if (absl::StartsWith(destination, "/")) return;
  // Configurations that were written for version 1.0 have such.
  value.AddWarning("is no absolute path; taken as relative to /");
  destination = absl::StrCat("/", destination);
}

void ReadMount(const Value& value, const std::string& bundle, Mount& mount) {
  ReadDestination(value.Member("destination"), mount.destination);
  value.Member("type").Read(&mount.type);
  value.Member("source").Read(&mount.source);
  std::vector<std::string> options;
  value.Member("options").Read(&options);
  ApplyMountOptions(options, mount);
  // The options say what is a bind mount, and a type beside them means nothing.
  // No file system has this name, so alone it can't mean another thing.
  if (mount.type == "bind") mount.bind = true;
  if (mount.bind) {
    value.Member("source").Required();
    mount.source = PathInBundle(bundle, mount.source);
  } else {
    value.Member("type").Required();
  }
  ReadIdMappings(value.Member("uidMappings"), mount.uid_mappings);
  ReadIdMappings(value.Member("gidMappings"), mount.gid_mappings);
  if (mount.id_mapped == IdMapped::kNo &&
      (!mount.uid_mappings.empty() || !mount.gid_mappings.empty())) {
    mount.id_mapped = IdMapped::kThisMount;
  }
}

}  // namespace

void ReadMounts(const Value& value, const std::string& bundle,
                std::vector<Mount>& mounts) {
  value.ForEachElement([&](const Value& element) {
    Mount mount;
    ReadMount(element, bundle, mount);
    mounts.push_back(std::move(mount));
  });
}

}  // namespace chmdocker::oci
