#include "runtime/oci/read_seccomp.h"

#include <linux/seccomp.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "runtime/oci/json.h"
#include "runtime/oci/seccomp_names.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::oci {
namespace {

using spec::Seccomp;
using spec::SeccompCondition;
using spec::SeccompRule;

// SECCOMP_RET_DATA of <linux/seccomp.h> has 16 bits.
constexpr uint32_t kMaxErrno = SECCOMP_RET_DATA;

void ReadCondition(const Value& value, SeccompCondition& condition) {
  value.Member("index").Required().Read(&condition.index, 0, 5);
  value.Member("value").Required().Read(&condition.value);
  value.Member("valueTwo").Read(&condition.value_two);
  uint8_t op = 0;
  value.Member("op").Required().ReadName(SeccompOperatorNames(), &op);
  condition.op = static_cast<spec::SeccompOperator>(op);
}

void ReadAction(const Value& value, spec::SeccompAction& action) {
  uint8_t number = 0;
  value.Required().ReadName(SeccompActionNames(), &number);
  action = static_cast<spec::SeccompAction>(number);
}

// As runc has it: flags that are not named, not even as none, are this one.
// Since Linux 5.16 it changes nothing by default.
void ReadFlags(const Value& value, uint32_t& flags) {
  flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  value.ReadNames(SeccompFlagNames(), &flags);
}

}  // namespace

void ReadSeccompConditions(const Value& value, SeccompRule& rule) {
  ReadAction(value.Member("action"), rule.action);
  value.Member("errnoRet").Read(&rule.errno_ret, 0U, kMaxErrno);
  value.Member("args").ForEachElement([&](const Value& element) {
    SeccompCondition condition;
    ReadCondition(element, condition);
    rule.conditions.push_back(condition);
  });
}

void ReadSeccompRule(const Value& value, SeccompRule& rule) {
  value.Member("names").Required().Read(&rule.names);
  ReadSeccompConditions(value, rule);
}

void ReadSeccompHead(const Value& value, Seccomp& profile) {
  ReadAction(value.Member("defaultAction"), profile.default_action);
  value.Member("defaultErrnoRet")
      .Read(&profile.default_errno_ret, 0U, kMaxErrno);
  value.Member("architectures").Read(&profile.architectures);
  ReadFlags(value.Member("flags"), profile.flags);
  value.Member("listenerPath").Read(&profile.listener_path);
  value.Member("listenerMetadata").Read(&profile.listener_metadata);
}

void ReadSeccomp(const Value& value, std::optional<Seccomp>& seccomp) {
  if (!value.present()) return;
  // An empty profile: engines write it for none.
  const Value action = value.Member("defaultAction");
  const Value rules = value.Member("syscalls");
  if (!action.present() && !rules.present()) return;
  Seccomp& profile = seccomp.emplace();
  ReadSeccompHead(value, profile);
  rules.ForEachElement([&](const Value& element) {
    SeccompRule rule;
    ReadSeccompRule(element, rule);
    profile.rules.push_back(std::move(rule));
  });
}

}  // namespace chmdocker::oci
