// --add-host, --dns, --dns-search and --dns-option, as docker has them. Pure.
#ifndef CHMDOCKER_CLI_NETWORK_FLAGS_H_
#define CHMDOCKER_CLI_NETWORK_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// What they say, in order.
struct NetworkFlags {
  std::vector<std::string> hosts;    // lines of hosts(5), "ADDRESS\tNAME"
  std::vector<std::string> servers;  // addresses
  std::vector<std::string> search;   // domains; "." is none
  std::vector<std::string> options;

  bool changes_resolver() const {
    return !servers.empty() || !search.empty() || !options.empty();
  }
  bool empty() const { return hosts.empty() && !changes_resolver(); }
};

// Whether it can stand in hosts(5) as the name of a host: letters, digits, any
// of "._-", not more than DNS allows.
bool IsHostName(absl::string_view text);

// "NAME:ADDRESS" or "NAME=ADDRESS", an address of version 6 with or without
// brackets.
absl::Status ReadHost(absl::string_view text, std::vector<std::string>& out);

absl::Status ReadServer(absl::string_view text, std::vector<std::string>& out);

absl::Status ReadSearch(absl::string_view text, std::vector<std::string>& out);

absl::Status ReadResolverOption(absl::string_view text,
                                std::vector<std::string>& out);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_NETWORK_FLAGS_H_
