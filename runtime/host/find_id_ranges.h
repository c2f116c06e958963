// Finds out which ids the caller may map, and the programs that do it.
#ifndef CHMDOCKER_RUNTIME_HOST_FIND_ID_RANGES_H_
#define CHMDOCKER_RUNTIME_HOST_FIND_ID_RANGES_H_

#include <cstdint>
#include <string>

#include "runtime/host/id_ranges.h"

namespace chmdocker::host {

// newuidmap(1) or newgidmap(1): a program that root owns, nobody else may
// write, and that gets its rights when it is started, by set-user-ID or a file
// capability. It is looked for where distributions have it, not in PATH.
struct MapProgram {
  std::string path;     // absolute; empty: there is none
  std::string problem;  // why not
  std::string remedy;   // root's command against it
};
MapProgram FindMapProgram(const std::string& name);

// Of the user `uid`.
IdRanges FindIdRanges(uint32_t uid);

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_FIND_ID_RANGES_H_
