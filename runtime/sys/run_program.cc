#include "runtime/sys/run_program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/files.h"

namespace chmdocker::sys {

absl::StatusOr<Ended> RunProgram(const std::string& file,
                                 std::vector<std::string> words,
                                 char* const* environment, int descriptor,
                                 size_t most) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoError(errno, "pipe2");
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, write_end.get(), descriptor);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, file.c_str(), &actions, nullptr,
                                 argv.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return ErrnoError(error, absl::StrCat("execve ", Quote(file)));
  }
  write_end.reset();
  Ended ended;
  ended.said =
      ReadToEnd(read_end.get(), most, absl::StrCat("the output of ", file));
  // So that it ends even if that was not all.
  read_end.reset();
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return ErrnoError(errno, "waitpid");
  }
  ended.well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return ended;
}

}  // namespace chmdocker::sys
