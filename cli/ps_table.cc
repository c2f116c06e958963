#include "cli/ps_table.h"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/sys/run_program.h"

namespace chmdocker::cli {
namespace {

std::vector<absl::string_view> Cells(absl::string_view line) {
  return absl::StrSplit(line, ' ', absl::SkipEmpty());
}

}  // namespace

absl::StatusOr<std::string> RunPs(const std::vector<std::string>& words) {
  constexpr size_t kMost = 64 << 20;
  std::vector<std::string> argv = {"ps"};
  argv.insert(argv.end(), words.begin(), words.end());
  CHM_ASSIGN_OR_RETURN(
      sys::Ended ended,
      sys::RunProgram("ps", std::move(argv), environ, STDOUT_FILENO, kMost));
  CHM_RETURN_IF_ERROR(ended.said.status());
  if (!ended.well) return absl::InternalError("ps failed");
  return *std::move(ended.said);
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
