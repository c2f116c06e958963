#include "testing/bench/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {
namespace {

constexpr unsigned long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                                   PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                                   PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
                                   PTRACE_O_EXITKILL;

double PeakKib(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string word; status >> word;) {
    double kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib;
  }
  return 0;
}

[[noreturn]] void BecomeTraced(const Argv& argv) {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
  std::vector<char*> words;
  for (const std::string& word : argv) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  // Until the tracer has its options set.
  raise(SIGSTOP);
  execv(words[0], words.data());
  _exit(127);
}

class Tracer {
 public:
  absl::Status Run(const Argv& argv) {
    const pid_t pid = fork();
    if (pid == 0) BecomeTraced(argv);
    if (pid < 0) return absl::InternalError("fork");
    int status = 0;
    waitpid(pid, &status, WUNTRACED);
    if (ptrace(PTRACE_SEIZE, pid, nullptr, kOptions) != 0) {
      const int error = errno;
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
      return absl::UnavailableError(absl::StrCat("ptrace: ", strerror(error)));
    }
    starting_ = pid;
    kill(pid, SIGCONT);
    while (Step(pid, status)) continue;
    return CheckStatus(argv, status);
  }

  // Until none is left.
  void Drain() {
    int status = 0;
    while (Step(-1, status)) continue;
  }

  const Counts& counts() const { return counts_; }

 private:
  // Handles what one process does next; false when that was the end of
  // `awaited`, whose status is given then, or when there is none any more.
  bool Step(pid_t awaited, int& status) {
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) return errno == EINTR;
    if (!WIFSTOPPED(status)) return pid != awaited;
    ptrace(PTRACE_SYSCALL, pid, nullptr, SignalToPassOn(pid, status));
    return true;
  }

  unsigned long SignalToPassOn(pid_t pid, int status) {
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (signal == (SIGTRAP | 0x80)) {
      CountCall(pid);
      return 0;
    }
    if (event == PTRACE_EVENT_EXEC && pid == starting_) starting_ = -1;
    if (event == PTRACE_EVENT_EXIT) Note(pid);
    return event == 0 ? static_cast<unsigned long>(signal) : 0;
  }

  void CountCall(pid_t pid) {
    if (pid == starting_) return;
    __ptrace_syscall_info info = {};
    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
    ++counts_.system_calls;
    const auto number = static_cast<long>(info.entry.nr);
    if (number == SYS_execve || number == SYS_execveat) Note(pid);
  }

  void Note(pid_t pid) {
    if (pid == starting_) return;
    counts_.peak_kib = std::max(counts_.peak_kib, PeakKib(pid));
  }

  Counts counts_;
  pid_t starting_ = -1;  // a copy of this process, which is not what counts
};

}  // namespace

absl::StatusOr<Counts> Count(const std::vector<Argv>& commands) {
  Tracer tracer;
  absl::Status status;
  for (size_t i = 0; i < commands.size() && status.ok(); ++i) {
    if (i > 0 && i + 1 == commands.size()) tracer.Drain();
    status = tracer.Run(Numbered(commands[i], 0));
  }
  tracer.Drain();
  if (!status.ok()) return status;
  return tracer.counts();
}

}  // namespace chmdocker::bench
