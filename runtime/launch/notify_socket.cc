#include "runtime/launch/notify_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/unix_socket.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::launch {
namespace {

// runc's, which images know.
constexpr absl::string_view kContainerDirectory = "/run/notify";
constexpr absl::string_view kSocketName = "notify.sock";
constexpr absl::string_view kVariable = "NOTIFY_SOCKET=";

}  // namespace

void AddNotifySocket(const std::string& directory, spec::ContainerSpec& spec) {
  spec::Mount mount;
  mount.destination = kContainerDirectory;
  mount.type = "bind";
  mount.source = directory;
  mount.flags = kMountReadonly | kMountNosuid | kMountNodev | kMountNoexec;
  mount.bind = true;
  spec.mounts.push_back(std::move(mount));
  // The first of its name would count.
  std::erase_if(spec.process.env, [](const std::string& variable) {
    return absl::StartsWith(variable, kVariable);
  });
  spec.process.env.push_back(
      absl::StrCat(kVariable, kContainerDirectory, "/", kSocketName));
}

bool SaysReady(absl::string_view datagram) {
  for (const absl::string_view line : absl::StrSplit(datagram, '\n')) {
    if (line == "READY=1") return true;
  }
  return false;
}

absl::StatusOr<NotifyRelay> NotifyRelay::Create(
    const std::string& directory, const std::string& host_socket) {
  CHM_ASSIGN_OR_RETURN(UniqueFd host, ConnectTo(host_socket, SOCK_DGRAM));
  const std::string path = absl::StrCat(directory, "/", kSocketName);
  // Of an earlier start that failed.
  (void)raw::UnlinkAt(AT_FDCWD, path.c_str(), 0);
  // bind(2) takes the mode from the umask; any user of the container may write.
  const mode_t umask = raw::Umask(0);
  absl::StatusOr<UniqueFd> container = BindAt(path, SOCK_DGRAM | SOCK_NONBLOCK);
  (void)raw::Umask(umask);
  CHM_RETURN_IF_ERROR(container.status());
  return NotifyRelay(*std::move(container), std::move(host));
}

absl::StatusOr<bool> NotifyRelay::Handle(pid_t main_pid) {
  // No more at once: who never stops to write must not hold the caller up.
  constexpr int kMostDatagrams = 16;
  for (int i = 0; i < kMostDatagrams; ++i) {
    // Longer ones than systemd takes are cut. Descriptors that come along are
    // dropped by the kernel, as there is no room for them.
    char datagram[4096];
    const raw::Result got =
        raw::Receive(container_.get(), datagram, sizeof(datagram), 0);
    if (got.error() == EAGAIN) return false;
    if (got.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(got, "from the container"));
    if (!SaysReady({datagram, static_cast<size_t>(got.value)})) continue;
    const std::string ready = absl::StrCat("MAINPID=", main_pid, "\nREADY=1");
    CHM_RETURN_IF_ERROR(sys::CallStatus(
        raw::Send(host_.get(), ready.data(), ready.size()), "READY=1"));
    return true;
  }
  return false;
}

absl::Status NotifyRelay::HandleUntilReady(pid_t main_pid, int pidfd) {
  for (;;) {
    pollfd fds[] = {{container_.get(), POLLIN, 0}, {pidfd, POLLIN, 0}};
    const raw::Result ready = raw::Call(SYS_ppoll, fds, 2, nullptr, nullptr, 0);
    if (ready.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(ready));
    // Also behind its end: what it said last counts.
    CHM_ASSIGN_OR_RETURN(const bool told, Handle(main_pid));
    if (told || fds[1].revents != 0) return absl::OkStatus();
  }
}

absl::Status NotifyRelay::Flush() {
  constexpr absl::string_view kBarrier = "BARRIER=1";
  constexpr timespec kLongest = {30, 0};
  int ends[2] = {-1, -1};
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Pipe(ends)));
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::SendMessage(host_.get(), kBarrier.data(),
                                       kBarrier.size(), write_end.get()),
                      kBarrier));
  write_end.reset();
  // The host closes its copy when it has come to the barrier. One that does not
  // know barriers is given the time.
  pollfd closed = {read_end.get(), POLLIN, 0};
  const raw::Result waited =
      raw::Call(SYS_ppoll, &closed, 1, &kLongest, nullptr, 0);
  return waited.error() == EINTR ? absl::OkStatus() : sys::CallStatus(waited);
}

}  // namespace chmdocker::launch
