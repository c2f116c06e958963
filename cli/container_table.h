// What `ps` shows of containers. Pure but for the time of day.
#ifndef CHMDOCKER_CLI_CONTAINER_TABLE_H_
#define CHMDOCKER_CLI_CONTAINER_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/timestamp.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

struct ContainerFilter {
  std::string key;  // "name", "id", "status", "label", "exited", "ancestor"
  std::string value;
};

// "name=web"; InvalidArgument says which there are.
absl::Status ReadFilter(absl::string_view text,
                        std::vector<ContainerFilter>& out);

// Those that each key's filters find, one of them being enough.
bool IsFound(const container::Snapshot& snapshot,
             const std::vector<ContainerFilter>& filters);

// docker's word: "created", "running", "paused", "restarting", "exited".
absl::string_view StateWord(const container::Snapshot& snapshot);

// docker's columns.
std::string ContainersTable(const std::vector<container::Snapshot>& snapshots,
                            UnixTime now, bool whole);

// The same fields, and more, by FormatRows.
absl::StatusOr<std::string> ContainersText(
    const std::vector<container::Snapshot>& snapshots, UnixTime now, bool whole,
    absl::string_view format);

// The first 12 digits of a kept container's id, or all of another's.
std::string ShortId(const state::Record& record);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_CONTAINER_TABLE_H_
