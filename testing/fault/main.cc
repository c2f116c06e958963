// Runs a program and lets one of its system calls go wrong (ptrace). The calls
// counted are those of one side of chmdocker: the program itself until its
// first child runs another program than chmdocker, or its first child's until
// that has become the container's command.
//
//   fault parent|child list PROGRAM...          NUMBER NAME of each call
//   fault child exe PROGRAM...                  /proc/PID/exe at each call
//   fault parent|child fail K ERRNO PROGRAM...  the K-th call fails
//   fault parent|child kill K PROGRAM...        SIGKILL before the K-th call
//
// `alone` in place of `parent`: children are left to themselves, so that what
// outlives the program is not waited for and does not die with this one.
//
// Exits as the program does (128+N for signal N); 100 if it made fewer calls.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <map>
#include <string>

#include "runtime/sys/call_status.h"

namespace {

constexpr int kNotReached = 100;
constexpr long kAlone =
    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
constexpr long kFamily =
    kAlone | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;

enum class What { kList, kExe, kFail, kKill };

struct Wish {
  bool of_child = false;
  What what = What::kList;
  long number = 0;
  int error = 0;
};

struct Task {
  bool in_call = false;
  bool failing = false;
  int execs = 0;
  bool watched = true;
};

class Tracer {
 public:
  Tracer(const Wish& wish, pid_t program) : wish_(wish), program_(program) {}

  int Run() {
    for (;;) {
      int status = 0;
      const pid_t pid = waitpid(-1, &status, __WALL);
      if (pid < 0) return Result();
      if (WIFSTOPPED(status)) {
        Stopped(pid, status);
      } else if (pid == program_) {
        exit_code_ =
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
    }
  }

 private:
  int Result() const {
    if (wish_.number != 0 && !done_) return kNotReached;
    return exit_code_;
  }

  void Stopped(pid_t pid, int status) {
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (event != 0) {
      Event(pid, event);
    } else if (signal == (SIGTRAP | 0x80)) {
      Call(pid);
    } else if (tasks_.find(pid) == tasks_.end() && signal == SIGSTOP) {
      // The stop that a traced process starts with.
      tasks_[pid] = {};
      Continue(pid, 0);
    } else {
      Continue(pid, signal);
    }
  }

  void Event(pid_t pid, int event) {
    unsigned long message = 0;
    ptrace(PTRACE_GETEVENTMSG, pid, nullptr, &message);
    if (event == PTRACE_EVENT_EXEC) {
      Task& task = tasks_[pid];
      ++task.execs;
      // The command is none of this program's business.
      if (pid == child_ && task.execs == 2) {
        ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
        child_is_command_ = true;
        return;
      }
    } else if (child_ == 0 && pid == program_) {
      child_ = static_cast<pid_t>(message);
    }
    Continue(pid, 0);
  }

  bool Counts(pid_t pid) const {
    return wish_.of_child ? pid == child_ : pid == program_;
  }

  void Call(pid_t pid) {
    Task& task = tasks_[pid];
    task.in_call = !task.in_call;
    if (task.in_call) {
      if (Counts(pid) && Entered(pid, task)) return;
    } else if (task.failing) {
      task.failing = false;
      SetResult(pid, -wish_.error);
    }
    Continue(pid, 0);
  }

  // True if the task is no more.
  bool Entered(pid_t pid, Task& task) {
    user_regs_struct registers = {};
    ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
    const long call = static_cast<long>(registers.orig_rax);
    ++count_;
    if (wish_.what == What::kList) {
      fprintf(stderr, "fault: %ld %s\n", count_,
              chmdocker::sys::SyscallName(call).c_str());
      return false;
    }
    if (wish_.what == What::kExe) {
      PrintExe(pid);
      return false;
    }
    if (count_ != wish_.number) return false;
    done_ = true;
    fprintf(stderr, "fault: %ld %s\n", count_,
            chmdocker::sys::SyscallName(call).c_str());
    if (wish_.what == What::kKill) {
      kill(pid, SIGKILL);
      return true;
    }
    // No such call: the kernel does nothing, and the answer is ours.
    registers.orig_rax = static_cast<unsigned long long>(-1);
    ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
    task.failing = true;
    return false;
  }

  static void PrintExe(pid_t pid) {
    const std::string path = "/proc/" + std::to_string(pid) + "/exe";
    char target[4096] = {};
    (void)!readlink(path.c_str(), target, sizeof(target) - 1);
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    fprintf(stderr, "fault: exe %s seals %d\n", target, fcntl(fd, F_GET_SEALS));
    close(fd);
  }

  void SetResult(pid_t pid, long result) {
    user_regs_struct registers = {};
    ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
    registers.rax = static_cast<unsigned long long>(result);
    ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
  }

  static void Continue(pid_t pid, int signal) {
    ptrace(PTRACE_SYSCALL, pid, nullptr, signal);
  }

  const Wish wish_;
  const pid_t program_;
  pid_t child_ = 0;
  bool child_is_command_ = false;
  bool done_ = false;
  long count_ = 0;
  int exit_code_ = 0;
  std::map<pid_t, Task> tasks_;
};

int Usage() {
  fprintf(stderr,
          "usage: fault parent|alone|child list|exe|fail K ERRNO|kill K "
          "PROGRAM...\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Wish wish;
  char** next = argv + 1;
  if (argc < 4) return Usage();
  const std::string whose = *next++;
  wish.of_child = whose == "child";
  const std::string what = *next++;
  if (what == "exe") {
    wish.what = What::kExe;
  } else if (what != "list") {
    wish.what = what == "kill" ? What::kKill : What::kFail;
    wish.number = atol(*next++);
    if (wish.what == What::kFail && *next != nullptr) {
      wish.error = atoi(*next++);
    }
  }
  if (*next == nullptr) return Usage();
  const pid_t program = fork();
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    raise(SIGSTOP);
    execv(*next, next);
    _exit(127);
  }
  int status = 0;
  waitpid(program, &status, 0);
  ptrace(PTRACE_SETOPTIONS, program, nullptr,
         whose == "alone" ? kAlone : kFamily);
  ptrace(PTRACE_SYSCALL, program, nullptr, nullptr);
  return Tracer(wish, program).Run();
}
