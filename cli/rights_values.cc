#include "cli/rights_values.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/flag.h"
#include "cli/rights.h"
#include "runtime/base/capability_names.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/spec/process.h"

namespace chmdocker::cli {
namespace {

constexpr char kOptions[] =
    "wants seccomp=FILE|builtin|unconfined, no-new-privileges[=true|false], "
    "apparmor=PROFILE, label=disable|user:|role:|type:|level:... or "
    "systempaths=unconfined";

absl::Status Wrong(absl::string_view rule) {
  return absl::InvalidArgumentError(rule);
}

// "disable", or a part as "type:container_t".
absl::Status ReadLabel(absl::string_view text,
                       std::optional<SelinuxLabel>& out) {
  SelinuxLabel& label = out ? *out : out.emplace();
  if (text == "disable") {
    label.disabled = true;
    return absl::OkStatus();
  }
  const size_t colon = text.find(':');
  const absl::string_view part = text.substr(0, colon);
  std::string* const field = part == "user"    ? &label.user
                             : part == "role"  ? &label.role
                             : part == "type"  ? &label.type
                             : part == "level" ? &label.level
                                               : nullptr;
  if (field == nullptr || colon == absl::string_view::npos ||
      colon + 1 == text.size()) {
    return Wrong(absl::StrCat("bad label option ", Quote(text),
                              ", valid options 'disable' or 'user, role, "
                              "level, type' with a colon and a value"));
  }
  *field = text.substr(colon + 1);
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadCapability(absl::string_view text, CapabilityChoice& out) {
  const std::string name = absl::AsciiStrToUpper(text);
  if (name == "ALL") {
    out.all = true;
    return absl::OkStatus();
  }
  const std::optional<int> number = CapabilityNumber(name);
  if (!number) {
    const char* const prefix = absl::StartsWith(name, "CAP_") ? "" : "CAP_";
    return Wrong(
        absl::StrCat("unknown capability: ", Quote(absl::StrCat(prefix, name)),
                     "; capabilities(7) has their names"));
  }
  out.named |= spec::CapabilitySet{1} << *number;
  return absl::OkStatus();
}

absl::Status ReadSecurityOption(absl::string_view text, SecurityOptions& out) {
  const char separator = absl::StrContains(text, '=') ? '=' : ':';
  const size_t at = text.find(separator);
  const bool has_value = at != absl::string_view::npos;
  const absl::string_view key = text.substr(0, at);
  const absl::string_view value = has_value ? text.substr(at + 1) : "";
  if (key == "no-new-privileges") {
    return ReadValue(has_value ? value : "true", out.no_new_privileges);
  }
  if (value.empty()) return Wrong(kOptions);
  if (key == "seccomp") return ReadValue(value, out.seccomp);
  if (key == "apparmor") return ReadValue(value, out.apparmor);
  if (key == "label") return ReadLabel(value, out.label);
  if (key != "systempaths" || value != "unconfined") return Wrong(kOptions);
  out.system_paths = false;
  return absl::OkStatus();
}

absl::Status ReadSysctl(absl::string_view text,
                        std::vector<std::pair<std::string, std::string>>& out) {
  const size_t at = text.find('=');
  if (at == 0 || at == absl::string_view::npos) {
    return Wrong("wants NAME=VALUE, as net.ipv4.ip_forward=1");
  }
  std::string name(text.substr(0, at));
  std::erase_if(out, [&](const auto& old) { return old.first == name; });
  out.emplace_back(std::move(name), text.substr(at + 1));
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
