// A Record as the text of state.json.
#ifndef CHMDOCKER_RUNTIME_STATE_RECORD_JSON_H_
#define CHMDOCKER_RUNTIME_STATE_RECORD_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/state/record.h"

namespace chmdocker::state {

// One line. What is no UTF-8 becomes U+FFFD: JSON has no words for it, and the
// configuration, being JSON, none either.
std::string RecordToJson(const Record& record);

// InvalidArgument says what is wrong with the text, as `field: rule`. Unknown
// fields are passed over: a newer chmdocker may have written them.
absl::StatusOr<Record> RecordFromJson(absl::string_view json);

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_RECORD_JSON_H_
