#include "cli/network_flags.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace chmdocker::cli {
namespace {

bool IsAddress(int family, absl::string_view text) {
  in6_addr address;  // the larger one
  return inet_pton(family, std::string(text).c_str(), &address) == 1;
}

// The address without brackets, which only one of version 6 may have; empty: it
// is none.
absl::string_view Address(absl::string_view text) {
  absl::string_view inner = text;
  if (absl::ConsumePrefix(&inner, "[") && absl::ConsumeSuffix(&inner, "]")) {
    return IsAddress(AF_INET6, inner) ? inner : "";
  }
  return IsAddress(AF_INET, text) || IsAddress(AF_INET6, text) ? text : "";
}

}  // namespace

bool IsHostName(absl::string_view text) {
  constexpr size_t kMost = 253;
  return !text.empty() && text.size() <= kMost &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::string_view("._-").find(c) != absl::string_view::npos;
         });
}

absl::Status ReadHost(absl::string_view text, std::vector<std::string>& out) {
  size_t end = text.find('=');
  if (end == absl::string_view::npos) end = text.find(':');
  const absl::string_view name = text.substr(0, end);
  if (end == absl::string_view::npos || !IsHostName(name)) {
    return absl::InvalidArgumentError(
        "bad format for add-host; wants NAME:IP or NAME=IP");
  }
  const absl::string_view value = text.substr(end + 1);
  if (value == "host-gateway") {
    return absl::InvalidArgumentError(
        "there are no bridges, and so no gateway that is the host; --net host "
        "shares the host's network");
  }
  const absl::string_view address = Address(value);
  if (address.empty()) {
    return absl::InvalidArgumentError(
        "invalid IP address in add-host; wants NAME:IP or NAME=IP");
  }
  out.push_back(absl::StrCat(address, "\t", name));
  return absl::OkStatus();
}

absl::Status ReadServer(absl::string_view text, std::vector<std::string>& out) {
  if (!IsAddress(AF_INET, text) && !IsAddress(AF_INET6, text)) {
    return absl::InvalidArgumentError("is not an IP address");
  }
  out.emplace_back(text);
  return absl::OkStatus();
}

absl::Status ReadSearch(absl::string_view text, std::vector<std::string>& out) {
  if (!IsHostName(text)) {
    return absl::InvalidArgumentError("is not a valid domain, nor . for none");
  }
  out.emplace_back(text);
  return absl::OkStatus();
}

absl::Status ReadResolverOption(absl::string_view text,
                                std::vector<std::string>& out) {
  if (!std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isgraph(static_cast<unsigned char>(c));
      })) {
    return absl::InvalidArgumentError(
        "wants one option of resolv.conf(5), as ndots:2");
  }
  out.emplace_back(text);
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
