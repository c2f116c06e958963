// Moves interfaces between network namespaces that the test makes itself.
#include "runtime/namespaces/net_devices.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/namespaces/netlink.h"
#include "runtime/spec/container_spec.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/namespaces.h"

namespace chmdocker::namespaces {
namespace {

// What a command says, in the network namespace of the caller.
std::string Output(const std::string& command) {
  FILE* pipe = popen(absl::StrCat(command, " 2>&1").c_str(), "re");
  std::string output;
  char chunk[4096];
  for (size_t got; (got = fread(chunk, 1, sizeof(chunk), pipe)) > 0;) {
    output.append(chunk, got);
  }
  pclose(pipe);
  return output;
}

UniqueFd OwnNamespace() {
  return UniqueFd(
      raw::OpenAt(AT_FDCWD, "/proc/thread-self/ns/net", O_RDONLY).fd());
}

class NetDevicesTest : public testing::Test {
 protected:
  void SetUp() override {
    original_ = OwnNamespace();
    if (!raw::Unshare(kNewNet).ok()) {
      GTEST_SKIP() << "a network namespace can't be made here";
    }
    container_ = OwnNamespace();
    ASSERT_TRUE(raw::Unshare(kNewNet).ok());
    host_ = OwnNamespace();
    if (Output("ip link add probe0 type veth") != "") {
      GTEST_SKIP() << "ip(8) or veth interfaces are missing";
    }
    Output("ip link del probe0");
  }
  void TearDown() override { (void)raw::Setns(original_.get(), kNewNet); }

  std::string InContainer(const std::string& command) const {
    (void)raw::Setns(container_.get(), kNewNet);
    const std::string output = Output(command);
    (void)raw::Setns(host_.get(), kNewNet);
    return output;
  }
  absl::Status Move(const std::string& name, const std::string& new_name = "") {
    return MoveNetDevices({{name, new_name}}, container_.get());
  }

  UniqueFd original_, container_, host_;
};

TEST_F(NetDevicesTest, MovesRenamesAndKeepsAddresses) {
  ASSERT_EQ(Output("ip link add probe0 type veth && ip link set probe0 up && "
                   "ip addr add 192.0.2.7/24 brd + dev probe0 && "
                   "ip addr add 192.0.2.9 peer 192.0.2.10/32 dev probe0 && "
                   "ip -6 addr add 2001:db8::7/64 dev probe0 nodad && "
                   "ip addr add 198.51.100.1/24 scope link dev probe0 && "
                   "ip addr add 203.0.113.1/24 dev probe0 valid_lft 100 "
                   "preferred_lft 100"),
            "");
  ASSERT_EQ(Move("probe0", "eth0"), absl::OkStatus());
  EXPECT_TRUE(absl::StrContains(Output("ip link show probe0"), "not exist"));
  const std::string link = InContainer("ip addr show eth0");
  EXPECT_TRUE(absl::StrContains(link, ",UP")) << link;
  EXPECT_TRUE(absl::StrContains(
      link, "inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0"))
      << link;
  EXPECT_TRUE(absl::StrContains(link, "inet 192.0.2.9 peer 192.0.2.10/32"))
      << link;
  EXPECT_TRUE(absl::StrContains(link, "inet6 2001:db8::7/64 scope global"))
      << link;
  EXPECT_FALSE(absl::StrContains(link, "198.51.100.1")) << "link scope";
  EXPECT_FALSE(absl::StrContains(link, "203.0.113.1")) << "not permanent";
  // The caller is where it was.
  EXPECT_TRUE(raw::SameObject(OwnNamespace().get(), host_.get()));
}

TEST_F(NetDevicesTest, KeepsTheNameIfNoOtherIsGiven) {
  ASSERT_EQ(Output("ip link add probe0 type veth"), "");
  ASSERT_EQ(Move("probe0"), absl::OkStatus());
  EXPECT_TRUE(absl::StrContains(InContainer("ip link show probe0"), ",UP"));
}

TEST_F(NetDevicesTest, RefusesANameThatIsTakenAndTouchesNothing) {
  ASSERT_EQ(Output("ip link add probe0 type veth && ip link set probe0 up"),
            "");
  ASSERT_EQ(InContainer("ip link add eth0 type veth"), "");
  EXPECT_EQ(Move("probe0", "eth0").message(),
            "network device \"probe0\": name \"eth0\" in the container: EEXIST "
            "(file exists)");
  EXPECT_TRUE(absl::StrContains(Output("ip link show probe0"), ",UP"));
}

TEST_F(NetDevicesTest, LetsTheKernelChooseFromATemplate) {
  ASSERT_EQ(InContainer("ip link add eth0 type veth"), "");
  ASSERT_EQ(Output("ip link add probe0 type veth && "
                   "ip addr add 192.0.2.7/24 dev probe0"),
            "");
  ASSERT_EQ(Move("probe0", "eth%d"), absl::OkStatus());
  const std::string link = InContainer("ip addr show eth1");
  EXPECT_TRUE(absl::StrContains(link, "192.0.2.7/24")) << link;
  EXPECT_TRUE(absl::StrContains(link, ",UP")) << link;
}

TEST_F(NetDevicesTest, MovesThoughTheOldNameIsTakenOverThere) {
  ASSERT_EQ(Output("ip link add eth0 type veth"), "");
  ASSERT_EQ(InContainer("ip link add eth0 type veth"), "");
  ASSERT_EQ(Move("eth0", "eth7"), absl::OkStatus());
  EXPECT_TRUE(absl::StrContains(InContainer("ip link show eth7"), ",UP"));
}

TEST_F(NetDevicesTest, NamesTheInterfaceThatIsNotThere) {
  EXPECT_EQ(Move("none0").message(),
            "network device \"none0\": find: ENODEV (no such device)");
  EXPECT_EQ(Move("lo", "lo7").message(),
            "network device \"lo\": move to the container: EINVAL (invalid "
            "argument)");
  EXPECT_TRUE(absl::StrContains(Move("a-name-of-16-byte").message(),
                                "must have 1 to 15 bytes"));
}

TEST(NetlinkRequest, RefusesAttributesLongerThanTheirLengthField) {
  rtgenmsg header = {};
  NetlinkRequest fits(RTM_GETLINK, 0, header);
  fits.Add(1, std::string(65531, 'x'));
  EXPECT_TRUE(fits.Bytes(1).has_value());
  NetlinkRequest too_long(RTM_GETLINK, 0, header);
  too_long.Add(1, std::string(65532, 'x'));
  EXPECT_FALSE(too_long.Bytes(1).has_value());
}

TEST(NetlinkMessage, ReadsOnlyWhatIsThere) {
  NetlinkMessage message;
  rtattr attribute = {8, 5};
  message.body.assign(reinterpret_cast<const char*>(&attribute), 4);
  message.body += "abcd";
  EXPECT_EQ(message.Attribute(0, 5), "abcd");
  EXPECT_EQ(message.Attribute(0, 6), std::nullopt);
  message.body.resize(6);
  EXPECT_EQ(message.Attribute(0, 5), std::nullopt) << "longer than the message";
  EXPECT_EQ(message.Attribute(100, 5), std::nullopt);
  message.body.assign(8, '\0');
  EXPECT_EQ(message.Attribute(0, 5), std::nullopt) << "length 0";
  EXPECT_EQ(message.Head<ifinfomsg>(), std::nullopt);
}

}  // namespace
}  // namespace chmdocker::namespaces
