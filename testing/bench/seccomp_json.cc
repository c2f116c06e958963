#include "testing/bench/seccomp_json.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/oci/names.h"
#include "runtime/oci/seccomp_names.h"
#include "runtime/spec/seccomp.h"
#include "testing/bench/json.h"

namespace chmdocker::bench {
namespace {

template <class Enum>
std::string NameOf(Enum value, absl::Span<const oci::NamedValue> names) {
  for (const oci::NamedValue& entry : names) {
    if (entry.value == static_cast<uint64_t>(value)) {
      return JsonString(entry.name);
    }
  }
  return JsonString("");
}

void AppendString(std::string* out, const std::string& text) {
  out->append(JsonString(text));
}

void AppendCondition(std::string* out, const spec::SeccompCondition& one) {
  absl::StrAppend(out, "{\"index\": ", one.index, ", \"value\": ", one.value,
                  ", \"valueTwo\": ", one.value_two,
                  ", \"op\": ", NameOf(one.op, oci::SeccompOperatorNames()),
                  "}");
}

void AppendRule(std::string* out, const spec::SeccompRule& rule) {
  absl::StrAppend(
      out, "{\"names\": [", absl::StrJoin(rule.names, ", ", AppendString),
      "], \"action\": ", NameOf(rule.action, oci::SeccompActionNames()));
  if (rule.errno_ret) absl::StrAppend(out, ", \"errnoRet\": ", *rule.errno_ret);
  if (!rule.conditions.empty()) {
    absl::StrAppend(out, ", \"args\": [",
                    absl::StrJoin(rule.conditions, ", ", AppendCondition), "]");
  }
  out->append("}");
}

}  // namespace

std::string SeccompJson(const spec::Seccomp& profile) {
  std::string text =
      absl::StrCat("{\"defaultAction\": ",
                   NameOf(profile.default_action, oci::SeccompActionNames()));
  if (profile.default_errno_ret) {
    absl::StrAppend(&text,
                    ", \"defaultErrnoRet\": ", *profile.default_errno_ret);
  }
  absl::StrAppend(&text, ", \"architectures\": [",
                  absl::StrJoin(profile.architectures, ", ", AppendString),
                  "],\n\"syscalls\": [",
                  absl::StrJoin(profile.rules, ",\n", AppendRule), "]}");
  return text;
}

}  // namespace chmdocker::bench
