// --format: rows of named fields as a table, JSON lines, or by a template as
// docker's Go templates have it, of fields alone. Pure.
#ifndef CHMDOCKER_CLI_FIELD_FORMAT_H_
#define CHMDOCKER_CLI_FIELD_FORMAT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace chmdocker::cli {

struct Field {
  const char* name;     // "ID": {{.ID}}, and its key in JSON
  const char* heading;  // "IMAGE ID"
};

// The text of `rows`, which have a value for each field. `format`: "json",
// {{json .}}: an object a line; "table TEMPLATE"; TEMPLATE: {{.NAME}} stands
// for a value, \t and \n for what they are. InvalidArgument for a template that
// asks for more.
absl::StatusOr<std::string> FormatRows(
    absl::string_view format, absl::Span<const Field> fields,
    const std::vector<std::vector<std::string>>& rows);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_FIELD_FORMAT_H_
