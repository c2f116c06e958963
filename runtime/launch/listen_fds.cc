#include "runtime/launch/listen_fds.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/spec/process.h"

namespace chmdocker::launch {
namespace {

// The kernel's largest fs.nr_open by default: no process has more of them.
constexpr uint32_t kMostFds = 1048576;

}  // namespace

uint32_t ListenFds(std::optional<absl::string_view> listen_fds,
                   std::optional<absl::string_view> listen_pid, pid_t pid) {
  uint32_t count = 0;
  pid_t meant = 0;
  if (!listen_fds || !absl::SimpleAtoi(*listen_fds, &count)) return 0;
  if (!listen_pid || !absl::SimpleAtoi(*listen_pid, &meant)) return 0;
  return meant == pid && count <= kMostFds ? count : 0;
}

void AddListenFds(uint32_t count, spec::Process& process) {
  if (count == 0) return;
  process.env.push_back(absl::StrCat("LISTEN_FDS=", count));
  process.env.emplace_back("LISTEN_PID=1");
}

}  // namespace chmdocker::launch
