// The part of Go's templates that people use with docker's --format: fields of
// a JSON value, `{{.State.Status}}`, and `{{json .State}}`. Pure.
#ifndef CHMDOCKER_CLI_TEMPLATE_H_
#define CHMDOCKER_CLI_TEMPLATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// `text` with each `{{...}}` replaced by what it names in `json`, and \t and \n
// by a tab and a line feed. InvalidArgument: a field that there is not, or
// something else of Go's.
absl::StatusOr<std::string> ExpandTemplate(absl::string_view text,
                                           absl::string_view json);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_TEMPLATE_H_
