// errno -> absl::Status, in this one place.
#ifndef CHMDOCKER_RUNTIME_BASE_STATUS_H_
#define CHMDOCKER_RUNTIME_BASE_STATUS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker {

// A status whose text is `call: ENAME (meaning)`, for example
// `open "/nowhere": ENOENT (no such file or directory)`, and which remembers
// `error` for ErrnoOf. `error` is a positive errno value.
absl::Status ErrnoError(int error, absl::string_view call);

// The errno that ErrnoError put into `status`; nothing for other statuses.
std::optional<int> ErrnoOf(const absl::Status& status);

// `status` with `hint` appended to its text after "; ", errno kept. What the
// user can do about an error goes here.
absl::Status WithHint(const absl::Status& status, absl::string_view hint);

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_STATUS_H_
