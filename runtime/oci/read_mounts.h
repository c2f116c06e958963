// The mounts of config.json.
#ifndef CHMDOCKER_RUNTIME_OCI_READ_MOUNTS_H_
#define CHMDOCKER_RUNTIME_OCI_READ_MOUNTS_H_

#include <string>
#include <vector>

#include "runtime/oci/json.h"
#include "runtime/spec/mount.h"

namespace chmdocker::oci {

void ReadMounts(const Value& value, const std::string& bundle,
                std::vector<spec::Mount>& mounts);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_READ_MOUNTS_H_
