// Messages over a connected AF_UNIX socket, with at most one descriptor each.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_CHANNEL_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_CHANNEL_H_

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// A connected pair of sockets that keep the borders between messages,
// close-on-exec.
inline Result SocketPair(int (&ends)[2]) {
  return Call(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

// Sends `size` bytes, and `fd` with them unless it is -1. MSG_NOSIGNAL: a peer
// that died is an error, not a signal.
inline Result SendMessage(int socket, const void* data, size_t size,
                          int fd = -1) {
  iovec part = {const_cast<void*>(data), size};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(int));
  }
  return Call(SYS_sendmsg, socket, &message, MSG_NOSIGNAL);
}

// Receives one message; its descriptor, if any, goes to `*fd`, else -1. Returns
// 0 when the peer is gone.
inline Result ReceiveMessage(int socket, void* data, size_t size, int* fd) {
  iovec part = {data, size};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  *fd = -1;
  const Result got = Call(SYS_recvmsg, socket, &message, MSG_CMSG_CLOEXEC);
  if (!got.ok()) return got;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET &&
      header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int))) {
    memcpy(fd, CMSG_DATA(header), sizeof(int));
  }
  return got;
}

// Whether the other end has been closed, whatever it said before.
inline bool PeerGone(int socket) {
  pollfd polled = {socket, 0, 0};
  const timespec now = {};
  return Call(SYS_ppoll, &polled, 1, &now, nullptr, 0).value == 1 &&
         (polled.revents & POLLHUP) != 0;
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_CHANNEL_H_
