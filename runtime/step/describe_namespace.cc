#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/flag_names.h"
#include "runtime/base/quote.h"
#include "runtime/step/describe.h"
#include "runtime/step/describe_words.h"
#include "runtime/step/namespace_steps.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

}  // namespace

std::string Describe(const Clone<Text>& s) {
  const std::string cgroup =
      s.cgroup.empty() ? "" : absl::StrCat(" into cgroup ", Quote(s.cgroup));
  if (s.namespaces.empty()) return absl::StrCat("clone", cgroup);
  return absl::StrCat("clone into new ", NamespaceWords(s.namespaces),
                      " namespaces (", FlagNames(s.namespaces), ")",
                      cgroup.empty() ? "" : " and", cgroup);
}

std::string Describe(const DenySetgroups<Text>&) {
  return "write \"deny\" to /proc/self/setgroups";
}

std::string Describe(const WriteIdMap<Text>& s) {
  const absl::string_view file =
      s.kind == IdKind::kUser ? "uid_map" : "gid_map";
  return absl::StrCat("write ", Quote(absl::StripSuffix(s.map, "\n")),
                      " to /proc/self/", file);
}

std::string Describe(const EnterCgroup<Text>& s) {
  return absl::StrCat("enter the cgroups of ", QuotedWords(s.files));
}

std::string Describe(const LeaveGroups<Text>&) {
  return "give up supplementary groups";
}

std::string Describe(const JoinNamespaces<Text>& s) {
  return absl::StrCat("join namespaces ", QuotedWords(s.namespaces));
}

std::string Describe(const JoinProcess<Text>& s) {
  return absl::StrCat("join the ", NamespaceWords(s.namespaces),
                      " namespaces of the container");
}

std::string Describe(const NewTimeNamespace<Text>& s) {
  const std::vector<std::string> lines =
      absl::StrSplit(absl::StripSuffix(s.offsets, "\n"), '\n');
  return absl::StrCat("make and enter a time namespace",
                      s.offsets.empty() ? "" : " with offsets ",
                      s.offsets.empty() ? "" : absl::StrJoin(lines, ", "));
}

std::string Describe(const Fork<Text>& s) {
  return s.namespaces.empty()
             ? "go on in a new process"
             : absl::StrCat("go on in a new process in new ",
                            NamespaceWords(s.namespaces), " namespaces (",
                            FlagNames(s.namespaces), ")");
}

std::string Describe(const MapIds<Text>& s) {
  return absl::StrCat(
      "map users ", IdLines(s.users), " and groups ", IdLines(s.groups),
      s.else_user.empty() ? ""
                          : absl::StrCat(", or else ", IdLines(s.else_user),
                                         " and ", IdLines(s.else_group)));
}

std::string Describe(const BecomeRoot<Text>&) {
  return "become user and group 0, without other groups";
}

std::string Describe(const NewCgroupNamespace<Text>&) {
  return "make a cgroup namespace";
}

std::string Describe(const SetHostname<Text>& s) {
  return absl::StrCat("set host name ", Quote(s.name));
}

std::string Describe(const SetDomainname<Text>& s) {
  return absl::StrCat("set domain name ", Quote(s.name));
}

std::string Describe(const BringUpLoopback<Text>&) {
  return "bring the loopback interface up";
}

std::string Describe(const SetSysctl<Text>& s) {
  return absl::StrCat("write ", Quote(s.value), " to ",
                      Quote("/proc/sys/" + s.path));
}

}  // namespace chmdocker::step
