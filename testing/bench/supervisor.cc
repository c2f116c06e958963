#include "testing/bench/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "testing/bench/processes.h"

namespace chmdocker::bench {
namespace {

constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

sigset_t Awaited() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  for (const int signal : kEndingSignals) sigaddset(&signals, signal);
  return signals;
}

// Returns its status, and reaps others that were left to this process.
int AwaitWorker(pid_t worker, const sigset_t& signals) {
  int interrupted = 0;
  for (;;) {
    const int signal = sigwaitinfo(&signals, nullptr);
    if (signal > 0 && signal != SIGCHLD) {
      interrupted = signal;
      kill(worker, SIGKILL);
    }
    int status = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid != worker) continue;
      if (interrupted != 0) return 128 + interrupted;
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
}

// When one ends, those that it leaves become this process's own.
void EndChildren() {
  do {
    for (const pid_t pid : ChildrenOf(getpid())) kill(pid, SIGKILL);
  } while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR);
}

}  // namespace

int Supervise(const std::function<int()>& work) {
  const sigset_t signals = Awaited();
  sigset_t before;
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 ||
      sigprocmask(SIG_BLOCK, &signals, &before) != 0) {
    return -1;
  }
  const pid_t worker = fork();
  if (worker < 0) return -1;
  if (worker == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, &before, nullptr);
    _exit(work());
  }
  const int status = AwaitWorker(worker, signals);
  EndChildren();
  return status;
}

}  // namespace chmdocker::bench
