#include "runtime/launch/become_monitor.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/seal.h"
#include "runtime/monitor/settings.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

absl::Status UseNothing() {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd nothing,
      sys::CallFd(raw::OpenAt(AT_FDCWD, "/dev/null", O_RDWR), "\"/dev/null\""));
  for (int fd = 0; fd < 3; ++fd) {
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::Dup3(nothing.get(), fd, /*flags=*/0)));
  }
  return sys::CallStatus(raw::Chdir("/"), "\"/\"");
}

long Passed(int fd) {
  if (fd < 0) return 0;
  (void)raw::SetCloseOnExec(fd, false);
  return fd;
}

void SetNonBlocking(int fd) {
  if (fd < 0) return;
  const int flags = fcntl(fd, F_GETFL);
  (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

}  // namespace

absl::Status BecomeMonitor(const MonitorPart& part) {
  CHM_RETURN_IF_ERROR(UseNothing());
  CHM_ASSIGN_OR_RETURN(const SealedInit init, SealInit({}));
  // As a file, not as a path: it may have been replaced by a newer one by then.
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd program,
      sys::CallFd(raw::OpenAt(AT_FDCWD, "/proc/self/exe", O_PATH),
                  "\"/proc/self/exe\""));
  const Streams& streams = part.streams;
  SetNonBlocking(streams.output.get());
  SetNonBlocking(streams.error.get());
  SetNonBlocking(streams.input.get());
  monitor::Settings settings;
  settings.pid = part.pid;
  settings.delay = part.delay;
  settings.output = Passed(streams.output.get());
  settings.error = Passed(streams.error.get());
  settings.terminal = streams.terminal ? 1 : 0;
  settings.input =
      streams.terminal ? settings.output : Passed(streams.input.get());
  settings.listener = Passed(part.listener.get());
  settings.client = Passed(part.client);
  settings.directory = Passed(part.directory);
  settings.program = Passed(program.get());
  settings.log_size = static_cast<long>(part.log_size / 1024);
  settings.log_files = part.log_files;
  const monitor::SettingsText text = monitor::FormatSettings(settings);
  std::vector<const char*> argv = {"chmdocker-init", monitor::kWord,
                                   text.data(), "chmdocker"};
  for (const std::string& word : part.words) argv.push_back(word.c_str());
  argv.push_back("unknown");
  argv.push_back(nullptr);
  return sys::CallStatus(
      raw::ExecveFd(init.file.get(), argv.data(),
                    static_cast<const char* const*>(environ)),
      "of the monitor");
}

}  // namespace chmdocker::launch
