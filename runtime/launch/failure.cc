#include "runtime/launch/failure.h"

#include <string.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/errno_name.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::launch {
namespace {

constexpr absl::string_view kStepPayload = "chmdocker/step";
constexpr absl::string_view kKindPayload = "chmdocker/step-kind";
constexpr absl::string_view kSyscallPayload = "chmdocker/syscall";
constexpr absl::string_view kSignalPayload = "chmdocker/signal";

void SetNumber(absl::Status& status, absl::string_view url, size_t number) {
  status.SetPayload(url, absl::Cord(absl::StrCat(number)));
}

std::optional<int> GetNumber(const absl::Status& status,
                             absl::string_view url) {
  const std::optional<absl::Cord> payload = status.GetPayload(url);
  int number = 0;
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &number)) {
    return std::nullopt;
  }
  return number;
}

// The command that a step looks for; empty for other kinds.
std::string CommandOf(const step::Step& step) {
  if (const auto* find =
          std::get_if<step::FindExecutable<std::string>>(&step)) {
    return find->command;
  }
  const auto* exec = std::get_if<step::Exec<std::string>>(&step);
  return exec == nullptr || exec->argv.empty() ? "" : exec->argv[0];
}

// A command that is nowhere in PATH gets the words by which docker, podman
// and their users recognise it.
std::string NotInPath(const step::Step& step, int error) {
  const std::string command = CommandOf(step);
  if (command.empty() || error != ENOENT || absl::StrContains(command, '/')) {
    return "";
  }
  return absl::StrCat(Quote(command), ": executable file not found in $PATH");
}

}  // namespace

absl::Status StepError(const step::SetupPlan& plan, size_t index,
                       raw::Result failure, absl::string_view note) {
  const step::Step& step = plan.timeline[index].step;
  absl::Status status =
      ErrnoError(failure.error(),
                 absl::StrCat("step ", index + 1, "/", plan.timeline.size(),
                              " ", step::Explain(step), ": ",
                              sys::SyscallName(failure.number)));
  status = WithHint(status, note.empty() ? NotInPath(step, failure.error())
                                         : Printable(note));
  SetNumber(status, kStepPayload, index);
  SetNumber(status, kKindPayload, static_cast<size_t>(step::KindOf(step)));
  SetNumber(status, kSyscallPayload, static_cast<size_t>(failure.number));
  return status;
}

absl::Status Interrupted(int signal) {
  absl::Status status = absl::CancelledError(
      absl::StrCat("interrupted by signal ", signal, " (", strsignal(signal),
                   ") while the container was being set up"));
  SetNumber(status, kSignalPayload, static_cast<size_t>(signal));
  return status;
}

std::optional<StepFailure> StepFailureOf(const absl::Status& status) {
  const std::optional<int> index = GetNumber(status, kStepPayload);
  const std::optional<int> kind = GetNumber(status, kKindPayload);
  const std::optional<int> error = ErrnoOf(status);
  if (!index || !kind || !error) return std::nullopt;
  const std::optional<int> syscall = GetNumber(status, kSyscallPayload);
  if (!syscall) return std::nullopt;
  return StepFailure{static_cast<size_t>(*index),
                     static_cast<step::StepKind>(*kind), *error, *syscall};
}

std::optional<int> InterruptOf(const absl::Status& status) {
  return GetNumber(status, kSignalPayload);
}

}  // namespace chmdocker::launch
