#include "runtime/namespaces/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::namespaces {
namespace {

constexpr size_t Aligned(size_t size) { return (size + 3) & ~size_t{3}; }

template <class Struct>
void AppendStruct(std::string& out, const Struct& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// What the messages of one datagram say.
struct Part {
  std::vector<NetlinkMessage> messages;
  bool end = false;
  int error = 0;  // errno; with `end`
};

// NLMSG_ERROR, with error 0 for an acknowledgement, ends the answer to a single
// request, NLMSG_DONE that to a dump; both begin with a negative errno or 0.
absl::Status Parse(absl::string_view data, uint32_t sequence, Part& part) {
  while (data.size() >= sizeof(nlmsghdr)) {
    nlmsghdr header;
    memcpy(&header, data.data(), sizeof(header));
    if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > data.size()) {
      return absl::InternalError("rtnetlink: a message with a wrong length");
    }
    const absl::string_view body =
        data.substr(sizeof(header), header.nlmsg_len - sizeof(header));
    data.remove_prefix(std::min(Aligned(header.nlmsg_len), data.size()));
    if (header.nlmsg_seq != sequence) continue;
    if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE) {
      part.end = true;
      int32_t error = 0;
      if (body.size() >= sizeof(error)) {
        memcpy(&error, body.data(), sizeof(error));
      }
      part.error = -error;
      return absl::OkStatus();
    }
    part.messages.push_back({header.nlmsg_type, std::string(body)});
  }
  return absl::OkStatus();
}

}  // namespace

NetlinkRequest::NetlinkRequest(uint16_t type, uint16_t flags,
                               const void* header, size_t size)
    : dump_((flags & NLM_F_DUMP) == NLM_F_DUMP) {
  nlmsghdr start = {};
  start.nlmsg_type = type;
  start.nlmsg_flags =
      static_cast<uint16_t>(NLM_F_REQUEST | flags | (dump_ ? 0 : NLM_F_ACK));
  AppendStruct(message_, start);
  message_.append(static_cast<const char*>(header), size);
  message_.resize(Aligned(message_.size()));
}

void NetlinkRequest::Add(uint16_t type, absl::string_view value) {
  const size_t size = sizeof(rtattr) + value.size();
  if (size > UINT16_MAX) {
    fits_ = false;
    return;
  }
  rtattr attribute = {};
  attribute.rta_len = static_cast<uint16_t>(size);
  attribute.rta_type = type;
  AppendStruct(message_, attribute);
  message_.append(value.data(), value.size());
  message_.resize(Aligned(message_.size()));
}

void NetlinkRequest::Add(uint16_t type, uint32_t value) {
  Add(type,
      absl::string_view(reinterpret_cast<const char*>(&value), sizeof(value)));
}

std::optional<std::string> NetlinkRequest::Bytes(uint32_t sequence) const {
  if (!fits_ || message_.size() > UINT32_MAX) return std::nullopt;
  std::string bytes = message_;
  nlmsghdr start;
  memcpy(&start, bytes.data(), sizeof(start));
  start.nlmsg_len = static_cast<uint32_t>(bytes.size());
  start.nlmsg_seq = sequence;
  memcpy(bytes.data(), &start, sizeof(start));
  return bytes;
}

std::optional<absl::string_view> NetlinkMessage::Attribute(
    size_t head_size, uint16_t wanted) const {
  absl::string_view rest = body;
  rest.remove_prefix(std::min(Aligned(head_size), rest.size()));
  while (rest.size() >= sizeof(rtattr)) {
    rtattr attribute;
    memcpy(&attribute, rest.data(), sizeof(attribute));
    if (attribute.rta_len < sizeof(attribute) ||
        attribute.rta_len > rest.size()) {
      return std::nullopt;
    }
    if (attribute.rta_type == wanted) {
      return rest.substr(sizeof(attribute),
                         attribute.rta_len - sizeof(attribute));
    }
    rest.remove_prefix(std::min(Aligned(attribute.rta_len), rest.size()));
  }
  return std::nullopt;
}

absl::StatusOr<NetlinkSocket> NetlinkSocket::Open() {
  CHM_ASSIGN_OR_RETURN(
      UniqueFd socket,
      sys::CallFd(raw::Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
                  "AF_NETLINK"));
  return NetlinkSocket(std::move(socket));
}

absl::StatusOr<NetlinkSocket> NetlinkSocket::OpenIn(int netns) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd home,
      sys::CallFd(raw::OpenAt(AT_FDCWD, "/proc/thread-self/ns/net", O_RDONLY),
                  "\"/proc/thread-self/ns/net\""));
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Setns(netns, kNewNet),
                                      "to the container's network namespace"));
  absl::StatusOr<NetlinkSocket> socket = Open();
  // To go on in the container's network is worse than not to go on.
  if (!raw::Setns(home.get(), kNewNet).ok()) std::abort();
  return socket;
}

absl::StatusOr<std::vector<NetlinkMessage>> NetlinkSocket::Ask(
    const NetlinkRequest& request, absl::string_view what) {
  const std::optional<std::string> bytes = request.Bytes(++sequence_);
  if (!bytes) return ErrnoError(EMSGSIZE, what);
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Send(fd_.get(), bytes->data(), bytes->size()),
                      absl::StrCat("of ", what)));
  // The kernel's largest: NLMSG_GOODSIZE of a dump.
  std::vector<char> buffer(size_t{64} * 1024);
  Part part;
  while (!part.end) {
    const raw::Result got =
        raw::Receive(fd_.get(), buffer.data(), buffer.size(), MSG_TRUNC);
    if (got.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(got, absl::StrCat("of ", what)));
    const size_t size = static_cast<size_t>(got.value);
    if (size > buffer.size()) return ErrnoError(EMSGSIZE, what);
    CHM_RETURN_IF_ERROR(
        Parse(absl::string_view(buffer.data(), size), sequence_, part));
  }
  if (part.error != 0) return ErrnoError(part.error, what);
  return std::move(part.messages);
}

}  // namespace chmdocker::namespaces
