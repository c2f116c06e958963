// chmdocker: what runs on the host.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/exit_code.h"
#include "cli/options_to_spec.h"

namespace {

// A descriptor of ours that got number 0, 1 or 2 would be the command's
// standard input or output.
void OpenStandardDescriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // Takes the lowest free number, which is `fd`.
    (void)!open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY);
  }
}

// Before any descriptor of ours can stand among the caller's.
uint32_t InheritedDescriptors() {
  uint32_t count = 0;
  while (fcntl(STDERR_FILENO + 1 + static_cast<int>(count), F_GETFD) >= 0) {
    ++count;
  }
  return count;
}

std::string WorkingDirectory() {
  char path[PATH_MAX];
  return getcwd(path, sizeof(path)) == nullptr ? "" : path;
}

}  // namespace

int main(int argc, char** argv) {
  OpenStandardDescriptors();
  // Set-user-ID would give every user root's containers, and so root.
  if (getauxval(AT_SECURE) != 0) {
    fputs("chmdocker: must not be installed set-user-ID\n", stderr);
    return chmdocker::cli::kExitFailure;
  }
  chmdocker::cli::Caller caller;
  caller.inherited_fds = InheritedDescriptors();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    caller.environment.emplace_back(*entry);
  }
  caller.working_directory = WorkingDirectory();
  return chmdocker::cli::Main(
      std::vector<std::string>(argv + (argc > 0), argv + argc), caller);
}
