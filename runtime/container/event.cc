#include "runtime/container/event.h"

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/quote.h"
#include "runtime/base/timestamp.h"
#include "runtime/oci/json.h"

namespace chmdocker::container {
namespace {

std::string AttributeOf(const Event& event, absl::string_view name) {
  for (const auto& [key, value] : event.attributes) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

std::string EventJson(const Event& event, EventKeys keys) {
  const bool is_json = keys == EventKeys::kJson;
  JsonWriter json("");
  json.BeginObject();
  json.Key(is_json ? "status" : "Status").String(event.action);
  json.Key(is_json ? "id" : "ID").String(event.id);
  json.Key(is_json ? "from" : "From").String(AttributeOf(event, "image"));
  json.Key("Type").String(event.type);
  json.Key("Action").String(event.action);
  json.Key("Actor").BeginObject();
  json.Key("ID").String(event.id);
  json.Key("Attributes").Map(event.attributes);
  json.EndObject();
  json.Key(is_json ? "scope" : "Scope").String("local");
  json.Key(is_json ? "time" : "Time").Number(event.time / kSecond);
  json.Key(is_json ? "timeNano" : "TimeNano").Number(event.time);
  json.EndObject();
  return json.text();
}

std::optional<Event> ParseEvent(absl::string_view json) {
  const absl::StatusOr<oci::Document> document = oci::Document::Parse(json);
  if (!document.ok()) return std::nullopt;
  oci::Report report(/*lenient=*/true, nullptr);
  const oci::Value root(document->root(), "", &report);
  const oci::Value actor = root.Member("Actor");
  Event event;
  const bool whole = root.Member("Type").Read(&event.type) &&
                     root.Member("Action").Read(&event.action) &&
                     actor.Member("ID").Read(&event.id) &&
                     actor.Member("Attributes").Read(&event.attributes) &&
                     root.Member("timeNano").Read(&event.time, UnixTime{0});
  if (!whole) return std::nullopt;
  return event;
}

std::string EventText(const Event& event) {
  std::string attributes;
  for (const auto& [key, value] : event.attributes) {
    absl::StrAppend(&attributes, attributes.empty() ? "" : ", ", Printable(key),
                    "=", Printable(value));
  }
  return absl::StrCat(FormatTime(event.time), " ", event.type, " ",
                      Printable(event.action), " ", event.id, " (", attributes,
                      ")");
}

}  // namespace chmdocker::container
