// What becomes of containers and images, as docker's `events` tells it. Pure.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_EVENT_H_
#define CHMDOCKER_RUNTIME_CONTAINER_EVENT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/timestamp.h"

namespace chmdocker::container {

using EventAttributes = std::vector<std::pair<std::string, std::string>>;

struct Event {
  std::string type;    // "container" or "image"
  std::string action;  // "start"
  std::string id;      // of the container, or of the image
  // Its name, its image, its labels, and what the action has of its own.
  EventAttributes attributes;
  UnixTime time = 0;
};

// How the keys are spelt: as in docker's JSON, or as the fields of a template.
enum class EventKeys { kJson, kTemplate };

// As docker's API has it, on one line.
std::string EventJson(const Event& event, EventKeys keys);

// The reverse, with the attributes sorted; nothing for a damaged line.
std::optional<Event> ParseEvent(absl::string_view json);

// docker's line for people: "TIME container start ID (image=x, name=y)".
std::string EventText(const Event& event);

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_EVENT_H_
