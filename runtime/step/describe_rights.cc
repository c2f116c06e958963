#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/base/landlock_rights.h"
#include "runtime/base/quote.h"
#include "runtime/step/describe.h"
#include "runtime/step/describe_words.h"
#include "runtime/step/process_words.h"
#include "runtime/step/rights_steps.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

std::string Ports(const std::vector<uint32_t>& ports) {
  return ports.empty() ? "none" : absl::StrJoin(ports, " ");
}

// "read "/usr", "; nothing for none.
std::string Paths(absl::string_view verb,
                  const std::vector<std::string>& paths) {
  return paths.empty() ? ""
                       : absl::StrCat(" ", verb, " ", QuotedWords(paths), ";");
}

}  // namespace

std::string Describe(const SetExecLabel<Text>& s) {
  return absl::StrCat(
      "ask for the ",
      s.kind == LabelKind::kApparmor ? "AppArmor profile " : "SELinux label ",
      Quote(s.label));
}

std::string Describe(const JoinKeyring<Text>& s) {
  if (s.name.empty()) return "join a new session keyring";
  return absl::StrCat("join session keyring ", Quote(s.name),
                      s.label.empty() ? "" : " with SELinux label ",
                      s.label.empty() ? "" : Quote(s.label));
}

std::string Describe(const NoNewPrivileges<Text>&) {
  return "set no_new_privs";
}

std::string Describe(const RestrictAccess<Text>& s) {
  const auto word = [](uint64_t bit, const char* name) {
    return std::string(bit == 0 ? "" : name);
  };
  std::string out = "allow only to";
  if (s.files != 0) {
    absl::StrAppend(&out, Paths("read", s.readable),
                    Paths("change", s.writable));
  }
  if (s.ports != 0) {
    absl::StrAppend(&out, " connect to ports ", Ports(s.connect_ports),
                    "; listen on ports ", Ports(s.bind_ports), ";");
  }
  out.pop_back();
  return out + OptionsText({word(s.files & landlock::kRefer, "refer"),
                            word(s.files & landlock::kTruncate, "truncate"),
                            word(s.files & landlock::kDeviceIoctl, "ioctl"),
                            word(s.scopes, "scoped"), word(s.flags, "logged")});
}

std::string Describe(const SendFilter<Text>&) {
  return "send init the seccomp filter";
}

std::string Describe(const ReceiveFilter<Text>&) {
  return "receive the seccomp filter";
}

std::string Describe(const LoadSeccomp<Text>& s) {
  if (s.filter.empty()) return "load the seccomp filter";
  return absl::StrCat(
      "load a seccomp filter of ", s.filter.size(), " instructions",
      s.listener ? " and send its listener" : "",
      s.flags == 0 ? "" : absl::StrCat(" (flags ", s.flags, ")"));
}

std::string Describe(const LimitCapabilities<Text>& s) {
  return absl::StrCat("limit capabilities to ", CapabilityWords(s.bounding));
}

std::string Describe(const SetUser<Text>& s) {
  return absl::StrCat(
      "become user ", s.uid, " and group ", s.gid,
      s.groups.empty() ? ", without other groups" : ", with groups ",
      absl::StrJoin(s.groups, ", "),
      s.groups_optional ? " where they can be set" : "");
}

std::string Describe(const SetCapabilities<Text>& s) {
  return absl::StrCat(
      "set capabilities effective ", CapabilityWords(s.effective),
      "; permitted ", CapabilityWords(s.permitted), "; inheritable ",
      CapabilityWords(s.inheritable), "; ambient ", CapabilityWords(s.ambient));
}

}  // namespace chmdocker::step
