// The file that events are kept in: a line of JSON each (event.h), in the data
// directory. It has the newest megabyte or two: when it is full it becomes
// events.json.1. Whoever makes an event writes it; there is nobody else.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_EVENT_LOG_H_
#define CHMDOCKER_RUNTIME_CONTAINER_EVENT_LOG_H_

#include <string>

#include "runtime/container/event.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/record.h"

namespace chmdocker::container {

inline constexpr char kEventFile[] = "events.json";

// Appends an event of now to the file. What can't be written is warned of: it
// is no reason for the operation to fail that it tells of.
void Tell(const Runtime& runtime, Event event);

// The same of a container, with its name, image and labels, if it is one that
// is kept; others' events are their engine's.
void TellOf(const Runtime& runtime, const state::Record& record,
            std::string action, EventAttributes more = {});

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_EVENT_LOG_H_
