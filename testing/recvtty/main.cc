// The other end of the sockets that a runtime sends to:
//
//   recvtty SOCKET             listens; takes one descriptor. Of a terminal, it
//                              prints what is written there until it is closed,
//                              and types what comes on standard input.
//                              Otherwise it prints what the descriptor is.
//   recvtty --datagram SOCKET  prints the first datagram
//   recvtty --agent SOCKET     takes the listener of a seccomp filter, prints
//   what
//                              came with it, and answers EXDEV to every call
//                              that the filter asks about
//
// It prints "listening" when it can be connected to.
#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>

namespace {

int Fail(const char* what) {
  fprintf(stderr, "recvtty: %s: %s\n", what, strerror(errno));
  return 2;
}

int Listen(const char* path, int type) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (strlen(path) >= sizeof(address.sun_path)) return -1;
  strcpy(address.sun_path, path);
  const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return -1;
  }
  if (type == SOCK_STREAM && listen(fd, 1) != 0) return -1;
  printf("listening\n");
  fflush(stdout);
  return fd;
}

// One message and the descriptor that comes with it; -1 where none does.
int Receive(int socket, std::string* text) {
  char data[4096];
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  iovec part = {data, sizeof(data)};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  const ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (got >= 0) text->assign(data, static_cast<size_t>(got));
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (got < 0 || header == nullptr || header->cmsg_type != SCM_RIGHTS)
    return -1;
  int fd = -1;
  memcpy(&fd, CMSG_DATA(header), sizeof(fd));
  return fd;
}

// Copies what is there; false at the end.
bool Copy(int from, int to) {
  char buffer[4096];
  const ssize_t got = read(from, buffer, sizeof(buffer));
  return got > 0 && write(to, buffer, static_cast<size_t>(got)) == got;
}

void Relay(int terminal) {
  pollfd fds[] = {{terminal, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (poll(fds, 2, -1) > 0) {
    if (fds[0].revents != 0 && !Copy(terminal, STDOUT_FILENO)) return;
    // At the end of the input the output goes on.
    if (fds[1].revents != 0 && !Copy(STDIN_FILENO, terminal)) fds[1].fd = -1;
  }
}

int ReceiveDescriptor(const char* path) {
  const int listening = Listen(path, SOCK_STREAM);
  if (listening < 0) return Fail(path);
  const int connection = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
  std::string text;
  const int fd = Receive(connection, &text);
  if (fd < 0) return Fail("no descriptor came");
  if (isatty(fd) != 0) {
    Relay(fd);
    return 0;
  }
  char target[4096] = {};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  if (readlink(link.c_str(), target, sizeof(target) - 1) < 0) {
    return Fail("readlink");
  }
  printf("received: %s\nmessage: %s\n", target, text.c_str());
  return 0;
}

int Answer(int listener) {
  pollfd asked = {listener, POLLIN, 0};
  // It hangs up when no process has the filter any more.
  while (poll(&asked, 1, -1) > 0 && (asked.revents & POLLIN) != 0) {
    seccomp_notif call = {};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) continue;
    printf("call: %d\n", call.data.nr);
    fflush(stdout);
    seccomp_notif_resp answer = {};
    answer.id = call.id;
    answer.error = -EXDEV;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }
  printf("hung up\n");
  return 0;
}

int BeAgent(const char* path) {
  const int listening = Listen(path, SOCK_STREAM);
  if (listening < 0) return Fail(path);
  const int connection = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
  std::string text;
  const int listener = Receive(connection, &text);
  if (listener < 0) return Fail("no descriptor came");
  printf("message: %s\n", text.c_str());
  fflush(stdout);
  return Answer(listener);
}

int ReceiveDatagram(const char* path) {
  const int fd = Listen(path, SOCK_DGRAM);
  if (fd < 0) return Fail(path);
  std::string text;
  Receive(fd, &text);
  printf("datagram: %s\n", text.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) return ReceiveDescriptor(argv[1]);
  if (argc == 3 && strcmp(argv[1], "--datagram") == 0) {
    return ReceiveDatagram(argv[2]);
  }
  if (argc == 3 && strcmp(argv[1], "--agent") == 0) return BeAgent(argv[2]);
  fprintf(stderr, "usage: recvtty [--datagram|--agent] SOCKET\n");
  return 2;
}
