#include "runtime/oci/id_mappings.h"

#include <vector>

#include "runtime/oci/json.h"
#include "runtime/spec/mount.h"

namespace chmdocker::oci {

void ReadIdMappings(const Value& value,
                    std::vector<spec::IdMapping>& mappings) {
  value.ForEachElement([&](const Value& element) {
    spec::IdMapping mapping;
    element.Member("containerID").Required().Read(&mapping.container_id);
    element.Member("hostID").Required().Read(&mapping.host_id);
    element.Member("size").Required().Read(&mapping.size);
    mappings.push_back(mapping);
  });
}

}  // namespace chmdocker::oci
