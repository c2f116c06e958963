// The part of a record that only kept containers have, as JSON.
#ifndef CHMDOCKER_RUNTIME_STATE_KEPT_JSON_H_
#define CHMDOCKER_RUNTIME_STATE_KEPT_JSON_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/json_writer.h"
#include "runtime/state/kept.h"
#include "yyjson.h"

namespace chmdocker::state {

void WriteKept(const Kept& kept, JsonWriter& json);

// InvalidArgument names the field that is wrong.
absl::StatusOr<Kept> GetKept(yyjson_val* object);

// As --restart names it: "on-failure".
absl::string_view RestartName(Restart restart);
// The reverse; InvalidArgument says what there is.
absl::StatusOr<Restart> RestartNamed(absl::string_view name);

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_KEPT_JSON_H_
