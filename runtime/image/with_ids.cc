#include "runtime/image/with_ids.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/host/find_id_ranges.h"
#include "runtime/host/id_ranges.h"
#include "runtime/namespaces/id_maps.h"
#include "runtime/namespaces/range_maps.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::image {
namespace {

using Work = absl::FunctionRef<absl::StatusOr<std::string>()>;

constexpr size_t kMostAnswer = 1 << 20;
// What the child says first.
constexpr char kReady = 'r';
constexpr char kNoNamespace = 'n';

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoError(errno, "pipe2");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

absl::StatusOr<char> ReadByte(int fd) {
  char byte = 0;
  raw::Result read;
  do {
    read = raw::Read(fd, &byte, 1);
  } while (read.error() == EINTR);
  CHM_RETURN_IF_ERROR(sys::CallStatus(read));
  if (read.value == 1) return byte;
  return absl::AbortedError("the process for the images' ids has ended");
}

// An answer or a status as text: a character that is the code, and the rest.
std::string Encode(const absl::StatusOr<std::string>& answer) {
  const char code = static_cast<char>('A' + answer.status().raw_code());
  return answer.ok()
             ? absl::StrCat(std::string(1, code), *answer)
             : absl::StrCat(std::string(1, code), answer.status().message());
}

absl::StatusOr<std::string> Decode(const std::string& text) {
  if (text.empty()) {
    return absl::AbortedError("the process for the images' ids was killed");
  }
  const auto code = static_cast<absl::StatusCode>(text[0] - 'A');
  if (code == absl::StatusCode::kOk) return text.substr(1);
  return absl::Status(code, text.substr(1));
}

[[noreturn]] void RunChild(Work work, int answers, int go) {
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool has_namespace = raw::Unshare(kNewUser).ok();
  const char first = has_namespace ? kReady : kNoNamespace;
  (void)raw::Write(answers, &first, 1);
  if (has_namespace && ReadByte(go).ok()) {
    const std::string answer = Encode(work());
    (void)sys::WriteAll(answers, answer, "the parent");
  }
  _exit(0);
}

// A child that is ended and reaped, whatever happens.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    (void)raw::Kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

absl::Status MapIds(pid_t pid, const host::IdRanges& ranges) {
  const bool has_ranges = ranges.problem.empty();
  const std::vector<host::IdRange> none;
  CHM_RETURN_IF_ERROR(namespaces::WriteUserMap(
      pid, namespaces::RangeMap(geteuid(), has_ranges ? ranges.users : none)));
  return namespaces::WriteGroupMap(
      pid, namespaces::RangeMap(getegid(), has_ranges ? ranges.groups : none));
}

absl::StatusOr<std::string> CallInNamespace(Work work,
                                            const host::IdRanges& ranges) {
  CHM_ASSIGN_OR_RETURN(Pipe answers, MakePipe());
  CHM_ASSIGN_OR_RETURN(Pipe go, MakePipe());
  const raw::Result forked = raw::Fork();
  CHM_RETURN_IF_ERROR(sys::CallStatus(forked));
  if (forked.value == 0) {
    answers.read.reset();
    go.write.reset();
    RunChild(work, answers.write.get(), go.read.get());
  }
  const Child child(static_cast<pid_t>(forked.value));
  answers.write.reset();
  go.read.reset();
  CHM_ASSIGN_OR_RETURN(const char first, ReadByte(answers.read.get()));
  if (first == kNoNamespace) return work();
  CHM_RETURN_IF_ERROR(MapIds(child.pid(), ranges));
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Write(go.write.get(), &kReady, 1)));
  CHM_ASSIGN_OR_RETURN(
      const std::string text,
      sys::ReadToEnd(answers.read.get(), kMostAnswer, "the answer"));
  return Decode(text);
}

}  // namespace

absl::StatusOr<WithIds> CallWithIds(Work work) {
  WithIds result;
  if (geteuid() == 0) {
    CHM_ASSIGN_OR_RETURN(result.answer, work());
    return result;
  }
  const host::IdRanges ranges = host::FindIdRanges(geteuid());
  if (!ranges.problem.empty()) {
    result.note = absl::StrCat(
        ranges.problem, ranges.remedy.empty() ? "" : "; root can mend it with ",
        ranges.remedy);
  }
  CHM_ASSIGN_OR_RETURN(result.answer, CallInNamespace(work, ranges));
  return result;
}

}  // namespace chmdocker::image
