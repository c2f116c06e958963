// uidMappings and gidMappings, of the container and of a mount.
#ifndef CHMDOCKER_RUNTIME_OCI_ID_MAPPINGS_H_
#define CHMDOCKER_RUNTIME_OCI_ID_MAPPINGS_H_

#include <vector>

#include "runtime/oci/json.h"
#include "runtime/spec/mount.h"

namespace chmdocker::oci {

void ReadIdMappings(const Value& value, std::vector<spec::IdMapping>& mappings);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_ID_MAPPINGS_H_
