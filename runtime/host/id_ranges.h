// Which ids of the host an ordinary user may map into a user namespace beside
// their own: subuid(5), subgid(5). Pure.
#ifndef CHMDOCKER_RUNTIME_HOST_ID_RANGES_H_
#define CHMDOCKER_RUNTIME_HOST_ID_RANGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace chmdocker::host {

struct IdRange {
  uint32_t first = 0;
  uint32_t count = 0;
  bool operator==(const IdRange&) const = default;
};

// The ranges are to be used if there is no problem.
struct IdRanges {
  std::vector<IdRange> users;
  std::vector<IdRange> groups;
  std::string problem = {};  // why not
  std::string remedy = {};   // root's command against it; may be empty
};

// The ranges that a file gives to a user: both files name users, by login name
// or number. Lines that are none are passed over, as newuidmap(1) does.
std::vector<IdRange> RangesOf(absl::string_view file, absl::string_view name,
                              uint32_t uid);

// The first id from 100000 on behind all that a file gives to anybody.
uint32_t FreeRange(absl::string_view file);

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_ID_RANGES_H_
