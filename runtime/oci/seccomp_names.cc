#include "runtime/oci/seccomp_names.h"

#include <linux/seccomp.h>

#include <cstdint>

#include "absl/types/span.h"
#include "runtime/oci/names.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::oci {
namespace {

using spec::SeccompAction;
using spec::SeccompOperator;

template <class Enum>
constexpr uint64_t Number(Enum value) {
  return static_cast<uint64_t>(value);
}

constexpr NamedValue kActions[] = {
    {"SCMP_ACT_ALLOW", Number(SeccompAction::kAllow)},
    {"SCMP_ACT_ERRNO", Number(SeccompAction::kErrno)},
    {"SCMP_ACT_KILL", Number(SeccompAction::kKillThread)},
    {"SCMP_ACT_KILL_PROCESS", Number(SeccompAction::kKillProcess)},
    {"SCMP_ACT_KILL_THREAD", Number(SeccompAction::kKillThread)},
    {"SCMP_ACT_LOG", Number(SeccompAction::kLog)},
    {"SCMP_ACT_NOTIFY", Number(SeccompAction::kNotify)},
    {"SCMP_ACT_TRACE", Number(SeccompAction::kTrace)},
    {"SCMP_ACT_TRAP", Number(SeccompAction::kTrap)},
};

constexpr NamedValue kOperators[] = {
    {"SCMP_CMP_EQ", Number(SeccompOperator::kEqual)},
    {"SCMP_CMP_GE", Number(SeccompOperator::kGreaterOrEqual)},
    {"SCMP_CMP_GT", Number(SeccompOperator::kGreater)},
    {"SCMP_CMP_LE", Number(SeccompOperator::kLessOrEqual)},
    {"SCMP_CMP_LT", Number(SeccompOperator::kLess)},
    {"SCMP_CMP_MASKED_EQ", Number(SeccompOperator::kMaskedEqual)},
    {"SCMP_CMP_NE", Number(SeccompOperator::kNotEqual)},
};

constexpr NamedValue kFlags[] = {
    {"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
    {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
    {"SECCOMP_FILTER_FLAG_TSYNC", 0},
    // Linux 5.19.
    {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
     SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
};

}  // namespace

absl::Span<const NamedValue> SeccompActionNames() { return kActions; }
absl::Span<const NamedValue> SeccompOperatorNames() { return kOperators; }
absl::Span<const NamedValue> SeccompFlagNames() { return kFlags; }

}  // namespace chmdocker::oci
