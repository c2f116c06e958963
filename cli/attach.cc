#include "cli/attach.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/launch/signals.h"
#include "runtime/launch/terminal.h"
#include "runtime/launch/unix_socket.h"
#include "runtime/monitor/attach_message.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/sys/files.h"

namespace chmdocker::cli {
namespace {

using monitor::AttachKind;

constexpr char kCtrlP = 'p' & 0x1f;
constexpr char kCtrlQ = 'q' & 0x1f;

// False: there is no room for it yet. To wait for that could be for ever: the
// monitor may wait for its output to be read.
absl::StatusOr<bool> Send(int socket, AttachKind kind, const void* data,
                          size_t size) {
  char first = static_cast<char>(kind);
  iovec parts[] = {{&first, 1}, {const_cast<void*>(data), size}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  if (sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
  if (errno == EAGAIN || errno == EINTR) return false;
  // The monitor has gone. What it has sent before, and its end, are still to be
  // read.
  if (errno == EPIPE || errno == ECONNRESET) return true;
  return ErrnoError(errno, "sendmsg to the container's monitor");
}

struct Message {
  AttachKind kind;
  std::string data;
};

class Attachment {
 public:
  Attachment(int socket, const state::Record& record,
             const AttachOptions& options, int signals)
      : socket_(socket),
        record_(record),
        options_(options),
        signals_(signals),
        reads_(options.with_input && record.kept->stdin_open) {}

  // True: the container's end was reached; false: the caller has detached.
  absl::StatusOr<bool> Run() {
    if (record_.kept->terminal) {
      if (reads_ && isatty(STDIN_FILENO) != 0) {
        is_raw_ = true;
        raw_mode_.Enter(STDIN_FILENO);
      }
      CHM_RETURN_IF_ERROR(SendSize());
    }
    while (!ended_ && !detached_) CHM_RETURN_IF_ERROR(Turn());
    return ended_;
  }

 private:
  absl::Status Turn() {
    const bool waits = unsent_ || size_is_due_;
    pollfd fds[] = {{socket_, POLLIN, 0},
                    {reads_ && !unsent_ ? STDIN_FILENO : -1, POLLIN, 0},
                    {signals_, POLLIN, 0}};
    if (waits) fds[0].events |= POLLOUT;
    if (poll(fds, 3, -1) < 0) {
      return errno == EINTR ? absl::OkStatus() : ErrnoError(errno, "poll");
    }
    if ((fds[0].revents & ~POLLOUT) != 0) CHM_RETURN_IF_ERROR(Receive());
    if ((fds[0].revents & POLLOUT) != 0) CHM_RETURN_IF_ERROR(SendUnsent());
    if (fds[1].revents != 0) CHM_RETURN_IF_ERROR(ReadInput());
    if (fds[2].revents != 0) CHM_RETURN_IF_ERROR(TakeSignal());
    return absl::OkStatus();
  }

  absl::Status Receive() {
    char buffer[1 + monitor::kMostAttached];
    const ssize_t got = recv(socket_, buffer, sizeof(buffer), 0);
    // ECONNRESET: the monitor has gone without reading all that was typed. It
    // is told once, and what the monitor had sent before comes behind it.
    if (got < 0 && (errno == EINTR || errno == ECONNRESET)) {
      return absl::OkStatus();
    }
    if (got <= 0) {
      ended_ = true;
      return absl::OkStatus();
    }
    const absl::string_view data(buffer + 1, static_cast<size_t>(got) - 1);
    switch (static_cast<AttachKind>(buffer[0])) {
      case AttachKind::kOutput:
        return sys::WriteAll(STDOUT_FILENO, data, "standard output");
      case AttachKind::kError:
        return sys::WriteAll(STDERR_FILENO, data, "standard error");
      case AttachKind::kFull:
        return absl::ResourceExhaustedError(
            "eight have attached to the container already");
      case AttachKind::kInput:
      case AttachKind::kInputEnd:
      case AttachKind::kWindowSize:
        break;
    }
    return absl::OkStatus();
  }

  absl::Status ReadInput() {
    char buffer[monitor::kMostAttached];
    const ssize_t got = read(STDIN_FILENO, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) return absl::OkStatus();
    if (got <= 0) {
      reads_ = false;
      return SendInput(AttachKind::kInputEnd, "");
    }
    size_t size = static_cast<size_t>(got);
    if (is_raw_) size = UpToDetach(buffer, size);
    return size == 0 ? absl::OkStatus()
                     : SendInput(AttachKind::kInput, {buffer, size});
  }

  absl::Status SendInput(AttachKind kind, absl::string_view data) {
    CHM_ASSIGN_OR_RETURN(const bool sent,
                         Send(socket_, kind, data.data(), data.size()));
    if (!sent) unsent_ = Message{kind, std::string(data)};
    return absl::OkStatus();
  }

  absl::Status SendUnsent() {
    if (size_is_due_) CHM_RETURN_IF_ERROR(SendSize());
    if (!unsent_) return absl::OkStatus();
    const Message message = *std::move(unsent_);
    unsent_.reset();
    return SendInput(message.kind, message.data);
  }

  // How much of it comes before Ctrl-P Ctrl-Q.
  size_t UpToDetach(const char* keys, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      if (after_ctrl_p_ && keys[i] == kCtrlQ) {
        detached_ = true;
        return i > 0 ? i - 1 : 0;
      }
      after_ctrl_p_ = keys[i] == kCtrlP;
    }
    return size;
  }

  absl::Status TakeSignal() {
    signalfd_siginfo info;
    if (read(signals_, &info, sizeof(info)) < 0) return absl::OkStatus();
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGWINCH) return SendSize();
    if (signal == SIGCHLD || signal == SIGCONT) return absl::OkStatus();
    if (options_.passes_signals) {
      const absl::StatusOr<UniqueFd> first = state::OpenPidfd(record_.init);
      // It has ended, and so will this.
      if (!first.ok()) return absl::OkStatus();
      return container::SendSignal(record_, first->get(), signal);
    }
    if (launch::EndsByDefault(signal)) detached_ = true;
    return absl::OkStatus();
  }

  absl::Status SendSize() {
    winsize size = {};
    size_is_due_ = false;
    if (!record_.kept->terminal ||
        ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0) {
      return absl::OkStatus();
    }
    CHM_ASSIGN_OR_RETURN(const bool sent, Send(socket_, AttachKind::kWindowSize,
                                               &size, sizeof(size)));
    size_is_due_ = !sent;
    return absl::OkStatus();
  }

  const int socket_;
  const state::Record& record_;
  const AttachOptions& options_;
  const int signals_;
  bool reads_;
  bool is_raw_ = false;
  launch::RawMode raw_mode_;
  std::optional<Message> unsent_;  // input; no more is read meanwhile
  bool size_is_due_ = false;
  bool after_ctrl_p_ = false;
  bool ended_ = false;
  bool detached_ = false;
};

}  // namespace

absl::StatusOr<int> Attach(const container::Runtime& runtime,
                           const std::string& id, const AttachOptions& options,
                           UniqueFd socket) {
  const std::string root = container::KeptRuntime(runtime).root;
  CHM_ASSIGN_OR_RETURN(const state::Record record, state::Peek(root, id));
  if (!socket.valid()) {
    if (!record.kept || !state::IsAlive(record.init)) {
      return absl::FailedPreconditionError(
          absl::StrCat("container ", id, " is not running"));
    }
    CHM_ASSIGN_OR_RETURN(
        socket, launch::ConnectTo(
                    absl::StrCat(root, "/", id, "/", monitor::kAttachSocket),
                    SOCK_SEQPACKET | SOCK_CLOEXEC));
  }
  CHM_ASSIGN_OR_RETURN(const launch::SignalFd signals,
                       launch::SignalFd::Create());
  CHM_ASSIGN_OR_RETURN(
      const bool ended,
      Attachment(socket.get(), record, options, signals.fd()).Run());
  if (!ended) return 0;
  absl::StatusOr<int> code = container::WaitKept(runtime, id);
  // Removed with its end: --rm.
  if (absl::IsNotFound(code.status())) return 0;
  return code;
}

}  // namespace chmdocker::cli
