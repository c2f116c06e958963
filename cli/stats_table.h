// What `stats` prints, in docker's columns. Pure.
#ifndef CHMDOCKER_CLI_STATS_TABLE_H_
#define CHMDOCKER_CLI_STATS_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/cgroups/stats.h"

namespace chmdocker::cli {

// What a container uses now, or has used of what is counted up.
struct Usage {
  std::string id;
  uint64_t cpu = 0;           // hundredths of a percent of one CPU
  uint64_t memory = 0;        // bytes
  uint64_t memory_limit = 0;  // bytes; the host's memory where there is none
  uint64_t read = 0;          // bytes
  uint64_t written = 0;
  uint64_t processes = 0;  // and threads
};

// From two looks at a container, `nanoseconds` apart. Files that were only read
// and can be dropped at any time are no memory that it uses, as for docker.
Usage UsageFrom(const std::string& id, const cgroups::Stats& before,
                const cgroups::Stats& now, uint64_t nanoseconds,
                uint64_t host_memory);

// With a heading, a line each.
std::string UsageTable(const std::vector<Usage>& all);

// An object a line, with docker's keys and its texts as values.
std::string UsageLines(const std::vector<Usage>& all);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_STATS_TABLE_H_
