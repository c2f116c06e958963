#include "runtime/oci/seccomp_profile.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/spec/process.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::oci {
namespace {

constexpr spec::CapabilitySet kSysAdmin = spec::CapabilitySet{1} << 21;
constexpr spec::CapabilitySet kSyslog = spec::CapabilitySet{1} << 34;

absl::StatusOr<spec::Seccomp> Parse(absl::string_view members,
                                    spec::CapabilitySet bounding = 0) {
  return ParseSeccompProfile(
      absl::StrCat("{\"defaultAction\":\"SCMP_ACT_ERRNO\"", members, "}"),
      bounding, {5, 10});
}
std::string Error(absl::string_view members) {
  return std::string(Parse(members).status().message());
}

// The names of the rules that are taken.
std::string Taken(absl::string_view conditions,
                  spec::CapabilitySet bounding = 0) {
  const absl::StatusOr<spec::Seccomp> profile = Parse(
      absl::StrCat(",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_"
                   "ACT_ALLOW\"",
                   conditions, "}]"),
      bounding);
  if (!profile.ok()) return std::string(profile.status().message());
  std::vector<std::string> names;
  for (const spec::SeccompRule& rule : profile->rules) {
    names.push_back(absl::StrJoin(rule.names, "+"));
  }
  return absl::StrJoin(names, " ");
}

TEST(ParseSeccompProfile, MapsArchitectures) {
  const absl::StatusOr<spec::Seccomp> profile = Parse(
      R"(,"defaultErrnoRet":38,"archMap":[
        {"architecture":"SCMP_ARCH_AARCH64","subArchitectures":["SCMP_ARCH_ARM"]},
        {"architecture":"SCMP_ARCH_X86_64",
         "subArchitectures":["SCMP_ARCH_X86","SCMP_ARCH_X32"]}])");
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->architectures,
            (std::vector<std::string>{"SCMP_ARCH_X86_64", "SCMP_ARCH_X86",
                                      "SCMP_ARCH_X32"}));
  EXPECT_EQ(profile->default_action, spec::SeccompAction::kErrno);
  EXPECT_EQ(profile->default_errno_ret, 38U);
}

TEST(ParseSeccompProfile, IncludesWantAllConditions) {
  EXPECT_EQ(Taken(""), "read");
  EXPECT_EQ(Taken(R"(,"includes":{},"excludes":{})"), "read");
  constexpr char kBoth[] =
      R"(,"includes":{"caps":["CAP_SYS_ADMIN","CAP_SYSLOG"]})";
  EXPECT_EQ(Taken(kBoth, kSysAdmin), "");
  EXPECT_EQ(Taken(kBoth, kSysAdmin | kSyslog), "read");
  EXPECT_EQ(Taken(R"(,"includes":{"caps":["CAP_NEW"]})", ~uint64_t{0}), "");
  EXPECT_EQ(Taken(R"(,"includes":{"arches":["arm64","amd64"]})"), "read");
  EXPECT_EQ(Taken(R"(,"includes":{"arches":["s390"]})"), "");
  EXPECT_EQ(Taken(R"(,"includes":{"minKernel":"5.10"})"), "read");
  EXPECT_EQ(Taken(R"(,"includes":{"minKernel":"5.11"})"), "");
}

TEST(ParseSeccompProfile, ExcludesWantNone) {
  constexpr char kEither[] =
      R"(,"excludes":{"caps":["CAP_SYS_ADMIN","CAP_SYSLOG"]})";
  EXPECT_EQ(Taken(kEither, 0), "read");
  EXPECT_EQ(Taken(kEither, kSyslog), "");
  EXPECT_EQ(Taken(R"(,"excludes":{"arches":["s390"]})"), "read");
  EXPECT_EQ(Taken(R"(,"excludes":{"arches":["amd64"]})"), "");
  EXPECT_EQ(Taken(R"(,"excludes":{"minKernel":"4.8"})"), "");
  EXPECT_EQ(Taken(R"(,"excludes":{"minKernel":"6.0"})"), "read");
}

TEST(ParseSeccompProfile, TakesRulesOfOneName) {
  const absl::StatusOr<spec::Seccomp> profile = Parse(
      R"(,"syscalls":[{"name":"clone","action":"SCMP_ACT_ERRNO","errnoRet":1,
         "args":[{"index":0,"value":7,"valueTwo":1,"op":"SCMP_CMP_MASKED_EQ"}]}])");
  ASSERT_TRUE(profile.ok()) << profile.status();
  ASSERT_EQ(profile->rules.size(), 1U);
  EXPECT_EQ(profile->rules[0].names, std::vector<std::string>{"clone"});
  EXPECT_EQ(profile->rules[0].errno_ret, 1U);
  ASSERT_EQ(profile->rules[0].conditions.size(), 1U);
  EXPECT_EQ(profile->rules[0].conditions[0].op,
            spec::SeccompOperator::kMaskedEqual);
}

TEST(ParseSeccompProfile, SaysWhatIsWrong) {
  EXPECT_EQ(ParseSeccompProfile("{}", 0, {5, 10}).status().message(),
            "defaultAction: is missing");
  EXPECT_EQ(Error(R"(,"syscalls":[{"names":["a"],"action":"ALLOW"}])"),
            "syscalls[0].action: unknown \"ALLOW\"");
  EXPECT_EQ(Error(R"(,"syscalls":[{"name":"a","names":["b"],
                     "action":"SCMP_ACT_ALLOW"}])"),
            "syscalls[0].name: is given beside \"names\"; use one of them");
  EXPECT_EQ(Error(R"(,"architectures":["SCMP_ARCH_X86"],
                     "archMap":[{"architecture":"SCMP_ARCH_X86_64"}])"),
            "archMap: is given beside \"architectures\"; use one of them");
  EXPECT_EQ(Taken(R"(,"includes":{"minKernel":"new"})"),
            "syscalls[0].includes.minKernel: \"new\" wants a version as 4.8");
}

}  // namespace
}  // namespace chmdocker::oci
