// Fields of the records, read strictly: what is missing, or of another type, is
// InvalidArgument and names the field.
#ifndef CHMDOCKER_RUNTIME_STATE_JSON_FIELDS_H_
#define CHMDOCKER_RUNTIME_STATE_JSON_FIELDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "yyjson.h"

namespace chmdocker::state {

absl::Status Wrong(absl::string_view field, absl::string_view rule);

absl::StatusOr<std::string> GetString(yyjson_val* object, const char* name);
absl::StatusOr<std::vector<std::string>> GetStrings(yyjson_val* object,
                                                    const char* name);
absl::StatusOr<uint64_t> GetUint(yyjson_val* object, const char* name,
                                 uint64_t most);
absl::StatusOr<bool> GetBool(yyjson_val* object, const char* name);

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_JSON_FIELDS_H_
