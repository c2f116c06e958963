#include "testing/bench/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
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
#include "absl/strings/string_view.h"

namespace chmdocker::bench {
namespace {

double NowMs() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 +
         static_cast<double>(now.tv_nsec) / 1e6;
}

double Ms(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_usec) / 1e3;
}

// What the kernel counted for a process that was reaped, and for those that it
// had reaped itself.
void AddUsage(const rusage& usage, Run& run) {
  run.cpu_ms += Ms(usage.ru_utime) + Ms(usage.ru_stime);
  run.page_faults += static_cast<double>(usage.ru_minflt + usage.ru_majflt);
  run.switches += static_cast<double>(usage.ru_nvcsw + usage.ru_nivcsw);
}

absl::Status Failed(const Argv& argv, absl::string_view how) {
  return absl::AbortedError(absl::StrCat(absl::StrJoin(argv, " "), ": ", how));
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

absl::Status RunOne(const Argv& argv, const FileActions& files, Run& run) {
  std::vector<char*> words;
  for (const std::string& word : argv) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  rusage usage = {};
  int status = 0;
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, words[0], files.get(), nullptr, words.data(), environ);
  if (error != 0) return Failed(argv, strerror(error));
  while (wait4(pid, &status, 0, &usage) != pid) continue;
  AddUsage(usage, run);
  if (WIFSIGNALED(status)) {
    return Failed(argv, absl::StrCat("signal ", WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    return Failed(argv, absl::StrCat("exit status ", WEXITSTATUS(status)));
  }
  return absl::OkStatus();
}

void AwaitOrphans(Run& run) {
  rusage usage = {};
  int status = 0;
  while (wait4(-1, &status, 0, &usage) > 0) AddUsage(usage, run);
}

}  // namespace

absl::Status AdoptOrphans() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("prctl(PR_SET_CHILD_SUBREAPER): ", strerror(errno)));
}

absl::StatusOr<Run> Measure(const std::vector<Argv>& commands, Errors errors) {
  const FileActions files(errors);
  Run run;
  const double start = NowMs();
  for (size_t i = 0; i < commands.size(); ++i) {
    if (i > 0 && i + 1 == commands.size()) AwaitOrphans(run);
    const absl::Status status = RunOne(commands[i], files, run);
    if (!status.ok()) return status;
  }
  run.wall_ms = NowMs() - start;
  AwaitOrphans(run);
  return run;
}

}  // namespace chmdocker::bench
