#include "runtime/launch/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::launch {
namespace {

constexpr raw::SignalSet Bit(int signal) {
  return raw::SignalSet{1} << (signal - 1);
}

constexpr raw::SignalSet kNotBlocked =
    Bit(SIGSEGV) | Bit(SIGBUS) | Bit(SIGFPE) | Bit(SIGILL) | Bit(SIGTRAP) |
    Bit(SIGSYS) | Bit(SIGTTIN) | Bit(SIGTTOU) | Bit(SIGPIPE) | Bit(SIGXFSZ);

// A blocked signal is queued even if it is ignored.
raw::SignalSet IgnoredByCaller() {
  raw::SignalSet ignored = 0;
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) {
    struct sigaction action;
    if (sigaction(signal, nullptr, &action) == 0 &&
        action.sa_handler == SIG_IGN) {
      ignored |= Bit(signal);
    }
  }
  return ignored;
}

}  // namespace

absl::StatusOr<SignalFd> SignalFd::Create() {
  // Inherited as ignored, it would make the kernel throw the exit status of
  // the container away.
  signal(SIGCHLD, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  const raw::SignalSet taken = ~(kNotBlocked | IgnoredByCaller());
  raw::SignalSet old = 0;
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::BlockSignals(taken, &old)));
  CHM_ASSIGN_OR_RETURN(UniqueFd fd, sys::CallFd(raw::SignalFd(taken)));
  return SignalFd(std::move(fd), old);
}

SignalFd::~SignalFd() {
  if (!fd_.valid()) return;
  signalfd_siginfo unread;
  while (raw::Read(fd_.get(), &unread, sizeof(unread)).ok()) {
  }
  (void)raw::SetSignalMask(old_mask_);
}

std::optional<SignalDispositions> SignalDispositionsFrom(
    absl::string_view status) {
  SignalDispositions found;
  int fields = 0;
  const auto read = [&](absl::string_view line, absl::string_view name,
                        uint64_t* out) {
    if (!absl::ConsumePrefix(&line, name)) return;
    fields += absl::SimpleHexAtoi(line, out);
  };
  for (const absl::string_view line : absl::StrSplit(status, '\n')) {
    if (absl::StartsWith(line, "State:\tZ")) return std::nullopt;
    read(line, "SigBlk:", &found.blocked);
    read(line, "SigIgn:", &found.ignored);
    read(line, "SigCgt:", &found.caught);
  }
  if (fields != 3) return std::nullopt;
  return found;
}

std::optional<SignalDispositions> ReadSignalDispositions(int pidfd) {
  const absl::StatusOr<std::string> info =
      sys::ReadSmallFile(absl::StrCat("/proc/self/fdinfo/", pidfd));
  if (!info.ok()) return std::nullopt;
  for (absl::string_view line : absl::StrSplit(*info, '\n')) {
    pid_t pid = 0;  // 0 or -1: in no namespace of this /proc, or gone
    if (!absl::ConsumePrefix(&line, "Pid:")) continue;
    if (!absl::SimpleAtoi(line, &pid) || pid <= 0) return std::nullopt;
    const absl::StatusOr<std::string> status =
        sys::ReadSmallFile(absl::StrCat("/proc/", pid, "/status"));
    return status.ok() ? SignalDispositionsFrom(*status) : std::nullopt;
  }
  return std::nullopt;
}

bool EndsByDefault(int signal) {
  switch (signal) {
    case SIGCHLD:
    case SIGCONT:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGURG:
    case SIGWINCH:
      return false;
    default:
      return true;
  }
}

}  // namespace chmdocker::launch
