#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::cli {
namespace {

using Write = absl::FunctionRef<absl::Status(int, const std::string&)>;

// What is half written is no archive.
absl::Status WriteToFile(const std::string& output, Write write) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(AT_FDCWD, output.c_str(),
                              O_WRONLY | O_CREAT | O_TRUNC, 0666),
                  sys::Quoted(output)));
  const absl::Status written = write(file.get(), output);
  struct stat status;
  if (!written.ok() && raw::Fstat(file.get(), &status).ok() &&
      S_ISREG(status.st_mode)) {
    (void)raw::UnlinkAt(AT_FDCWD, output.c_str(), 0);
  }
  return written;
}

}  // namespace

absl::Status WriteArchive(const std::string& output, Write write) {
  if (!output.empty() && output != "-") return WriteToFile(output, write);
  if (isatty(STDOUT_FILENO) != 0) {
    return absl::InvalidArgumentError(
        "cowardly refusing to save to a terminal. Use the -o flag or redirect");
  }
  return write(STDOUT_FILENO, "standard output");
}

}  // namespace chmdocker::cli
