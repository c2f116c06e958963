#include "runtime/cgroups/events.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::cgroups {

absl::StatusOr<bool> AwaitEvent(const Cgroup& cgroup, absl::string_view line,
                                uint64_t nanoseconds) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd fd,
                       cgroup.OpenFile("cgroup.events", O_RDONLY));
  const uint64_t end = raw::MonotonicNanoseconds() + nanoseconds;
  for (;;) {
    // What happens after this is what the poll returns for.
    char text[256];
    const raw::Result got = raw::Pread(fd.get(), text, sizeof(text), 0);
    CHM_RETURN_IF_ERROR(sys::CallStatus(
        got, sys::Quoted(absl::StrCat(cgroup.path(), "/cgroup.events"))));
    for (const absl::string_view present : absl::StrSplit(
             absl::string_view(text, static_cast<size_t>(got.value)), '\n')) {
      if (present == line) return true;
    }
    const uint64_t now = raw::MonotonicNanoseconds();
    if (now >= end) return false;
    const raw::Result polled = raw::PollOne(fd.get(), POLLPRI, end - now);
    if (!polled.ok() && polled.error() != EINTR) {
      return sys::CallStatus(polled);
    }
  }
}

}  // namespace chmdocker::cgroups
