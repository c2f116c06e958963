// hosts(5) and resolv.conf(5) for a container, as docker writes them. Pure.
#ifndef CHMDOCKER_CLI_NETWORK_TEXTS_H_
#define CHMDOCKER_CLI_NETWORK_TEXTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cli/network_flags.h"

namespace chmdocker::cli {

// What stands in /etc/hosts of whoever has no other host than itself.
extern const char kLocalHosts[];

// `base`, what --add-host adds, and a last line by which `hostname` is the
// container itself; not if it is empty, or nothing that may stand there.
std::string HostsText(const NetworkFlags& flags, absl::string_view base,
                      absl::string_view hostname);

// Whether there is no other server than the host's own systemd-resolved.
bool IsStubOnly(absl::string_view resolver);

// The host's, with what flags say in its place. Without the host's loopback
// (`has_loopback`) servers there are left out.
std::string ResolverText(const NetworkFlags& flags, absl::string_view of_host,
                         bool has_loopback);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_NETWORK_TEXTS_H_
