#include "runtime/image/with_ids.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/host/find_id_ranges.h"
#include "runtime/host/id_ranges.h"
#include "runtime/image/child_answer.h"
#include "runtime/namespaces/id_maps.h"
#include "runtime/namespaces/range_maps.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/pipe.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::image {
namespace {

using Work = absl::FunctionRef<absl::StatusOr<std::string>()>;

// What the child says first.
constexpr char kReady = 'r';
constexpr char kNoNamespace = 'n';

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

[[noreturn]] void RunChild(Work work, int answers, int go) {
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool has_namespace = raw::Unshare(kNewUser).ok();
  const char first = has_namespace ? kReady : kNoNamespace;
  (void)raw::Write(answers, &first, 1);
  if (has_namespace && ReadByte(go).ok()) {
    const std::string answer = EncodeAnswer(work());
    (void)sys::WriteAll(answers, answer, "the parent");
  }
  _exit(0);
}

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
  CHM_ASSIGN_OR_RETURN(sys::Pipe answers, sys::MakePipe());
  CHM_ASSIGN_OR_RETURN(sys::Pipe go, sys::MakePipe());
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
  return DecodeAnswer(text);
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
