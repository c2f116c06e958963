#include "runtime/image/child_answer.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/pipe.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::image {

std::string EncodeAnswer(const absl::StatusOr<std::string>& answer) {
  const char code = static_cast<char>('A' + answer.status().raw_code());
  return answer.ok()
             ? absl::StrCat(std::string(1, code), *answer)
             : absl::StrCat(std::string(1, code), answer.status().message());
}

absl::StatusOr<std::string> DecodeAnswer(const std::string& text) {
  if (text.empty()) {
    return absl::AbortedError(
        "the process for the container's files was "
        "killed");
  }
  const auto code = static_cast<absl::StatusCode>(text[0] - 'A');
  if (code == absl::StatusCode::kOk) return text.substr(1);
  return absl::Status(code, text.substr(1));
}

Child::~Child() {
  if (pid_ == 0) return;
  (void)raw::Kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

absl::StatusOr<ChildCall> ChildCall::Start(
    absl::FunctionRef<absl::StatusOr<std::string>()> work) {
  CHM_ASSIGN_OR_RETURN(sys::Pipe answers, sys::MakePipe());
  const pid_t parent = getpid();
  const raw::Result forked = raw::Fork();
  CHM_RETURN_IF_ERROR(sys::CallStatus(forked));
  if (forked.value == 0) {
    answers.read.reset();
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    (void)sys::WriteAll(answers.write.get(), EncodeAnswer(work()), "");
    _exit(0);
  }
  return ChildCall(static_cast<pid_t>(forked.value), std::move(answers.read));
}

absl::StatusOr<std::string> ChildCall::Finish() {
  CHM_ASSIGN_OR_RETURN(
      const std::string text,
      sys::ReadToEnd(answers_.get(), kMostAnswer, "the answer"));
  return DecodeAnswer(text);
}

}  // namespace chmdocker::image
