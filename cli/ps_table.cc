#include "cli/ps_table.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/files.h"

namespace chmdocker::cli {
namespace {

std::vector<absl::string_view> Cells(absl::string_view line) {
  return absl::StrSplit(line, ' ', absl::SkipEmpty());
}

}  // namespace

absl::StatusOr<std::string> RunPs(const std::vector<std::string>& words) {
  std::string name = "ps";
  std::vector<char*> argv = {name.data()};
  std::vector<std::string> copies = words;
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoError(errno, "pipe2");
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
  pid_t pid = 0;
  const int error =
      posix_spawnp(&pid, "ps", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return ErrnoError(error, "execve \"ps\"");
  write_end.reset();
  constexpr size_t kMost = 64 << 20;
  absl::StatusOr<std::string> table =
      sys::ReadToEnd(read_end.get(), kMost, "the output of ps");
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  CHM_RETURN_IF_ERROR(table.status());
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return absl::InternalError("ps failed");
  }
  return table;
}

absl::StatusOr<std::string> FilterPs(absl::string_view table,
                                     const std::vector<pid_t>& pids) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(table, '\n', absl::SkipEmpty());
  const std::vector<absl::string_view> heading =
      lines.empty() ? std::vector<absl::string_view>() : Cells(lines[0]);
  const auto column = std::find(heading.begin(), heading.end(), "PID");
  if (column == heading.end()) {
    return absl::InvalidArgumentError(
        "what ps prints has no column PID; name other options for it");
  }
  const size_t index = static_cast<size_t>(column - heading.begin());
  std::string out = absl::StrCat(lines[0], "\n");
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<absl::string_view> cells = Cells(lines[i]);
    pid_t pid = 0;
    if (cells.size() > index && absl::SimpleAtoi(cells[index], &pid) &&
        std::find(pids.begin(), pids.end(), pid) != pids.end()) {
      absl::StrAppend(&out, lines[i], "\n");
    }
  }
  return out;
}

}  // namespace chmdocker::cli
