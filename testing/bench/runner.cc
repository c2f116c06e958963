#include "testing/bench/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"

namespace chmdocker::bench {
namespace {

double Ms(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_usec) / 1e3;
}

// What the kernel counted for a process that was reaped, and for those that it
// had reaped itself.
void AddUsage(const rusage& usage, Run& run) {
  run.cpu_ms += CpuMs(usage);
  run.page_faults += static_cast<double>(usage.ru_minflt + usage.ru_majflt);
  run.switches += static_cast<double>(usage.ru_nvcsw + usage.ru_nivcsw);
}

absl::Status Failed(const Argv& argv, absl::string_view how) {
  constexpr size_t kMost = 100;
  std::string command = absl::StrJoin(argv, " ");
  if (command.size() > kMost) command.replace(kMost, command.npos, "...");
  return absl::AbortedError(absl::StrCat(command, ": ", how));
}

// The files of a program that is to be heard of by its exit status only.
class FileActions {
 public:
  explicit FileActions(Errors errors) {
    posix_spawn_file_actions_init(&actions_);
    Open(STDIN_FILENO, O_RDONLY);
    Open(STDOUT_FILENO, O_WRONLY);
    if (errors == Errors::kHidden) Open(STDERR_FILENO, O_WRONLY);
  }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  void Open(int fd, int flags) {
    posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", flags, 0);
  }

  posix_spawn_file_actions_t actions_;
};

absl::Status RunOne(const Argv& argv, Errors errors, Run& run) {
  const absl::StatusOr<pid_t> pid = Spawn(argv, errors);
  if (!pid.ok()) return pid.status();
  rusage usage = {};
  int status = 0;
  while (wait4(*pid, &status, 0, &usage) != *pid) continue;
  AddUsage(usage, run);
  return CheckStatus(argv, status);
}

void AwaitOrphans(Run& run) {
  rusage usage = {};
  int status = 0;
  while (wait4(-1, &status, 0, &usage) > 0) AddUsage(usage, run);
}

[[noreturn]] void RunAndTell(const std::vector<Argv>& commands, int pipe) {
  absl::Status status;
  Run ignored;
  for (const Argv& argv : commands) {
    status = RunOne(Numbered(argv, 0), Errors::kShown, ignored);
    if (!status.ok()) break;
  }
  const absl::string_view message = status.message();
  if (write(pipe, message.data(), message.size()) < 0) _exit(1);
  _exit(0);
}

}  // namespace

Argv Numbered(const Argv& argv, int number) {
  Argv words = argv;
  for (std::string& word : words) {
    absl::StrReplaceAll({{kNumber, absl::StrCat(number)}}, &word);
  }
  return words;
}

double NowMs() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 +
         static_cast<double>(now.tv_nsec) / 1e6;
}

double CpuMs(const rusage& usage) {
  return Ms(usage.ru_utime) + Ms(usage.ru_stime);
}

absl::Status AdoptOrphans() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("prctl(PR_SET_CHILD_SUBREAPER): ", strerror(errno)));
}

absl::StatusOr<pid_t> Spawn(const Argv& argv, Errors errors) {
  const FileActions files(errors);
  std::vector<char*> words;
  for (const std::string& word : argv) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, words[0], files.get(), nullptr, words.data(), environ);
  if (error != 0) return Failed(argv, strerror(error));
  return pid;
}

absl::Status CheckStatus(const Argv& argv, int status) {
  if (WIFSIGNALED(status)) {
    return Failed(argv, absl::StrCat("signal ", WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    return Failed(argv, absl::StrCat("exit status ", WEXITSTATUS(status)));
  }
  return absl::OkStatus();
}

absl::StatusOr<Run> Measure(const std::vector<Argv>& commands, Errors errors) {
  std::vector<Argv> numbered;
  for (const Argv& argv : commands) numbered.push_back(Numbered(argv, 0));
  Run run;
  const double start = NowMs();
  for (size_t i = 0; i < numbered.size(); ++i) {
    if (i > 0 && i + 1 == numbered.size()) AwaitOrphans(run);
    absl::Status status = RunOne(numbered[i], errors, run);
    if (!status.ok()) return status;
  }
  run.wall_ms = NowMs() - start;
  AwaitOrphans(run);
  return run;
}

// In a child of the supervisor, as this process itself is one: what is left by
// a process goes to the nearest ancestor that adopts orphans.
absl::Status RunOutside(const std::vector<Argv>& commands) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) return absl::InternalError("pipe2");
  const raw::Result sister = raw::ForkSister(CloneFlags());
  if (sister.value == 0) RunAndTell(commands, pipes[1]);
  close(pipes[1]);
  char text[1024];
  const ssize_t size = sister.ok() ? read(pipes[0], text, sizeof(text)) : -1;
  close(pipes[0]);
  if (size < 0) return absl::InternalError("no process to run programs in");
  if (size == 0) return absl::OkStatus();
  return absl::AbortedError(absl::string_view(text, static_cast<size_t>(size)));
}

}  // namespace chmdocker::bench
