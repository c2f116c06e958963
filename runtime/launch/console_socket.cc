#include "runtime/launch/console_socket.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/launch/unix_socket.h"

namespace chmdocker::launch {
namespace {

absl::Status ConnectAndSend(const std::string& path, absl::string_view payload,
                            int fd) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd socket, ConnectTo(path, SOCK_STREAM));
  return SendWithFd(socket.get(), payload, fd, path);
}

}  // namespace

absl::Status SendTerminal(const std::string& socket_path, int master) {
  return ConnectAndSend(socket_path, "/dev/ptmx", master);
}

absl::Status SendPidfd(const std::string& socket_path, int pidfd, PidfdOf of) {
  return ConnectAndSend(socket_path,
                        of == PidfdOf::kInit ? "standard" : "setns", pidfd);
}

std::string ContainerProcessState(absl::string_view oci_version, pid_t pid,
                                  absl::string_view metadata,
                                  absl::string_view state) {
  std::string json = absl::StrCat("{\"ociVersion\":", QuoteJson(oci_version),
                                  ",\"fds\":[\"seccompFd\"],\"pid\":", pid);
  if (!metadata.empty()) {
    absl::StrAppend(&json, ",\"metadata\":", QuoteJson(metadata));
  }
  absl::StrAppend(&json, ",\"state\":", state, "}");
  return json;
}

absl::Status SendSeccompListener(const std::string& socket_path, int listener,
                                 absl::string_view process_state) {
  return ConnectAndSend(socket_path, process_state, listener);
}

}  // namespace chmdocker::launch
