#include "runtime/sys/run_program.h"

#include <errno.h>
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
#include "runtime/base/status_macros.h"
#include "runtime/sys/files.h"
#include "runtime/sys/pipe.h"

namespace chmdocker::sys {

absl::StatusOr<Ended> RunProgram(const std::string& file,
                                 std::vector<std::string> words,
                                 char* const* environment, int descriptor,
                                 size_t most) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  CHM_ASSIGN_OR_RETURN(Pipe output, MakePipe());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output.write.get(), descriptor);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, file.c_str(), &actions, nullptr,
                                 argv.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return ErrnoError(error, absl::StrCat("execve ", Quote(file)));
  }
  output.write.reset();
  Ended ended;
  ended.said =
      ReadToEnd(output.read.get(), most, absl::StrCat("the output of ", file));
  // So that it ends even if that was not all.
  output.read.reset();
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return ErrnoError(errno, "waitpid");
  }
  ended.well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return ended;
}

}  // namespace chmdocker::sys
