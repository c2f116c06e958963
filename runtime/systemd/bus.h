// A connection to systemd over D-Bus.
#ifndef CHMDOCKER_RUNTIME_SYSTEMD_BUS_H_
#define CHMDOCKER_RUNTIME_SYSTEMD_BUS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/systemd/message.h"

namespace chmdocker::systemd {

// The AF_UNIX sockets that the addresses of a bus name,
// "unix:path=/bus,guid=1", several with ";" between; "@..." is in the abstract
// name space. Transports other than these are left out.
std::vector<std::string> PathsOf(absl::string_view addresses);

// Errors name the call and its first argument, and what systemd says;
// everything together may take 30 seconds, and then it is DeadlineExceeded. If
// SIGINT, SIGTERM, SIGHUP or SIGQUIT, which the caller has blocked, becomes
// pending, it is one second more, and then it is Cancelled. The signal stays.
class Bus {
 public:
  // To the socket `path`; `is_bus`: it is not systemd's own. `hides_user`: this
  // process has another user id to the other side, being in a user namespace.
  absl::Status Connect(const std::string& path, bool is_bus, bool hides_user);

  // The values of the reply. NotFound: systemd has no such unit; AlreadyExists:
  // it has one.
  absl::Status Do(const Call& call, std::vector<std::string>* values);

  // A call that is answered by a job: waits until that is done.
  absl::Status DoJob(const Call& call);

 private:
  absl::Status Open(const std::string& path);
  absl::Status Authenticate(bool hides_user);
  absl::Status Register();
  absl::Status Reply(const Call& call, std::vector<std::string>* values);
  absl::Status AwaitJob(const std::string& job);
  absl::Status Send(absl::string_view bytes);
  absl::Status Fill();
  absl::Status Wait(short events);
  absl::Status TooLate() const;
  absl::Status ReadLine(std::string* line);
  absl::Status Next(Message* message);
  void Notice(const Message& message);

  UniqueFd socket_;
  UniqueFd signals_;  // readable once one is pending that ends this process
  uint64_t end_ = 0;  // raw::MonotonicNanoseconds
  bool interrupted_ = false;
  uint32_t serial_ = 0;   // of the last call
  std::string received_;  // and not yet read
  bool is_bus_ = true;
  std::string systemd_;             // its name on the bus; empty: not known yet
  std::vector<std::string> ended_;  // jobs, each with its result behind it
};

}  // namespace chmdocker::systemd

#endif  // CHMDOCKER_RUNTIME_SYSTEMD_BUS_H_
