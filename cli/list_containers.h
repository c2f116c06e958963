// What list prints, and ps without a container.
#ifndef CHMDOCKER_CLI_LIST_CONTAINERS_H_
#define CHMDOCKER_CLI_LIST_CONTAINERS_H_

#include "absl/status/status.h"
#include "cli/oci_commands.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

absl::Status ListContainers(const container::Runtime& runtime,
                            const ListWords& words);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_LIST_CONTAINERS_H_
