// The linux section of config.json.
#ifndef CHMDOCKER_RUNTIME_OCI_READ_LINUX_H_
#define CHMDOCKER_RUNTIME_OCI_READ_LINUX_H_

#include "runtime/oci/json.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::oci {

void ReadLinux(const Value& value, spec::ContainerSpec& spec);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_READ_LINUX_H_
