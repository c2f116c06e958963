#include "runtime/monitor/attached.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>

#include "runtime/monitor/attach_message.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::monitor {
namespace {

bool Send(int client, AttachKind kind, const char* data, size_t size,
          int flags) {
  char first = static_cast<char>(kind);
  iovec parts[] = {{&first, 1}, {const_cast<char*>(data), size}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  return raw::Call(SYS_sendmsg, client, &message, MSG_NOSIGNAL | flags).ok();
}

}  // namespace

void Attached::Show(AttachKind kind, const char* data, size_t size) {
  for (int& client : clients_) {
    if (client >= 0 && !Send(client, kind, data, size, flags_)) Drop(client);
  }
}

void Attached::Hurry() { flags_ = MSG_DONTWAIT; }

void Attached::Prepare(pollfd (&fds)[kPollCount]) const {
  fds[0] = {listener_, POLLIN, 0};
  // What has been typed waits until the container has read what came before.
  const short wanted = pending_ == 0 ? POLLIN : 0;
  for (size_t i = 0; i < kMost; ++i) fds[i + 1] = {clients_[i], wanted, 0};
  fds[kMost + 1] = {pending_ > 0 ? input_ : -1, POLLOUT, 0};
}

void Attached::Handle(const pollfd (&fds)[kPollCount]) {
  if (fds[kMost + 1].revents != 0) WriteInput();
  for (size_t i = 0; i < kMost; ++i) {
    if (fds[i + 1].revents == 0 || clients_[i] != fds[i + 1].fd) continue;
    if ((fds[i + 1].revents & POLLIN) != 0) {
      if (pending_ == 0) Receive(clients_[i]);
    } else {
      Drop(clients_[i]);
    }
  }
  if (fds[0].revents != 0) Accept();
}

void Attached::End() {
  for (int& client : clients_) {
    if (client >= 0) Drop(client);
  }
}

void Attached::Accept() {
  const raw::Result accepted = raw::Call(SYS_accept4, listener_, nullptr,
                                         nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (!accepted.ok()) return;
  for (int& client : clients_) {
    if (client >= 0) continue;
    client = accepted.fd();
    return;
  }
  int extra = accepted.fd();
  (void)Send(extra, AttachKind::kFull, nullptr, 0, 0);
  Drop(extra);
}

void Attached::Drop(int& client) {
  (void)raw::Close(client);
  client = -1;
}

void Attached::Receive(int& client) {
  char first = 0;
  iovec parts[] = {{&first, 1}, {input_buffer_, sizeof(input_buffer_)}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  const raw::Result got =
      raw::Call(SYS_recvmsg, client, &message, MSG_DONTWAIT);
  if (got.error() == EAGAIN || got.error() == EINTR) return;
  if (!got.ok() || got.value == 0) {
    Drop(client);
    return;
  }
  const size_t size = static_cast<size_t>(got.value) - 1;
  switch (static_cast<AttachKind>(first)) {
    case AttachKind::kInput:
      if (input_ < 0) return;
      pending_ = size;
      WriteInput();
      return;
    case AttachKind::kInputEnd:
      CloseInput();
      return;
    case AttachKind::kWindowSize:
      if (is_terminal_ && size == sizeof(winsize)) {
        (void)raw::Ioctl(input_, TIOCSWINSZ, input_buffer_);
      }
      return;
    case AttachKind::kOutput:
    case AttachKind::kError:
    case AttachKind::kFull:
      return;
  }
}

void Attached::WriteInput() {
  const raw::Result wrote = raw::Write(input_, input_buffer_, pending_);
  if (wrote.error() == EAGAIN || wrote.error() == EINTR) return;
  if (!wrote.ok()) {
    // Nobody reads it any more.
    pending_ = 0;
    CloseInput();
    return;
  }
  pending_ -= static_cast<size_t>(wrote.value);
  memmove(input_buffer_, input_buffer_ + wrote.value, pending_);
}

// A terminal has no end but its end-of-file key, which is typed.
void Attached::CloseInput() {
  if (input_ < 0 || is_terminal_) return;
  (void)raw::Close(input_);
  input_ = -1;
}

}  // namespace chmdocker::monitor
