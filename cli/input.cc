#include "cli/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::cli {

absl::StatusOr<std::string> ReadInput(const std::string& path) {
  constexpr size_t kMost = 16 << 20;
  if (path == "-") return sys::ReadToEnd(STDIN_FILENO, kMost, "stdin");
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY),
                  sys::Quoted(path)));
  return sys::ReadToEnd(file.get(), kMost, path);
}

}  // namespace chmdocker::cli
