#include "cli/mount_flags.h"

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/flag.h"
#include "cli/mount_flag_parts.h"
#include "runtime/base/flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/oci/mount_options.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {

using spec::Mount;

namespace {

using Words = std::vector<absl::string_view>;

// FILES-HOST-COUNT[#...]: ids of the source's files, and whose they shall be.
bool ReadIds(absl::string_view text, std::vector<spec::IdMapping>& out) {
  const Words entries = absl::StrSplit(text, '#');
  for (const absl::string_view entry : entries) {
    const Words parts = absl::StrSplit(entry, '-');
    spec::IdMapping& mapping = out.emplace_back();
    if (parts.size() != 3 || !ReadValue(parts[0], mapping.container_id).ok() ||
        !ReadValue(parts[1], mapping.host_id).ok() ||
        !ReadValue(parts[2], mapping.size).ok()) {
      return false;
    }
  }
  return true;
}

}  // namespace

absl::Status Wrong(absl::string_view a, absl::string_view b,
                   absl::string_view c, absl::string_view d,
                   absl::string_view e) {
  return absl::InvalidArgumentError(absl::StrCat(a, b, c, d, e));
}

bool IsOneOf(absl::string_view word, const char* list) {
  return strstr(list, absl::StrCat(",", word, ",").c_str()) != nullptr;
}

absl::Status SetDestination(absl::string_view text, Mount& mount) {
  if (!absl::StartsWith(text, "/")) {
    return Wrong("invalid mount path: '", text,
                 "' mount path must be absolute");
  }
  mount.destination = path::CleanPath(text);
  return mount.destination != "/"
             ? absl::OkStatus()
             : Wrong("invalid specification: destination can't be '/'");
}

bool IsPath(absl::string_view source) {
  const absl::string_view first = source.substr(0, source.find('/'));
  return !source.empty() && (first.empty() || first == "." || first == "..");
}

void MakeTmpfs(Mount& mount) {
  mount.type = mount.source = "tmpfs";
  mount.flags = kMountNosuid | kMountNodev | kMountNoexec;
}

void MakeReadonly(Mount& mount) {
  mount.flags |= kMountReadonly;
  mount.recursive_set |= kAttrReadonly;
  mount.recursive_optional = true;
}

bool AddPropagation(absl::string_view word, Mount& mount) {
  const std::optional<MountFlags> propagation = oci::FindPropagation(word);
  if (propagation) mount.propagation.push_back(*propagation);
  return propagation.has_value();
}

bool SetIdMaps(absl::string_view text, Mount& mount) {
  mount.id_mapped = spec::IdMapped::kThisMount;
  absl::string_view uids = text.substr(0, text.find(';'));
  absl::string_view gids = absl::StripPrefix(text, uids);
  return absl::ConsumePrefix(&uids, "uids=") &&
         absl::ConsumePrefix(&gids, ";gids=") &&
         ReadIds(uids, mount.uid_mappings) && ReadIds(gids, mount.gid_mappings);
}

namespace {

absl::Status ApplyVolumeOptions(absl::string_view text, Mount& mount) {
  const Words options = absl::StrSplit(text, ',');
  bool has_access = false;
  for (absl::string_view option : options) {
    if (option == "z" || option == "Z") {
      return Wrong(option,
                   ": files are not relabelled for SELinux; chcon(1) does, and "
                   "--security-opt label=disable does without");
    }
    bool known = true;
    if (IsOneOf(option, ",rw,ro,rro,")) {
      known = !has_access;
      has_access = true;
      if (option != "rw") MakeReadonly(mount);
      mount.recursive_optional &= option == "ro";
    } else if (absl::ConsumePrefix(&option, "idmap")) {
      absl::ConsumePrefix(&option, "=");
      if (!SetIdMaps(option, mount)) return Wrong(kIdMapRule);
    } else if (option != "nocopy" && !IsOneOf(option, kConsistencies)) {
      known = mount.propagation.empty() && AddPropagation(option, mount);
    }
    if (!known) return Wrong("invalid mode: ", text);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadVolume(absl::string_view text, std::vector<Mount>& out) {
  const Words parts = absl::StrSplit(text, ':');
  bool complete = parts.size() <= 3;
  for (const absl::string_view part : parts) complete &= !part.empty();
  if (!complete) {
    return Wrong("invalid volume specification; wants SRC:DST[:OPTION,...]");
  }
  if (parts.size() == 1 || !IsPath(parts[0])) return Wrong(kNoVolumes);
  Mount& mount = out.emplace_back();
  mount.type = "bind";
  mount.bind = mount.recursive = mount.makes_source = true;
  mount.source = parts[0];
  CHM_RETURN_IF_ERROR(SetDestination(parts[1], mount));
  return parts.size() < 3 ? absl::OkStatus()
                          : ApplyVolumeOptions(parts[2], mount);
}

absl::Status ReadTmpfs(absl::string_view text, std::vector<Mount>& out) {
  constexpr char kFlags[] =
      ",defaults,ro,rw,suid,nosuid,dev,nodev,exec,noexec,sync,async,dirsync,"
      "atime,noatime,diratime,nodiratime,relatime,norelatime,strictatime,"
      "nostrictatime,tmpcopyup,";
  constexpr char kValues[] = ",size,mode,uid,gid,nr_inodes,nr_blocks,mpol,";
  const size_t colon = text.find(':');
  Mount& mount = out.emplace_back();
  MakeTmpfs(mount);
  CHM_RETURN_IF_ERROR(SetDestination(text.substr(0, colon), mount));
  if (colon == absl::string_view::npos) return absl::OkStatus();
  const std::vector<std::string> options =
      absl::StrSplit(text.substr(colon + 1), ',');
  for (const absl::string_view option : options) {
    const absl::string_view key = option.substr(0, option.find('='));
    if (!IsOneOf(key, key == option ? kFlags : kValues)) {
      return Wrong("invalid tmpfs option ", Quote(option));
    }
  }
  oci::ApplyMountOptions(options, mount);
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
