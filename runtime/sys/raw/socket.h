// Sockets: made, named, connected. Messages over them: channel.h.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_SOCKET_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_SOCKET_H_

#include <sys/socket.h>

#include "runtime/sys/raw/call.h"

namespace chmdocker::raw {

// Close-on-exec; `type` is SOCK_*, with SOCK_NONBLOCK if wanted.
inline Result Socket(int domain, int type, int protocol) {
  return Call(SYS_socket, domain, type | SOCK_CLOEXEC, protocol);
}

// `address` is a sockaddr_un or the like, `size` bytes long.
inline Result Bind(int socket, const void* address, socklen_t size) {
  return Call(SYS_bind, socket, address, size);
}

inline Result Connect(int socket, const void* address, socklen_t size) {
  return Call(SYS_connect, socket, address, size);
}

inline Result Listen(int socket, int backlog) {
  return Call(SYS_listen, socket, backlog);
}

// accept4(2): the next connection, close-on-exec; who it comes from does not
// matter.
inline Result Accept(int socket) {
  return Call(SYS_accept4, socket, nullptr, nullptr, SOCK_CLOEXEC);
}

// send(2) and recv(2). MSG_NOSIGNAL: a peer that died is an error, not a
// signal.
inline Result Send(int socket, const void* data, size_t size) {
  return Call(SYS_sendto, socket, data, size, MSG_NOSIGNAL, nullptr, 0);
}
inline Result Receive(int socket, void* data, size_t size, int flags) {
  return Call(SYS_recvfrom, socket, data, size, flags, nullptr, nullptr);
}

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_SOCKET_H_
