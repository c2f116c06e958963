#include "runtime/state/process.h"

#include <errno.h>
#include <sys/types.h>
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/state/record.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/namespaces.h"

namespace chmdocker::state {
namespace {

struct Stat {
  bool is_dead = false;
  uint64_t start_time = 0;
};

// Fields of proc_pid_stat(5), counted from the third. The second, the name,
// may hold blanks and parentheses; no later one does.
absl::StatusOr<Stat> ReadStat(pid_t pid) {
  constexpr size_t kState = 0, kThreads = 20 - 3, kStartTime = 22 - 3;
  const std::string path = absl::StrCat("/proc/", pid, "/stat");
  const absl::StatusOr<std::string> text = sys::ReadSmallFile(path);
  if (!text.ok()) {
    // ESRCH: it ended between open(2) and read(2).
    if (ErrnoOf(text.status()) == ENOENT || ErrnoOf(text.status()) == ESRCH) {
      return absl::NotFoundError(absl::StrCat("no such process: ", pid));
    }
    return text.status();
  }
  const absl::string_view fields =
      absl::string_view(*text).substr(text->rfind(')') + 1);
  const std::vector<absl::string_view> words =
      absl::StrSplit(fields, ' ', absl::SkipEmpty());
  Stat stat;
  int threads = 0;
  if (words.size() <= kStartTime ||
      !absl::SimpleAtoi(words[kThreads], &threads) ||
      !absl::SimpleAtoi(words[kStartTime], &stat.start_time)) {
    return absl::InternalError(
        absl::StrCat(Quote(path), ": is not as in proc_pid_stat(5)"));
  }
  // A first thread that has ended is a zombie although others still run.
  stat.is_dead = (words[kState] == "Z" && threads <= 1) || words[kState] == "X";
  return stat;
}

absl::StatusOr<std::string> ReadBootId() {
  CHM_ASSIGN_OR_RETURN(const std::string id,
                       sys::ReadSmallFile("/proc/sys/kernel/random/boot_id"));
  return std::string(absl::StripSuffix(id, "\n"));
}

// Read once: no process outlives its kernel.
absl::StatusOr<std::string> BootId() {
  static auto* const id = new std::string();
  if (id->empty()) {
    CHM_ASSIGN_OR_RETURN(*id, ReadBootId());
  }
  return *id;
}

absl::Status NotRunning(const Process& process) {
  return absl::NotFoundError(
      absl::StrCat("no such process: ", process.pid, " has ended"));
}

}  // namespace

absl::StatusOr<Process> Identify(pid_t pid) {
  if (pid <= 0) {
    return absl::NotFoundError(absl::StrCat("no such process: ", pid));
  }
  CHM_ASSIGN_OR_RETURN(const Stat stat, ReadStat(pid));
  Process process;
  process.pid = pid;
  process.start_time = stat.start_time;
  CHM_ASSIGN_OR_RETURN(process.boot_id, BootId());
  return process;
}

bool IsAlive(const Process& process) {
  if (process.pid <= 0) return false;
  const absl::StatusOr<Stat> stat = ReadStat(process.pid);
  if (!stat.ok() || stat->is_dead || stat->start_time != process.start_time) {
    return false;
  }
  const absl::StatusOr<std::string> boot_id = BootId();
  return boot_id.ok() && *boot_id == process.boot_id;
}

// No descriptor tells of it before Linux 6.13, hence the polling.
void AwaitReaped(const Process& process, int milliseconds) {
  for (; milliseconds > 0; --milliseconds) {
    const absl::StatusOr<Stat> stat = ReadStat(process.pid);
    if (!stat.ok() || stat->start_time != process.start_time) return;
    const timespec pause = {0, 1'000'000};
    (void)nanosleep(&pause, nullptr);
  }
}

absl::StatusOr<UniqueFd> OpenPidfd(const Process& process) {
  if (process.pid <= 0) return NotRunning(process);
  const raw::Result opened = raw::PidfdOpen(process.pid);
  // ESRCH; but EINVAL or ENOENT, by the kernel, of what is just being reaped
  // and of a number that is another process's thread by now.
  if (!opened.ok() && !IsAlive(process)) return NotRunning(process);
  CHM_ASSIGN_OR_RETURN(UniqueFd pidfd,
                       sys::CallFd(opened, absl::StrCat(process.pid)));
  // Asked behind the open: what the descriptor holds can't be replaced any
  // more, so the number still means the same process.
  if (!IsAlive(process)) return NotRunning(process);
  return pidfd;
}

}  // namespace chmdocker::state
