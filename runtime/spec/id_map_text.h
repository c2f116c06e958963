// ID mappings as the kernel reads them. Pure.
#ifndef CHMDOCKER_RUNTIME_SPEC_ID_MAP_TEXT_H_
#define CHMDOCKER_RUNTIME_SPEC_ID_MAP_TEXT_H_

#include <string>
#include <vector>

#include "runtime/spec/mount.h"

namespace chmdocker::spec {

// Lines "INSIDE OUTSIDE COUNT\n" of uid_map and gid_map: user_namespaces(7).
std::string IdMapText(const std::vector<IdMapping>& mappings);

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_ID_MAP_TEXT_H_
