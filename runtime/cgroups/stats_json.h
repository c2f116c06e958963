// The JSON of `events --stats`, in runc's format. Pure.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_STATS_JSON_H_
#define CHMDOCKER_RUNTIME_CGROUPS_STATS_JSON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "runtime/cgroups/stats.h"

namespace chmdocker::cgroups {

// One object, {"type":"stats","id":ID,"data":{...}}, without a newline. As
// runc's, it leaves most numbers out that are 0.
std::string StatsJson(absl::string_view id, const Stats& stats);

// {"type":"oom","id":ID}: the event of a process that was killed for lack of
// memory.
std::string OomJson(absl::string_view id);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_STATS_JSON_H_
