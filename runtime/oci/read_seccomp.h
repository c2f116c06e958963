// linux.seccomp of config.json, and its parts.
#ifndef CHMDOCKER_RUNTIME_OCI_READ_SECCOMP_H_
#define CHMDOCKER_RUNTIME_OCI_READ_SECCOMP_H_

#include <optional>

#include "runtime/oci/json.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::oci {

void ReadSeccomp(const Value& value, std::optional<spec::Seccomp>& seccomp);

// All but the rules.
void ReadSeccompHead(const Value& value, spec::Seccomp& profile);
// One of `syscalls`.
void ReadSeccompRule(const Value& value, spec::SeccompRule& rule);
// All of it but the names.
void ReadSeccompConditions(const Value& value, spec::SeccompRule& rule);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_READ_SECCOMP_H_
