#include "cli/print.h"

#include <errno.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"

namespace chmdocker::cli {

absl::Status PrintToStdout(absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoError(errno, "write to standard output");
    text.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
