#include "runtime/oci/seccomp_profile.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "runtime/base/capability_names.h"
#include "runtime/base/kernel_version.h"
#include "runtime/base/status_macros.h"
#include "runtime/oci/json.h"
#include "runtime/oci/read_seccomp.h"
#include "runtime/spec/process.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::oci {
namespace {

// Go's name and libseccomp's for what chmdocker is built for.
constexpr char kGoArchitecture[] = "amd64";
constexpr char kArchitecture[] = "SCMP_ARCH_X86_64";

struct Circumstances {
  spec::CapabilitySet bounding;
  KernelVersion kernel;
};

// How many of the conditions in `includes` or `excludes` there are, and how
// many of them hold.
struct Verdict {
  int conditions = 0;
  int hold = 0;
  void Add(bool holds) {
    ++conditions;
    hold += holds ? 1 : 0;
  }
};

void JudgeCapabilities(const Value& value, const Circumstances& now,
                       Verdict& verdict) {
  std::vector<std::string> names;
  if (!value.Read(&names)) return;
  for (const std::string& name : names) {
    const std::optional<int> number = CapabilityNumber(name);
    verdict.Add(number && (now.bounding >> *number & 1) != 0);
  }
}

void JudgeArchitectures(const Value& value, Verdict& verdict) {
  std::vector<std::string> names;
  if (!value.Read(&names) || names.empty()) return;
  verdict.Add(std::find(names.begin(), names.end(), kGoArchitecture) !=
              names.end());
}

void JudgeKernel(const Value& value, const Circumstances& now,
                 Verdict& verdict) {
  std::string text;
  if (!value.Read(&text) || text.empty()) return;
  const std::optional<KernelVersion> least = ParseKernelVersion(text);
  if (!least) return value.FailWith(text, "wants a version as 4.8");
  verdict.Add(now.kernel >= *least);
}

Verdict Judge(const Value& filter, const Circumstances& now) {
  Verdict verdict;
  JudgeCapabilities(filter.Member("caps"), now, verdict);
  JudgeArchitectures(filter.Member("arches"), verdict);
  JudgeKernel(filter.Member("minKernel"), now, verdict);
  return verdict;
}

// A rule is taken if all that it includes holds, and nothing that it excludes.
bool IsTaken(const Value& rule, const Circumstances& now) {
  const Verdict includes = Judge(rule.Member("includes"), now);
  return includes.hold == includes.conditions &&
         Judge(rule.Member("excludes"), now).hold == 0;
}

void ReadRules(const Value& profile, const Circumstances& now,
               spec::Seccomp& seccomp) {
  profile.Member("syscalls").ForEachElement([&](const Value& element) {
    spec::SeccompRule rule;
    const Value name = element.Member("name");
    std::string one;
    if (name.Read(&one) && !one.empty()) {
      if (element.Member("names").present()) {
        name.Fail("is given beside \"names\"; use one of them");
      }
      rule.names = {std::move(one)};
      ReadSeccompConditions(element, rule);
    } else {
      ReadSeccompRule(element, rule);
    }
    if (IsTaken(element, now)) seccomp.rules.push_back(std::move(rule));
  });
}

void ReadArchitectures(const Value& profile, spec::Seccomp& seccomp) {
  const Value map = profile.Member("archMap");
  map.ForEachElement([&](const Value& element) {
    std::string name;
    std::vector<std::string> others;
    element.Member("architecture").Required().Read(&name);
    element.Member("subArchitectures").Read(&others);
    if (name != kArchitecture) return;
    if (!seccomp.architectures.empty()) {
      map.Fail("is given beside \"architectures\"; use one of them");
    }
    seccomp.architectures = {name};
    seccomp.architectures.insert(seccomp.architectures.end(), others.begin(),
                                 others.end());
  });
}

}  // namespace

absl::StatusOr<spec::Seccomp> ParseSeccompProfile(absl::string_view json,
                                                  spec::CapabilitySet bounding,
                                                  KernelVersion kernel) {
  CHM_ASSIGN_OR_RETURN(const Document document, Document::Parse(json));
  Report report(/*lenient=*/false, nullptr);
  const Value profile(document.root(), "", &report);
  spec::Seccomp seccomp;
  ReadSeccompHead(profile, seccomp);
  ReadArchitectures(profile, seccomp);
  ReadRules(profile, {bounding, kernel}, seccomp);
  CHM_RETURN_IF_ERROR(report.status());
  return seccomp;
}

}  // namespace chmdocker::oci
