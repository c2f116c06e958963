// Requests to the kernel's routing socket: rtnetlink(7).
#ifndef CHMDOCKER_RUNTIME_NAMESPACES_NETLINK_H_
#define CHMDOCKER_RUNTIME_NAMESPACES_NETLINK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::namespaces {

// One request: the fixed part, `family_header`, which is a struct ifinfomsg or
// the like, and attributes.
class NetlinkRequest {
 public:
  // `type` is RTM_*, `flags` NLM_F_* besides NLM_F_REQUEST.
  template <class Header>
  NetlinkRequest(uint16_t type, uint16_t flags, const Header& family_header)
      : NetlinkRequest(type, flags, &family_header, sizeof(family_header)) {}

  // An attribute's length has 16 bits (CVE-2021-43784); what does not fit makes
  // the request unusable.
  void Add(uint16_t type, absl::string_view value);
  void Add(uint16_t type, uint32_t value);

  // The bytes to send, or nothing for an unusable request.
  std::optional<std::string> Bytes(uint32_t sequence) const;
  bool dump() const { return dump_; }

 private:
  NetlinkRequest(uint16_t type, uint16_t flags, const void* header,
                 size_t size);

  std::string message_;
  bool dump_;
  bool fits_ = true;
};

// A message of an answer: its type and what follows the netlink header.
struct NetlinkMessage {
  uint16_t type = 0;
  std::string body;

  // The fixed part, or nothing for a body that is too short for it.
  template <class Header>
  std::optional<Header> Head() const;
  // The value of an attribute behind a fixed part of `head_size` bytes.
  std::optional<absl::string_view> Attribute(size_t head_size,
                                             uint16_t type) const;
};

class NetlinkSocket {
 public:
  // In the calling thread's network namespace.
  static absl::StatusOr<NetlinkSocket> Open();
  // In the one that `netns` refers to, which the calling thread joins for the
  // time of the call.
  static absl::StatusOr<NetlinkSocket> OpenIn(int netns);

  // Sends the request and waits for the whole answer. `what` is the call of an
  // error: `WHAT: ENODEV (no such device)`.
  absl::StatusOr<std::vector<NetlinkMessage>> Ask(const NetlinkRequest& request,
                                                  absl::string_view what);

 private:
  explicit NetlinkSocket(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
  uint32_t sequence_ = 0;
};

template <class Header>
std::optional<Header> NetlinkMessage::Head() const {
  Header header;
  if (body.size() < sizeof(header)) return std::nullopt;
  body.copy(reinterpret_cast<char*>(&header), sizeof(header));
  return header;
}

}  // namespace chmdocker::namespaces

#endif  // CHMDOCKER_RUNTIME_NAMESPACES_NETLINK_H_
