// The compiler against libseccomp: both judge the same calls.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "runtime/security/bpf_simulator.h"
#include "runtime/security/runc_reference.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;
using spec::SeccompCondition;
using spec::SeccompOperator;
using spec::SeccompRule;

constexpr uint32_t kX32 = 0x40000000;
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

std::vector<uint32_t> AllNumbers() {
  std::vector<uint32_t> numbers = {0x3fffffff, 0x7fffffff, 0x80000000,
                                   0xbfffffff, 0xc0000000, 0xfffffffe,
                                   0xffffffff};
  for (uint32_t i = 0; i < kLargestNumber; ++i) {
    numbers.push_back(i);
    numbers.push_back(kX32 + i);
  }
  return numbers;
}

// The values at which a test of an argument may change its mind.
std::vector<uint64_t> Boundaries(const spec::Seccomp& profile) {
  constexpr uint64_t kUpper = uint64_t{1} << 32;
  std::set<uint64_t> values = {
      0, 1, 2, 3, 4, 24, std::numeric_limits<uint64_t>::max()};
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

class Comparison {
 public:
  explicit Comparison(const spec::Seccomp& profile)
      : values_(Boundaries(profile)), reference_(RuncReference::Make(profile)) {
    const absl::StatusOr<SeccompFilter> filter = CompileSeccomp(profile);
    EXPECT_TRUE(filter.ok()) << filter.status();
    if (filter.ok()) program_ = filter->program;
  }

  bool ok() const { return reference_.has_value(); }
  const std::vector<sock_filter>& program() const { return program_; }
  const RuncReference& reference() const { return *reference_; }

  // The first call that is judged in two ways.
  std::string Difference(const std::vector<uint32_t>& numbers,
                         std::mt19937& random) const {
    for (const uint32_t architecture : kArchitectures) {
      for (const uint32_t number : numbers) {
        seccomp_data call = {static_cast<int>(number), architecture, 0, {}};
        for (size_t i = 0; i < values_.size() * 6; ++i) {
          call.args[i % 6] = values_[i / 6];
          if (i % 6 == 5) call = {call.nr, call.arch, 0, {}};
          if (const std::string text = DifferenceAt(call); !text.empty()) {
            return text;
          }
          for (auto& argument : call.args)
            argument = values_[random() % values_.size()];
          if (const std::string text = DifferenceAt(call); !text.empty()) {
            return text;
          }
          call = {call.nr, call.arch, 0, {}};
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

  std::vector<uint64_t> values_;
  std::optional<RuncReference> reference_;
  std::vector<sock_filter> program_;
};

TEST(SeccompReference, EnginesProfileIsJudgedTheSame) {
  std::mt19937 random(1);
  for (const auto& architectures : ArchitectureLists()) {
    const Comparison comparison(EngineProfile(architectures));
    ASSERT_TRUE(comparison.ok());
    EXPECT_EQ(comparison.Difference(AllNumbers(), random), "")
        << absl::StrJoin(architectures, ",");
    RecordProperty(absl::StrCat("instructions of ", architectures.size()),
                   static_cast<int>(comparison.program().size()));
    std::cerr << absl::StrJoin(architectures, ",") << ": "
              << comparison.program().size() << " instructions, libseccomp "
              << comparison.reference().program().size() << "\n";
  }
}

}  // namespace
}  // namespace chmdocker::security
