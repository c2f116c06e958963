// All that is known of a container that is kept, in docker's shape.
#ifndef CHMDOCKER_CLI_INSPECT_CONTAINER_H_
#define CHMDOCKER_CLI_INSPECT_CONTAINER_H_

#include "runtime/base/json_writer.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

void WriteContainer(const container::Runtime& runtime,
                    const container::Snapshot& snapshot, JsonWriter& json);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_INSPECT_CONTAINER_H_
