// Those who look at a container's output as it comes, and type what it reads:
// `chmdocker attach`. Each is a connection that keeps the borders between
// messages (SOCK_SEQPACKET).
//
// Part of chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_MONITOR_ATTACHED_H_
#define CHMDOCKER_RUNTIME_MONITOR_ATTACHED_H_

#include <poll.h>

#include <cstddef>

#include "runtime/monitor/attach_message.h"

namespace chmdocker::monitor {

class Attached {
 public:
  static constexpr size_t kMost = 8;
  // Of the listener, of each who is there, and of the container's input.
  static constexpr size_t kPollCount = kMost + 2;

  // Descriptors of the caller's; -1: there is none. `client` has attached
  // already.
  Attached(int listener, int client, int input, bool is_terminal)
      : listener_(listener), input_(input), is_terminal_(is_terminal) {
    for (int& other : clients_) other = -1;
    clients_[0] = client;
  }

  // Passes output on. Who does not keep up with it is sent away: the container
  // must not wait for a stopped reader. `client` is waited for as long as its
  // socket says (SO_SNDTIMEO).
  void Show(AttachKind kind, const char* data, size_t size);

  // From now on nobody is waited for.
  void Hurry();

  void Prepare(pollfd (&fds)[kPollCount]) const;
  void Handle(const pollfd (&fds)[kPollCount]);

  // Ends all connections.
  void End();

 private:
  void Accept();
  void Drop(int& client);
  void Receive(int& client);
  void WriteInput();
  void CloseInput();

  const int listener_;
  int input_;  // -1: closed
  const bool is_terminal_;
  int clients_[kMost];
  int flags_ = 0;       // of sendmsg(2)
  size_t pending_ = 0;  // bytes of input_buffer_ that are to be written
  char input_buffer_[kMostAttached];
};

}  // namespace chmdocker::monitor

#endif  // CHMDOCKER_RUNTIME_MONITOR_ATTACHED_H_
