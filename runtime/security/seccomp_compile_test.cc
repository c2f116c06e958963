#include "runtime/security/seccomp_compile.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/security/bpf_simulator.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_rules.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;
using spec::SeccompCondition;
using spec::SeccompOperator;
using spec::SeccompRule;

constexpr uint32_t kEperm = SECCOMP_RET_ERRNO | EPERM;
constexpr uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;

spec::Seccomp Profile(std::vector<SeccompRule> rules,
                      SeccompAction default_action = SeccompAction::kErrno) {
  spec::Seccomp profile;
  profile.default_action = default_action;
  profile.rules = std::move(rules);
  return profile;
}

SeccompRule Allow(std::vector<std::string> names,
                  std::vector<SeccompCondition> conditions = {}) {
  return {std::move(names), SeccompAction::kAllow, {}, std::move(conditions)};
}

uint32_t Judge(const spec::Seccomp& profile, long number,
               std::vector<uint64_t> arguments = {},
               uint32_t architecture = AUDIT_ARCH_X86_64) {
  const absl::StatusOr<SeccompFilter> filter = CompileSeccomp(profile);
  EXPECT_TRUE(filter.ok()) << filter.status();
  if (!filter.ok()) return 1;
  seccomp_data call = {static_cast<int>(number), architecture, 0, {}};
  std::copy(arguments.begin(), arguments.end(), call.args);
  return RunBpf(filter->program, call).value_or(BpfVerdict{1, 0}).action;
}

std::string Error(const spec::Seccomp& profile) {
  return std::string(CompileSeccomp(profile).status().message());
}

TEST(CompileSeccomp, DefaultsToEperm) {
  const spec::Seccomp profile = Profile({Allow({"read", "mount"})});
  EXPECT_EQ(Judge(profile, SYS_read), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, SYS_write), kEperm);
}

TEST(CompileSeccomp, TakesErrnoRet) {
  spec::Seccomp profile =
      Profile({Allow({"mount"}), {{"read"}, SeccompAction::kErrno, EBUSY, {}}});
  profile.default_errno_ret = EACCES;
  EXPECT_EQ(Judge(profile, SYS_read), SECCOMP_RET_ERRNO | EBUSY);
  EXPECT_EQ(Judge(profile, SYS_write), SECCOMP_RET_ERRNO | EACCES);
}

TEST(CompileSeccomp, CallsNewerThanTheProfileGetEnosys) {
  const spec::Seccomp profile = Profile({Allow({"read", "openat2"})});
  EXPECT_EQ(Judge(profile, SYS_openat2 - 1), kEperm);
  EXPECT_EQ(Judge(profile, SYS_openat2 + 1), kEnosys);
  EXPECT_EQ(Judge(Profile({Allow({"read"})}, SeccompAction::kLog), 400),
            SECCOMP_RET_LOG);
}

// A rule that says what the default says is dropped, and still shows which
// calls the author knew.
TEST(CompileSeccomp, RulesLikeTheDefaultStillCountAsKnown) {
  const spec::Seccomp profile =
      Profile({Allow({"read"}), {{"openat2"}, SeccompAction::kErrno, {}, {}}});
  EXPECT_EQ(Judge(profile, SYS_openat2), kEperm);
  EXPECT_EQ(Judge(profile, SYS_openat2 + 1), kEnosys);
}

TEST(CompileSeccomp, OtherArchitecturesAreKilled) {
  spec::Seccomp profile = Profile({Allow({"read"})});
  EXPECT_EQ(Judge(profile, 3, {}, AUDIT_ARCH_I386), SECCOMP_RET_KILL_THREAD);
  EXPECT_EQ(Judge(profile, kX32Bit | SYS_read), SECCOMP_RET_KILL_THREAD);
  profile.architectures = {"SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_ARM"};
  EXPECT_EQ(Judge(profile, 3, {}, AUDIT_ARCH_I386), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, kX32Bit | SYS_read), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, SYS_read), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, 3, {}, AUDIT_ARCH_ARM), SECCOMP_RET_KILL_THREAD);
}

TEST(CompileSeccomp, JoinsConditionsAndAddsRules) {
  const spec::Seccomp profile = Profile({
      Allow({"read"}, {{0, 5}, {1, 7, 0, SeccompOperator::kGreater}}),
      Allow({"read"}, {{0, 6}}),
      Allow({"mount"}),
  });
  EXPECT_EQ(Judge(profile, SYS_read, {5, 8}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, SYS_read, {5, 7}), kEperm);
  EXPECT_EQ(Judge(profile, SYS_read, {5, 1ULL << 32}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, SYS_read, {6, 0}), SECCOMP_RET_ALLOW);
}

TEST(CompileSeccomp, AnArgumentNamedTwiceMakesAlternatives) {
  const spec::Seccomp profile =
      Profile({Allow({"read"}, {{0, 5}, {0, 6}}), Allow({"mount"})});
  EXPECT_EQ(Judge(profile, SYS_read, {5}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, SYS_read, {6}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, SYS_read, {7}), kEperm);
}

TEST(CompileSeccomp, FollowsSocketcallOfX86) {
  spec::Seccomp profile = Profile({Allow({"socket", "mount", "umount2"})});
  profile.architectures = {"SCMP_ARCH_X86"};
  EXPECT_EQ(Judge(profile, 102, {1}, AUDIT_ARCH_I386), kEnosys);  // above 52
  profile.rules[0].names.emplace_back("openat2");
  EXPECT_EQ(Judge(profile, 102, {1}, AUDIT_ARCH_I386), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Judge(profile, 102, {2}, AUDIT_ARCH_I386), kEperm);
  EXPECT_EQ(Judge(profile, 359, {2}, AUDIT_ARCH_I386), SECCOMP_RET_ALLOW);
}

TEST(CompileSeccomp, NamesWhatItSkipped) {
  const auto filter =
      CompileSeccomp(Profile({Allow({"read", "zeta", "alpha", "chown32"})}));
  ASSERT_TRUE(filter.ok());
  EXPECT_EQ(filter->skipped, (std::vector<std::string>{"alpha", "zeta"}));
}

TEST(CompileSeccomp, RefusesWhatIsNoProfile) {
  spec::Seccomp profile = Profile({Allow({"read"}, {{6, 1}})});
  EXPECT_EQ(Error(profile),
            "linux.seccomp.syscalls[0].args: index 6 is none of a system "
            "call's arguments (0 to 5)");
  profile = Profile({});
  profile.architectures = {"SCMP_ARCH_VAX"};
  EXPECT_EQ(Error(profile),
            "linux.seccomp.architectures: \"SCMP_ARCH_VAX\" is not an "
            "architecture");
  profile = Profile({{{"read"}, SeccompAction::kTrace, 65536, {}}});
  EXPECT_EQ(Error(profile),
            "linux.seccomp.syscalls[0].errnoRet: 65536 is larger than 65535");
}

TEST(CompileSeccomp, RefusesMoreThanTheKernelTakes) {
  spec::Seccomp profile = Profile({});
  for (uint64_t i = 0; i < 3000; ++i) {
    profile.rules.push_back(Allow({"read"}, {{0, i << 32}, {1, i}}));
  }
  EXPECT_EQ(Error(profile).substr(0, 46),
            "linux.seccomp: the profile makes a filter of 2");
}

TEST(CompileSeccomp, ListenerNeedsAPathAndSendmsg) {
  spec::Seccomp profile =
      Profile({{{"mount"}, SeccompAction::kNotify, {}, {}}});
  EXPECT_EQ(Error(profile).substr(0, 40),
            "linux.seccomp.listenerPath: is needed fo");
  profile.listener_path = "/run/agent.sock";
  EXPECT_EQ(Error(profile).substr(0, 41),
            "linux.seccomp.syscalls: \"sendmsg\" must be");
  profile.rules.push_back(Allow({"sendmsg"}, {{0, 5}}));
  EXPECT_EQ(Error(profile).substr(0, 41),
            "linux.seccomp.syscalls: \"sendmsg\" must be");
  profile.rules.push_back(Allow({"sendmsg"}));
  const absl::StatusOr<SeccompFilter> filter = CompileSeccomp(profile);
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_TRUE(filter->has_listener);
  EXPECT_EQ(Judge(profile, SYS_mount), SECCOMP_RET_USER_NOTIF);
  profile.default_action = SeccompAction::kNotify;
  EXPECT_EQ(Error(profile).substr(0, 45),
            "linux.seccomp.defaultAction: \"SCMP_ACT_NOTIFY");
}

TEST(CompileSeccomp, GivesTheKernelOnlyFlagsThatGoTogether) {
  constexpr uint32_t kAll =
      SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG |
      SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  constexpr uint32_t kKept =
      SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  spec::Seccomp profile = Profile({Allow({"sendmsg"})});
  profile.flags = kAll;
  profile.listener_path = "/run/agent.sock";
  EXPECT_EQ(CompileSeccomp(profile)->flags, kKept);
  profile.rules.push_back({{"mount"}, SeccompAction::kNotify, {}, {}});
  EXPECT_EQ(CompileSeccomp(profile)->flags,
            kKept | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV |
                SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

// The program against a plain reading of the rules, of any kind and number.

bool Holds(const ArgumentTest& test, uint64_t argument) {
  switch (test.op) {
    case SeccompOperator::kNotEqual:
      return argument != test.value;
    case SeccompOperator::kLess:
      return argument < test.value;
    case SeccompOperator::kLessOrEqual:
      return argument <= test.value;
    case SeccompOperator::kEqual:
      return argument == test.value;
    case SeccompOperator::kGreaterOrEqual:
      return argument >= test.value;
    case SeccompOperator::kGreater:
      return argument > test.value;
    case SeccompOperator::kMaskedEqual:
      return (argument & test.mask) == test.value;
  }
}

uint32_t Expected(const ProfileRules& profile, const AbiRules& abi,
                  const seccomp_data& call) {
  const auto number = static_cast<uint32_t>(call.nr);
  if (number > abi.last_known.value_or(number)) return kEnosys;
  for (const CallRule& rule : abi.rules[abi.calls[number & ~kX32Bit]]) {
    bool holds = true;
    for (const ArgumentTest& test : rule.tests) {
      const uint64_t argument = call.args[test.argument];
      holds &= Holds(test, abi.abi == SyscallAbi::kX86_64
                               ? argument
                               : static_cast<uint32_t>(argument));
    }
    if (holds) return rule.action;
  }
  return profile.default_action;
}

uint64_t RandomValue(std::mt19937& random) {
  constexpr uint32_t kWords[] = {
      0, 1, 2, 5, 6, 0x7e020000, std::numeric_limits<uint32_t>::max()};
  const auto word = [&random, &kWords] {
    return uint64_t{kWords[random() % std::size(kWords)]};
  };
  return word() << 32 | word();
}

spec::Seccomp RandomProfile(std::mt19937& random) {
  constexpr SeccompAction kActions[] = {
      SeccompAction::kErrno, SeccompAction::kAllow, SeccompAction::kLog,
      SeccompAction::kTrap, SeccompAction::kTrace};
  const auto action = [&] { return kActions[random() % std::size(kActions)]; };
  spec::Seccomp profile = Profile({}, action());
  profile.architectures = {"SCMP_ARCH_X86", "SCMP_ARCH_X32"};
  for (size_t rules = random() % 40; rules > 0; --rules) {
    SeccompRule rule;
    rule.names = {random() % 2 == 0 ? "read" : "ioctl"};
    rule.action = action();
    for (size_t tests = random() % 4; tests > 0; --tests) {
      rule.conditions.push_back({static_cast<uint32_t>(random() % 6),
                                 RandomValue(random), RandomValue(random),
                                 static_cast<SeccompOperator>(random() % 7)});
    }
    profile.rules.push_back(rule);
  }
  return profile;
}

TEST(CompileSeccomp, TheProgramDoesWhatTheRulesSay) {
  std::mt19937 random(1);
  for (int round = 0; round < 400; ++round) {
    const spec::Seccomp profile = RandomProfile(random);
    const auto rules = ResolveProfile(profile);
    const auto filter = CompileSeccomp(profile);
    ASSERT_TRUE(rules.ok() && filter.ok());
    for (const AbiRules& abi : rules->abis) {
      for (uint32_t number = 0; number < abi.calls.size(); ++number) {
        if (abi.calls[number] == 0) continue;
        seccomp_data call = {static_cast<int>(number | AbiBit(abi.abi)),
                             abi.abi == SyscallAbi::kX86
                                 ? uint32_t{AUDIT_ARCH_I386}
                                 : uint32_t{AUDIT_ARCH_X86_64},
                             0,
                             {}};
        for (int i = 0; i < 200; ++i) {
          for (auto& argument : call.args) argument = RandomValue(random);
          const auto verdict = RunBpf(filter->program, call);
          ASSERT_TRUE(verdict.has_value());
          ASSERT_EQ(verdict->action, Expected(*rules, abi, call))
              << "round " << round << " call " << number;
        }
      }
    }
  }
}

}  // namespace
}  // namespace chmdocker::security
