// The compiler against libseccomp: both judge each call in the same way.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "runtime/security/bpf_simulator.h"
#include "runtime/security/engine_profile.h"
#include "runtime/security/runc_reference.h"
#include "runtime/security/seccomp_arch.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;
using spec::SeccompCondition;
using spec::SeccompOperator;
using spec::SeccompRule;

constexpr uint32_t kLargestNumber = 1100;
constexpr uint32_t kArchitectures[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,
                                       AUDIT_ARCH_ARM};

const std::vector<std::vector<std::string>>& ArchitectureLists() {
  static const auto* const lists = new std::vector<std::vector<std::string>>{
      {},
      {"SCMP_ARCH_X86_64"},
      {"SCMP_ARCH_X86"},
      {"SCMP_ARCH_X32"},
      {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86"},
      {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"},
  };
  return *lists;
}

const std::set<uint32_t>& OddNumbers() {
  static const auto* const numbers = new std::set<uint32_t>{
      0,          kX32Bit - 1, kX32Bit,    0x7fffffff, 0x80000000,
      0xbfffffff, 0xc0000000,  0xfffffffe, 0xffffffff};
  return *numbers;
}

std::set<uint32_t> AllNumbers() {
  std::set<uint32_t> numbers = OddNumbers();
  for (uint32_t i = 0; i < kLargestNumber; ++i) {
    numbers.insert({i, kX32Bit + i});
  }
  return numbers;
}

// Those of the calls that `profile` names, with what is beside them, and of
// socketcall(2) and ipc(2) of x86.
std::set<uint32_t> NamedNumbers(const spec::Seccomp& profile) {
  std::set<uint32_t> numbers = OddNumbers();
  numbers.insert({102, 117});
  for (const SeccompRule& rule : profile.rules) {
    for (const std::string& name : rule.names) {
      for (size_t abi = 0; abi < kSyscallAbiCount; ++abi) {
        const auto number = SyscallNumber(static_cast<SyscallAbi>(abi), name);
        if (number.has_value()) numbers.insert({*number, *number + 1});
      }
    }
  }
  return numbers;
}

// The values at which a test of an argument may change its mind.
std::vector<uint64_t> Boundaries(const spec::Seccomp& profile) {
  constexpr uint64_t kUpper = uint64_t{1} << 32;
  std::set<uint64_t> values = {
      0, 1, 2, 3, 5, 24, std::numeric_limits<uint64_t>::max()};
  for (const SeccompRule& rule : profile.rules) {
    for (const SeccompCondition& condition : rule.conditions) {
      for (const uint64_t value : {condition.value, condition.value_two}) {
        for (const uint64_t near : {value - 1, value, value + 1, ~value}) {
          values.insert(
              {near, near + kUpper, near - kUpper, near & 0xffffffff});
        }
      }
    }
  }
  return {values.begin(), values.end()};
}

std::string Show(const seccomp_data& call) {
  return absl::StrCat(
      "architecture ", absl::Hex(call.arch), " call ",
      absl::Hex(static_cast<uint32_t>(call.nr)), " arguments ",
      absl::StrJoin(call.args, ",", [](std::string* out, uint64_t value) {
        absl::StrAppend(out, absl::Hex(value));
      }));
}

std::string Show(const spec::Seccomp& profile) {
  std::string text =
      absl::StrCat("default ", static_cast<int>(profile.default_action));
  for (const SeccompRule& rule : profile.rules) {
    absl::StrAppend(&text, "\n", absl::StrJoin(rule.names, ","), " action ",
                    static_cast<int>(rule.action));
    for (const SeccompCondition& one : rule.conditions) {
      absl::StrAppend(&text, " [", one.index, " op ", static_cast<int>(one.op),
                      " ", absl::Hex(one.value), " ", absl::Hex(one.value_two),
                      "]");
    }
  }
  return text;
}

class Comparison {
 public:
  explicit Comparison(const spec::Seccomp& profile)
      : profile_(profile),
        values_(Boundaries(profile)),
        reference_(RuncReference::Make(profile)) {
    const absl::StatusOr<SeccompFilter> filter = CompileSeccomp(profile);
    EXPECT_TRUE(filter.ok()) << filter.status();
    if (filter.ok()) program_ = filter->program;
  }

  // Whether libseccomp takes the profile.
  bool ok() const { return reference_.has_value(); }
  size_t size() const { return program_.size(); }
  size_t reference_size() const { return reference_->program().size(); }

  // The first call that is judged in two ways: for each number, of all pairs
  // of an argument and a value each `step`th, with zeros beside it and then
  // with random values.
  std::string Difference(const std::set<uint32_t>& numbers,
                         std::mt19937& random, size_t step) const {
    for (const uint32_t architecture : kArchitectures) {
      for (const uint32_t number : numbers) {
        for (size_t i = 0; i < values_.size() * 6; i += step) {
          seccomp_data call = {static_cast<int>(number), architecture, 0, {}};
          call.args[i % 6] = values_[i / 6];
          std::string text = DifferenceAt(call);
          for (auto& argument : call.args) {
            argument = values_[random() % values_.size()];
          }
          if (text.empty()) text = DifferenceAt(call);
          if (!text.empty()) return absl::StrCat(text, "\n", Show(profile_));
        }
      }
    }
    return "";
  }

 private:
  std::string DifferenceAt(const seccomp_data& call) const {
    const std::optional<BpfVerdict> verdict = RunBpf(program_, call);
    const uint32_t expected = reference_->Judge(call);
    if (verdict.has_value() && verdict->action == expected) return "";
    return absl::StrCat(
        Show(call), ": ",
        verdict.has_value() ? absl::StrCat(absl::Hex(verdict->action)) : "none",
        " instead of ", absl::Hex(expected));
  }

  const spec::Seccomp& profile_;
  std::vector<uint64_t> values_;
  std::optional<RuncReference> reference_;
  std::vector<sock_filter> program_;
};

TEST(SeccompReference, AnEnginesProfileIsJudgedTheSame) {
  std::mt19937 random(1);
  for (const auto& architectures : ArchitectureLists()) {
    const spec::Seccomp profile = EngineProfile(architectures);
    const Comparison comparison(profile);
    ASSERT_TRUE(comparison.ok());
    EXPECT_EQ(comparison.Difference(AllNumbers(), random, 1), "")
        << absl::StrJoin(architectures, ",");
    EXPECT_LT(comparison.size() * 5, comparison.reference_size());
  }
}

TEST(SeccompReference, AnEnginesProfileIsShort) {
  const auto size = [](const std::vector<std::string>& architectures) {
    return CompileSeccomp(EngineProfile(architectures))->program.size();
  };
  EXPECT_EQ(size({"SCMP_ARCH_X86_64"}), 68u);
  EXPECT_EQ(size({"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"}), 225u);
}

// Random profiles: of calls with and without a number of their own on each
// ABI, and multiplexed ones; one name is nobody's.
class RandomProfiles {
 public:
  explicit RandomProfiles(unsigned seed) : random_(seed) {}

  std::mt19937& random() { return random_; }

  spec::Seccomp Make() {
    spec::Seccomp profile;
    profile.architectures =
        ArchitectureLists()[random_() % ArchitectureLists().size()];
    profile.default_action = Action();
    return profile;
  }

  SeccompRule Rule() {
    SeccompRule rule;
    rule.action = Action();
    if (random_() % 4 == 0) rule.errno_ret = random_() % 3;
    return rule;
  }

  SeccompCondition Condition(uint32_t index) {
    constexpr uint64_t kValues[] = {
        0,           1,
        2,           5,
        0x7e020000,  0xffffffff,
        0x100000000, 0x100000005,
        0x200000001, std::numeric_limits<uint64_t>::max()};
    const auto value = [this, &kValues] {
      return kValues[random_() % std::size(kValues)];
    };
    return {index, value(), value(),
            static_cast<SeccompOperator>(random_() % 7)};
  }

 private:
  SeccompAction Action() {
    constexpr SeccompAction kActions[] = {
        SeccompAction::kErrno,      SeccompAction::kAllow,
        SeccompAction::kLog,        SeccompAction::kTrap,
        SeccompAction::kTrace,      SeccompAction::kKillProcess,
        SeccompAction::kKillThread,
    };
    return kActions[random_() % std::size(kActions)];
  }

  std::mt19937 random_;
};

// How many of 150 profiles libseccomp took; the rest have two rules that
// contradict each other.
template <class Fill>
int Compare(unsigned seed, Fill fill) {
  RandomProfiles profiles(seed);
  int compared = 0;
  for (int i = 0; i < 150; ++i) {
    spec::Seccomp profile = profiles.Make();
    fill(profiles, profile);
    const Comparison comparison(profile);
    if (!comparison.ok()) continue;
    ++compared;
    const std::string difference =
        comparison.Difference(NamedNumbers(profile), profiles.random(), 11);
    EXPECT_EQ(difference, "");
    if (!difference.empty()) break;
  }
  return compared;
}

TEST(SeccompReference, RulesWithoutConditionsAreJudgedTheSame) {
  const std::vector<std::string> names = {
      "read",   "execve", "socket", "accept",     "semop",   "recv",
      "shmget", "ipc",    "ioctl",  "socketcall", "chown32", "io_uring_setup",
      "openat", "send",   "ptrace", "made_up",
  };
  const auto fill = [&names](RandomProfiles& profiles, spec::Seccomp& profile) {
    for (size_t rules = profiles.random()() % 12; rules > 0; --rules) {
      SeccompRule rule = profiles.Rule();
      rule.names = {names[profiles.random()() % names.size()],
                    names[profiles.random()() % names.size()]};
      profile.rules.push_back(rule);
    }
  };
  EXPECT_GT(Compare(1, fill), 100);
}

// libseccomp 2.6.0 forgets to load an argument again where one rule's second
// test fails and another rule is next, so that only the first rule of each call
// has several tests here.
TEST(SeccompReference, ConditionsAreJoinedTheSame) {
  const std::vector<std::string> names = {
      "read",           "execve", "accept", "semop", "chown32",
      "io_uring_setup", "openat", "ptrace", "send",
  };
  const auto fill = [&names](RandomProfiles& profiles, spec::Seccomp& profile) {
    const bool one_socket_call = profiles.random()() % 2 == 0;
    for (const std::string& name : names) {
      if (name == (one_socket_call ? "accept" : "send")) continue;
      SeccompRule rule = profiles.Rule();
      rule.names = {name};
      for (uint32_t index = 0; index < 6; ++index) {
        if (profiles.random()() % 3 == 0) {
          rule.conditions.push_back(profiles.Condition(index));
        }
      }
      profile.rules.push_back(rule);
    }
  };
  EXPECT_GT(Compare(2, fill), 100);
}

// Of tests for order or for being different, which may share the comparison of
// an argument's upper half, libseccomp 2.6.0 mixes up the actions.
TEST(SeccompReference, RulesOfOneCallHaveTheSameOrder) {
  const std::vector<std::string> names = {"read", "execve", "openat", "semop"};
  const auto fill = [&names](RandomProfiles& profiles, spec::Seccomp& profile) {
    for (size_t rules = profiles.random()() % 8; rules > 0; --rules) {
      SeccompRule rule = profiles.Rule();
      rule.names = {names[profiles.random()() % names.size()]};
      SeccompCondition condition = profiles.Condition(profiles.random()() % 3);
      condition.op = profiles.random()() % 2 == 0
                         ? SeccompOperator::kEqual
                         : SeccompOperator::kMaskedEqual;
      rule.conditions.push_back(condition);
      profile.rules.push_back(rule);
    }
  };
  EXPECT_GT(Compare(3, fill), 75);
}

// An argument that is named twice makes each condition a rule of its own.
TEST(SeccompReference, RepeatedArgumentsAreJudgedTheSame) {
  const std::vector<std::string> names = {"read", "execve", "openat", "recv"};
  const auto fill = [&names](RandomProfiles& profiles, spec::Seccomp& profile) {
    for (const std::string& name : names) {
      SeccompRule rule = profiles.Rule();
      rule.names = {name};
      for (const uint32_t index : {1u, 1u, 2u}) {
        rule.conditions.push_back(profiles.Condition(index));
        rule.conditions.back().op = SeccompOperator::kEqual;
      }
      profile.rules.push_back(rule);
    }
  };
  EXPECT_GT(Compare(4, fill), 100);
}

}  // namespace
}  // namespace chmdocker::security
