#include "runtime/namespaces/net_devices.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/namespaces/netlink.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::namespaces {
namespace {

// What is kept of an address besides the address: that it is not looked for on
// the network first, and that it brings no route.
constexpr uint32_t kKeptFlags = IFA_F_NODAD | IFA_F_NOPREFIXROUTE;

ifinfomsg LinkHeader(int index) {
  ifinfomsg header = {};
  header.ifi_family = AF_UNSPEC;
  header.ifi_index = index;
  return header;
}

// A string attribute ends with a NUL.
absl::string_view WithNul(const std::string& text) {
  return {text.c_str(), text.size() + 1};
}

uint32_t FlagsOf(const NetlinkMessage& address) {
  const std::optional<absl::string_view> flags =
      address.Attribute(sizeof(ifaddrmsg), IFA_FLAGS);
  uint32_t value = 0;
  if (flags && flags->size() == sizeof(value)) {
    memcpy(&value, flags->data(), sizeof(value));
  }
  return value;
}

// Others depend on the network they came from: a lease, a router's prefix, the
// link's own.
bool IsKept(const NetlinkMessage& address, int index) {
  const std::optional<ifaddrmsg> head = address.Head<ifaddrmsg>();
  return head && address.type == RTM_NEWADDR &&
         head->ifa_index == static_cast<uint32_t>(index) &&
         head->ifa_scope == RT_SCOPE_UNIVERSE &&
         (FlagsOf(address) & IFA_F_PERMANENT) != 0;
}

class Mover {
 public:
  Mover(const spec::NetDevice& device, int netns, NetlinkSocket& host,
        NetlinkSocket& container)
      : name_(device.name),
        new_name_(device.container_name.empty() ? device.name
                                                : device.container_name),
        is_template_(absl::StrContains(new_name_, "%d")),
        netns_(netns),
        host_(host),
        container_(container) {}

  absl::Status Move() {
    for (const std::string& name : {name_, new_name_}) {
      if (name.empty() || name.size() >= IFNAMSIZ) {
        return absl::InvalidArgumentError(
            absl::StrCat("linux.netDevices: ", Quote(name), " must have 1 to ",
                         IFNAMSIZ - 1, " bytes"));
      }
    }
    CHM_ASSIGN_OR_RETURN(const int index, Find(host_, name_, "find"));
    CHM_RETURN_IF_ERROR(CheckNewName());
    // Before it is down: that takes its IPv6 addresses away.
    CHM_ASSIGN_OR_RETURN(const std::vector<NetlinkMessage> addresses,
                         Addresses(index));
    CHM_RETURN_IF_ERROR(SetUp(host_, index, false));
    CHM_ASSIGN_OR_RETURN(const int new_index, ChangeNamespace(index));
    for (const NetlinkMessage& address : addresses) {
      CHM_RETURN_IF_ERROR(AddAddress(address, new_index));
    }
    return SetUp(container_, new_index, true);
  }

 private:
  std::string What(absl::string_view step) const {
    return absl::StrCat("network device ", Quote(name_), ": ", step);
  }

  absl::StatusOr<int> Find(NetlinkSocket& socket, const std::string& name,
                           absl::string_view step) const {
    NetlinkRequest request(RTM_GETLINK, 0, LinkHeader(0));
    request.Add(IFLA_IFNAME, WithNul(name));
    CHM_ASSIGN_OR_RETURN(const std::vector<NetlinkMessage> answer,
                         socket.Ask(request, What(step)));
    for (const NetlinkMessage& message : answer) {
      const std::optional<ifinfomsg> head = message.Head<ifinfomsg>();
      if (message.type == RTM_NEWLINK && head) return head->ifi_index;
    }
    return ErrnoError(ENODEV, What(step));
  }

  // The kernel finds it out only after the move.
  absl::Status CheckNewName() const {
    if (is_template_) return absl::OkStatus();
    absl::Status found =
        Find(container_, new_name_, "find in the container").status();
    if (ErrnoOf(found) == ENODEV) return absl::OkStatus();
    if (!found.ok()) return found;
    return ErrnoError(EEXIST, What(absl::StrCat("name ", Quote(new_name_),
                                                " in the container")));
  }

  absl::StatusOr<std::vector<NetlinkMessage>> Addresses(int index) const {
    ifaddrmsg header = {};
    header.ifa_family = AF_UNSPEC;
    CHM_ASSIGN_OR_RETURN(
        const std::vector<NetlinkMessage> all,
        host_.Ask(NetlinkRequest(RTM_GETADDR, NLM_F_DUMP, header),
                  What("list addresses")));
    std::vector<NetlinkMessage> kept;
    for (const NetlinkMessage& address : all) {
      if (IsKept(address, index)) kept.push_back(address);
    }
    return kept;
  }

  absl::Status SetUp(NetlinkSocket& socket, int index, bool up) const {
    ifinfomsg header = LinkHeader(index);
    header.ifi_change = IFF_UP;
    header.ifi_flags = up ? IFF_UP : 0;
    return socket
        .Ask(NetlinkRequest(RTM_NEWLINK, 0, header),
             What(up ? "set up in the container" : "set down"))
        .status();
  }

  // Move and new name in one request: its old name may be taken over there.
  absl::StatusOr<int> ChangeNamespace(int index) const {
    CHM_ASSIGN_OR_RETURN(const std::set<int> before, Indexes());
    NetlinkRequest request(RTM_NEWLINK, 0, LinkHeader(index));
    request.Add(IFLA_IFNAME, WithNul(new_name_));
    request.Add(IFLA_NET_NS_FD, static_cast<uint32_t>(netns_));
    CHM_RETURN_IF_ERROR(
        host_.Ask(request, What("move to the container")).status());
    if (!is_template_) {
      return Find(container_, new_name_, "find in the container");
    }
    CHM_ASSIGN_OR_RETURN(const std::set<int> after, Indexes());
    for (const int link : after) {
      if (!before.contains(link)) return link;
    }
    return ErrnoError(ENODEV, What("find in the container"));
  }

  absl::StatusOr<std::set<int>> Indexes() const {
    std::set<int> indexes;
    if (!is_template_) return indexes;
    CHM_ASSIGN_OR_RETURN(
        const std::vector<NetlinkMessage> links,
        container_.Ask(NetlinkRequest(RTM_GETLINK, NLM_F_DUMP, LinkHeader(0)),
                       What("list the container's devices")));
    for (const NetlinkMessage& link : links) {
      if (const auto head = link.Head<ifinfomsg>()) {
        indexes.insert(head->ifi_index);
      }
    }
    return indexes;
  }

  absl::Status AddAddress(const NetlinkMessage& address, int index) const {
    const std::optional<ifaddrmsg> old = address.Head<ifaddrmsg>();
    if (!old) return absl::InternalError("rtnetlink: half an address");
    ifaddrmsg header = {};
    header.ifa_family = old->ifa_family;
    header.ifa_prefixlen = old->ifa_prefixlen;
    header.ifa_scope = old->ifa_scope;
    header.ifa_index = static_cast<uint32_t>(index);
    NetlinkRequest request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, header);
    for (const uint16_t type : {IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST}) {
      const std::optional<absl::string_view> value =
          address.Attribute(sizeof(ifaddrmsg), type);
      if (value) request.Add(type, *value);
    }
    request.Add(IFA_FLAGS, FlagsOf(address) & kKeptFlags);
    const absl::Status added =
        container_.Ask(request, What("add an address in the container"))
            .status();
    // With the host's net.ipv6.conf.*.keep_addr_on_down it came along.
    return ErrnoOf(added) == EEXIST ? absl::OkStatus() : added;
  }

  const std::string name_;
  const std::string new_name_;
  const bool is_template_;
  const int netns_;
  NetlinkSocket& host_;
  NetlinkSocket& container_;
};

}  // namespace

absl::Status MoveNetDevices(const std::vector<spec::NetDevice>& devices,
                            int netns) {
  if (devices.empty()) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(NetlinkSocket host, NetlinkSocket::Open());
  CHM_ASSIGN_OR_RETURN(NetlinkSocket container, NetlinkSocket::OpenIn(netns));
  for (const spec::NetDevice& device : devices) {
    CHM_RETURN_IF_ERROR(Mover(device, netns, host, container).Move());
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::namespaces
