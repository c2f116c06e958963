// The state of a container as the OCI runtime specification has it, with the
// fields that other runtimes add for their engines.
#ifndef CHMDOCKER_CLI_STATE_JSON_H_
#define CHMDOCKER_CLI_STATE_JSON_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

// An object, or a list of them, with a line feed behind.
std::string StateJson(const container::Snapshot& snapshot);
std::string StatesJson(const std::vector<container::Snapshot>& snapshots);

// 0 for a container that has stopped.
pid_t PidOf(const container::Snapshot& snapshot);

// The user's name, or else the number.
std::string OwnerName(uint32_t uid);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_STATE_JSON_H_
