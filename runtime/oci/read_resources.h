// linux.resources of config.json.
#ifndef CHMDOCKER_RUNTIME_OCI_READ_RESOURCES_H_
#define CHMDOCKER_RUNTIME_OCI_READ_RESOURCES_H_

#include "runtime/oci/json.h"
#include "runtime/spec/resources.h"

namespace chmdocker::oci {

void ReadResources(const Value& value, spec::Resources& resources);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_READ_RESOURCES_H_
