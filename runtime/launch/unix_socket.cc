#include "runtime/launch/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::launch {
namespace {

struct Address {
  sockaddr_un name = {};
  socklen_t size = 0;
  UniqueFd directory;  // that `name` goes through, if any
};

constexpr size_t kMostPath = sizeof(sockaddr_un::sun_path) - 1;

// `path` itself if it fits, else by a descriptor of its directory.
absl::StatusOr<Address> AddressOf(const std::string& path) {
  Address address;
  address.name.sun_family = AF_UNIX;
  std::string text = path;
  if (text.size() > kMostPath) {
    const size_t slash = text.rfind('/');
    const std::string directory =
        slash == std::string::npos ? "." : text.substr(0, slash + 1);
    CHM_ASSIGN_OR_RETURN(address.directory,
                         sys::CallFd(raw::OpenAt(AT_FDCWD, directory.c_str(),
                                                 O_PATH | O_DIRECTORY),
                                     sys::Quoted(directory)));
    text = absl::StrCat("/proc/self/fd/", address.directory.get(), "/",
                        text.substr(slash + 1));
  }
  if (text.size() > kMostPath) {
    return ErrnoError(ENAMETOOLONG, absl::StrCat("socket ", Quote(path)));
  }
  memcpy(address.name.sun_path, text.data(), text.size());
  // With the NUL of a path; an abstract name has none, but one in front.
  const bool abstract = !text.empty() && text[0] == '@';
  if (abstract) address.name.sun_path[0] = '\0';
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                        text.size() + (abstract ? 0 : 1));
  return address;
}

// ECONNREFUSED has two causes.
absl::Status ExplainRefusal(const absl::Status& status,
                            const std::string& path) {
  if (ErrnoOf(status) != ECONNREFUSED) return status;
  struct stat found;
  const bool other =
      stat(path.c_str(), &found) == 0 && !S_ISSOCK(found.st_mode);
  return WithHint(status,
                  other ? "it is not a socket" : "nobody listens there");
}

}  // namespace

absl::StatusOr<UniqueFd> ConnectTo(const std::string& path, int type) {
  CHM_ASSIGN_OR_RETURN(const Address address, AddressOf(path));
  CHM_ASSIGN_OR_RETURN(UniqueFd socket,
                       sys::CallFd(raw::Socket(AF_UNIX, type, 0), "AF_UNIX"));
  const absl::Status connected =
      sys::CallStatus(raw::Connect(socket.get(), &address.name, address.size),
                      sys::Quoted(path));
  if (!connected.ok()) return ExplainRefusal(connected, path);
  return socket;
}

absl::StatusOr<UniqueFd> BindAt(const std::string& path, int type) {
  CHM_ASSIGN_OR_RETURN(const Address address, AddressOf(path));
  CHM_ASSIGN_OR_RETURN(UniqueFd socket,
                       sys::CallFd(raw::Socket(AF_UNIX, type, 0), "AF_UNIX"));
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::Bind(socket.get(), &address.name, address.size), sys::Quoted(path)));
  return socket;
}

absl::Status SendWithFd(int socket, absl::string_view payload, int fd,
                        const std::string& path) {
  raw::Result sent =
      raw::SendMessage(socket, payload.data(), payload.size(), fd);
  for (;;) {
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(sent, absl::StrCat("to ", Quote(path))));
    // A stream may take less than all at once.
    payload.remove_prefix(static_cast<size_t>(sent.value));
    if (payload.empty()) return absl::OkStatus();
    sent = raw::Send(socket, payload.data(), payload.size());
  }
}

}  // namespace chmdocker::launch
