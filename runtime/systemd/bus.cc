#include "runtime/systemd/bus.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/process.h"
#include "runtime/sys/raw/socket.h"
#include "runtime/systemd/message.h"

namespace chmdocker::systemd {
namespace {

constexpr int kSeconds = 30;
constexpr uint64_t kNanoseconds = 1'000'000'000;
constexpr uint64_t kGrace = kNanoseconds;  // for an answer that is on its way
constexpr raw::SignalSet kInterrupts =
    raw::SignalSet{1} << (SIGINT - 1) | raw::SignalSet{1} << (SIGTERM - 1) |
    raw::SignalSet{1} << (SIGHUP - 1) | raw::SignalSet{1} << (SIGQUIT - 1);
constexpr char kBus[] = "org.freedesktop.DBus";
constexpr char kSystemd[] = "org.freedesktop.systemd1";
constexpr char kManager[] = "org.freedesktop.systemd1.Manager";

int HexDigit(char c) {
  if (!absl::ascii_isxdigit(c)) return -1;
  return absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
}

// "%2f" is a byte: the D-Bus specification, "Server Addresses".
std::string Unescaped(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() &&
                        HexDigit(text[i + 1]) >= 0 &&
                        HexDigit(text[i + 2]) >= 0;
    plain += escape ? static_cast<char>(HexDigit(text[i + 1]) * 16 +
                                        HexDigit(text[i + 2]))
                    : text[i];
    if (escape) i += 2;
  }
  return plain;
}

// The name of an error, and what is said to it.
absl::Status ErrorOf(const Message& reply) {
  std::vector<std::string> said;
  std::string text = reply.error;
  if (ParseBody(reply, &said) && !said.empty()) {
    absl::StrAppend(&text, " (", said.front(), ")");
  }
  absl::StatusCode code = absl::StatusCode::kFailedPrecondition;
  if (absl::EndsWith(reply.error, ".NoSuchUnit")) {
    code = absl::StatusCode::kNotFound;
  } else if (absl::EndsWith(reply.error, ".UnitExists")) {
    code = absl::StatusCode::kAlreadyExists;
  }
  return absl::Status(code, Printable(text));
}

// `status` of what was done for `call`.
absl::Status OfCall(const absl::Status& status, const Call& call) {
  if (status.ok()) return status;
  return absl::Status(
      status.code(),
      absl::StrCat("systemd: ", call.member, call.first.empty() ? "" : " ",
                   call.first.empty() ? "" : Quote(call.first), ": ",
                   status.message()));
}

}  // namespace

std::vector<std::string> PathsOf(absl::string_view addresses) {
  std::vector<std::string> paths;
  bool is_unix = false;
  while (!addresses.empty()) {
    // What has a ":" begins an address, and has its transport before that.
    const size_t end = addresses.find_first_of(",;");
    absl::string_view part = addresses.substr(0, end);
    addresses.remove_prefix(part.size() +
                            (end == absl::string_view::npos ? 0 : 1));
    if (const size_t colon = part.find(':'); colon != absl::string_view::npos) {
      is_unix = part.substr(0, colon) == "unix";
      part.remove_prefix(colon + 1);
    }
    if (is_unix && absl::ConsumePrefix(&part, "path=") && !part.empty()) {
      paths.push_back(Unescaped(part));
    } else if (is_unix && absl::ConsumePrefix(&part, "abstract=")) {
      paths.push_back("@" + Unescaped(part));
    }
  }
  return paths;
}

absl::Status Bus::Open(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return ErrnoError(ENAMETOOLONG, absl::StrCat("socket ", Quote(path)));
  }
  memcpy(address.sun_path, path.data(), path.size());
  const bool abstract = path[0] == '@';
  if (abstract) address.sun_path[0] = '\0';
  const raw::Result made = raw::Socket(AF_UNIX, SOCK_STREAM, 0);
  CHM_RETURN_IF_ERROR(sys::CallStatus(made, "AF_UNIX"));
  socket_.reset(made.fd());
  // It waits where more are waiting already than the other side has room for,
  // and can be asked in no other way whether there is some by now.
  const timeval patience = {1, 0};
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Call(SYS_setsockopt, socket_.get(), SOL_SOCKET,
                                SO_SNDTIMEO, &patience, sizeof(patience)),
                      "SO_SNDTIMEO"));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                           path.size() + (abstract ? 0 : 1));
  for (;;) {
    const raw::Result connected = raw::Connect(socket_.get(), &address, size);
    if (connected.error() != EAGAIN) {
      return sys::CallStatus(connected, sys::Quoted(path));
    }
    // Of a socket that is not connected, poll(2) returns at once.
    CHM_RETURN_IF_ERROR(Wait(POLLOUT));
  }
}

absl::Status Bus::Connect(const std::string& path, bool is_bus,
                          bool hides_user) {
  end_ = raw::MonotonicNanoseconds() + kSeconds * kNanoseconds;
  is_bus_ = is_bus;
  CHM_ASSIGN_OR_RETURN(signals_,
                       sys::CallFd(raw::SignalFd(kInterrupts), "signalfd"));
  CHM_RETURN_IF_ERROR(Open(path));
  absl::Status status = Authenticate(hides_user);
  if (status.ok() && is_bus) status = Register();
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(Quote(path), ": ", status.message()));
}

// The other side sees who this is; what is said is only compared with it, and
// may be left out where it is not known (the D-Bus specification, "EXTERNAL").
//
// All of it at once, as sd-bus does: systemd's own socket would leave a message
// that it has read together with BEGIN until another one comes.
absl::Status Bus::Authenticate(bool hides_user) {
  std::string hello("\0AUTH EXTERNAL", 14);
  if (hides_user) {
    hello += "\r\nDATA";
  } else {
    // The digits of the user id, each as its byte in hexadecimal.
    hello += ' ';
    for (const char digit : absl::StrCat(geteuid())) {
      hello += '3';
      hello += digit;
    }
  }
  CHM_RETURN_IF_ERROR(Send(hello + "\r\nBEGIN\r\n"));
  std::string line;
  CHM_RETURN_IF_ERROR(ReadLine(&line));
  if (hides_user && absl::StartsWith(line, "DATA")) {
    CHM_RETURN_IF_ERROR(ReadLine(&line));
  }
  if (absl::StartsWith(line, "OK ")) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("authentication is refused: ", Quote(line)));
}

absl::Status Bus::Register() {
  std::vector<std::string> values;
  Call call = {kBus, "/org/freedesktop/DBus", kBus, "Hello"};
  CHM_RETURN_IF_ERROR(Do(call, &values));
  call.member = "AddMatch";
  call.first =
      "type='signal',sender='org.freedesktop.systemd1',interface='org."
      "freedesktop.systemd1.Manager',member='JobRemoved'";
  return Do(call, &values);
}

absl::Status Bus::Do(const Call& call, std::vector<std::string>* values) {
  return OfCall(Reply(call, values), call);
}

absl::Status Bus::DoJob(const Call& call) {
  std::vector<std::string> values;
  absl::Status status = Reply(call, &values);
  if (status.ok()) status = AwaitJob(values.empty() ? "" : values.front());
  return OfCall(status, call);
}

absl::Status Bus::Reply(const Call& call, std::vector<std::string>* values) {
  CHM_RETURN_IF_ERROR(Send(Encode(call, ++serial_, is_bus_)));
  Message message;
  for (;;) {
    CHM_RETURN_IF_ERROR(Next(&message));
    const bool answers = message.type == MessageType::kReply ||
                         message.type == MessageType::kError;
    if (answers && message.reply_serial == serial_) break;
    Notice(message);
  }
  if (message.type == MessageType::kError) return ErrorOf(message);
  if (absl::string_view(call.destination) == kSystemd) {
    systemd_ = message.sender;
  }
  if (ParseBody(message, values)) return absl::OkStatus();
  return absl::InternalError("the reply is malformed");
}

absl::Status Bus::AwaitJob(const std::string& job) {
  Message message;
  for (;;) {
    for (size_t i = 0; i + 1 < ended_.size(); i += 2) {
      const std::string& result = ended_[i + 1];
      if (ended_[i] != job) continue;
      if (result == "done") return absl::OkStatus();
      return absl::FailedPreconditionError(
          absl::StrCat("the job's result is ", Quote(result),
                       ", and not \"done\"; journalctl may tell why"));
    }
    CHM_RETURN_IF_ERROR(Next(&message));
    Notice(message);
  }
}

// Everyone on the bus may send a signal of this name: it counts from systemd.
void Bus::Notice(const Message& message) {
  // A job's number, path, unit and result.
  std::vector<std::string> values;
  if (message.type == MessageType::kSignal && message.sender == systemd_ &&
      message.interface == kManager && message.member == "JobRemoved" &&
      message.signature == "uoss" && ParseBody(message, &values)) {
    ended_.push_back(std::move(values[1]));
    ended_.push_back(std::move(values[3]));
  }
}

// The next message that is understood: who sends another one waits in vain.
absl::Status Bus::Next(Message* message) {
  for (;;) {
    const size_t size = MessageSize(received_);
    if (size == kNoMessage) {
      return absl::InternalError("what was sent is no message");
    }
    if (size == 0 || received_.size() < size) {
      CHM_RETURN_IF_ERROR(Fill());
      continue;
    }
    *message = Message();
    const bool understood =
        Parse(absl::string_view(received_).substr(0, size), message);
    received_.erase(0, size);
    if (understood) return absl::OkStatus();
  }
}

absl::Status Bus::ReadLine(std::string* line) {
  constexpr size_t kMost = 1024;
  size_t end;
  while ((end = received_.find("\r\n")) == std::string::npos) {
    if (received_.size() > kMost) {
      return absl::InternalError("it is no D-Bus that answers");
    }
    CHM_RETURN_IF_ERROR(Fill());
  }
  *line = received_.substr(0, end);
  received_.erase(0, end + 2);
  return absl::OkStatus();
}

absl::Status Bus::Fill() {
  char chunk[4096];
  for (;;) {
    const raw::Result got =
        raw::Receive(socket_.get(), chunk, sizeof(chunk), MSG_DONTWAIT);
    if (got.error() == EAGAIN || got.error() == EINTR) {
      CHM_RETURN_IF_ERROR(Wait(POLLIN));
      continue;
    }
    if (got.value == 0) {
      return absl::UnavailableError("the connection was closed");
    }
    if (!got.ok()) return sys::CallStatus(got);
    received_.append(chunk, static_cast<size_t>(got.value));
    return absl::OkStatus();
  }
}

absl::Status Bus::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const raw::Result sent =
        raw::Call(SYS_sendto, socket_.get(), bytes.data(), bytes.size(),
                  MSG_NOSIGNAL | MSG_DONTWAIT, nullptr, 0);
    if (sent.error() == EAGAIN || sent.error() == EINTR) {
      CHM_RETURN_IF_ERROR(Wait(POLLOUT));
      continue;
    }
    if (!sent.ok()) return sys::CallStatus(sent);
    bytes.remove_prefix(static_cast<size_t>(sent.value));
  }
  return absl::OkStatus();
}

absl::Status Bus::Wait(short events) {
  const uint64_t now = raw::MonotonicNanoseconds();
  if (now >= end_) return TooLate();
  const timespec left = {
      static_cast<time_t>((end_ - now) / kNanoseconds),
      static_cast<long>((end_ - now) % kNanoseconds),
  };
  pollfd fds[] = {{socket_.get(), events, 0},
                  {interrupted_ ? -1 : signals_.get(), POLLIN, 0}};
  const raw::Result ready = raw::Call(SYS_ppoll, fds, 2, &left, nullptr, 0);
  if (fds[1].revents != 0) {
    interrupted_ = true;
    end_ = std::min(end_, raw::MonotonicNanoseconds() + kGrace);
  }
  return ready.error() == EINTR ? absl::OkStatus() : sys::CallStatus(ready);
}

absl::Status Bus::TooLate() const {
  if (interrupted_) {
    return absl::CancelledError("interrupted by a signal before the answer");
  }
  return absl::DeadlineExceededError(
      absl::StrCat("no answer within ", kSeconds, " seconds"));
}

}  // namespace chmdocker::systemd
