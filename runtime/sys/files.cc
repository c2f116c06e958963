#include "runtime/sys/files.h"

#include <fcntl.h>

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::sys {

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  constexpr size_t kMost = 65536;
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY), Quote(path)));
  std::string content;
  char chunk[4096];
  while (content.size() < kMost) {
    const raw::Result got = raw::Read(file.get(), chunk, sizeof(chunk));
    CHM_RETURN_IF_ERROR(CallStatus(got, Quote(path)));
    if (got.value == 0) break;
    content.append(chunk, static_cast<size_t>(got.value));
  }
  return content;
}

}  // namespace chmdocker::sys
