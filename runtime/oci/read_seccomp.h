// linux.seccomp of config.json.
#ifndef CHMDOCKER_RUNTIME_OCI_READ_SECCOMP_H_
#define CHMDOCKER_RUNTIME_OCI_READ_SECCOMP_H_

#include <optional>

#include "runtime/oci/json.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::oci {

void ReadSeccomp(const Value& value, std::optional<spec::Seccomp>& seccomp);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_READ_SECCOMP_H_
