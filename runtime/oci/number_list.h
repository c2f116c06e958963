// Lists of processors and of memory nodes, as cpuset(7) has them.
#ifndef CHMDOCKER_RUNTIME_OCI_NUMBER_LIST_H_
#define CHMDOCKER_RUNTIME_OCI_NUMBER_LIST_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace chmdocker::oci {

// "0-3,7" as bits: bit n%64 of word n/64 for number n. Nothing for what is no
// such list, or has a number over `max`. An empty list is one.
std::optional<std::vector<uint64_t>> ParseNumberList(absl::string_view text,
                                                     uint32_t max);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_NUMBER_LIST_H_
