#include "runtime/systemd/unit_name.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"

namespace chmdocker::systemd {
namespace {

constexpr absl::string_view kSlice = ".slice";

// systemd.unit(5): at most 255 bytes. An "@" would be a template's, and the
// cgroup of what begins with "_" or "." has another name.
bool IsUnitName(absl::string_view name) {
  return name.size() <= 255 && name[0] != '.' && name[0] != '_' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == ':' || c == '-' || c == '_' ||
                  c == '.' || c == '\\';
         });
}

// "a-b.slice" is in "a.slice": its cgroup is "/a.slice/a-b.slice", and that of
// "-.slice" the root, "/". Empty for what is no name of a slice.
std::string CgroupOfSlice(const std::string& slice) {
  if (slice == "-.slice") return "/";
  if (!IsUnitName(slice) || !absl::EndsWith(slice, kSlice)) return "";
  const size_t stem = slice.size() - kSlice.size();
  std::string path;
  char before = '-';
  for (size_t i = 0; i <= stem; ++i) {
    const char c = i == stem ? '-' : slice[i];
    if (c == '-' && before == '-') return "";
    if (c == '-') absl::StrAppend(&path, "/", slice.substr(0, i), kSlice);
    before = c;
  }
  return path;
}

}  // namespace

bool UnitName::IsSlice() const { return absl::EndsWith(name, kSlice); }

absl::Status NameUnit(const std::string& cgroups_path, const std::string& id,
                      Scope scope, UnitName* unit) {
  const std::string path =
      cgroups_path.empty() ? absl::StrCat(":chmdocker:", id) : cgroups_path;
  const auto wrong = [&](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("linux.cgroupsPath: ", Quote(path), " ", what));
  };
  const size_t first = path.find(':');
  const size_t second = path.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos ||
      second + 1 == path.size() ||
      path.find(':', second + 1) != std::string::npos) {
    return wrong("must be SLICE:PREFIX:NAME with --systemd-cgroup");
  }
  unit->slice = path.substr(0, first);
  const std::string prefix = path.substr(first + 1, second - first - 1);
  unit->name = path.substr(second + 1);
  if (unit->slice.empty()) {
    unit->slice = scope == Scope::kUser ? "user.slice" : "system.slice";
  }
  if (unit->slice == "-") unit->slice = "-.slice";
  const std::string slice = CgroupOfSlice(unit->slice);
  if (slice.empty()) {
    return wrong("has no slice that systemd could have: see systemd.slice(5)");
  }
  if (unit->IsSlice()) {
    unit->cgroup = CgroupOfSlice(unit->name);
  } else {
    unit->name =
        absl::StrCat(prefix, prefix.empty() ? "" : "-", unit->name, ".scope");
    unit->cgroup = absl::StrCat(slice == "/" ? "" : slice, "/", unit->name);
  }
  if (IsUnitName(unit->name) && unit->cgroup.size() > 1) {
    return absl::OkStatus();
  }
  return wrong(
      "is no name for a unit: systemd takes letters, digits and :-_.\\ in 255 "
      "bytes");
}

}  // namespace chmdocker::systemd
