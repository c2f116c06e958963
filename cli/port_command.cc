#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/kept_commands.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

// "80", "80/tcp": with the protocol.
absl::StatusOr<std::string> ReadPort(const std::string& word) {
  const size_t slash = word.find('/');
  const std::string protocol =
      slash == std::string::npos ? "tcp" : word.substr(slash + 1);
  uint16_t port = 0;
  if (!ReadValue(word.substr(0, slash), port).ok() || port == 0 ||
      (protocol != "tcp" && protocol != "udp" && protocol != "sctp")) {
    return absl::InvalidArgumentError(absl::StrCat(
        Quote(word), ": wants PORT or PORT/PROTOCOL, as 80 or 53/udp"));
  }
  return absl::StrCat(port, "/", protocol);
}

// No container has a published port: there is nothing to list.
absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  if (rest.empty() || rest.size() > 2) {
    return absl::InvalidArgumentError(
        "wants a container and, if any, PORT[/PROTOCOL]");
  }
  std::string port;
  if (rest.size() == 2) {
    CHM_ASSIGN_OR_RETURN(port, ReadPort(rest[1]));
  }
  return Doing([word = rest[0], port](const Session& session) -> absl::Status {
    CHM_RETURN_IF_ERROR(container::FindKept(session.runtime, word).status());
    if (port.empty()) return absl::OkStatus();
    return absl::NotFoundError(absl::StrCat("Error: No public port '", port,
                                            "' published for ", word));
  });
}

}  // namespace

constexpr Command kPortCommand = {
    "port",
    "port",
    "List the ports that a container publishes: none",
    "port CONTAINER [PORT[/PROTOCOL]]",
    "chmdocker publishes no ports. A container of run --net host has the "
    "host's, and what\n   it listens on can be reached there.",
    {},
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
