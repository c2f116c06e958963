#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <string>

#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/namespaces/namespace_plan.h"
#include "runtime/namespaces/namespace_setup.h"
#include "runtime/spec/container_spec.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/namespaces.h"
#include "runtime/sys/raw/process.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::namespaces {
namespace {

TEST(PlanLoopback, IsForNewNetworkNamespacesWithARootfs) {
  spec::ContainerSpec spec;
  spec.namespaces = kNewNet | kNewPid;
  step::SetupPlan tutorial;
  PlanLoopback(spec, tutorial);
  EXPECT_TRUE(tutorial.timeline.empty());
  spec.root.path = "/image";
  step::SetupPlan rootfs;
  PlanLoopback(spec, rootfs);
  ASSERT_EQ(rootfs.timeline.size(), 1U);
  EXPECT_EQ(rootfs.timeline[0].actor, step::Actor::kInit);
  EXPECT_EQ(rootfs.timeline[0].step,
            step::Step(step::BringUpLoopback<std::string>{}));
  spec.namespaces = kNewPid;
  step::SetupPlan shared;
  PlanLoopback(spec, shared);
  EXPECT_TRUE(shared.timeline.empty());
}

// The error of sending a datagram to 127.0.0.1.
int SendToLocalhost() {
  const UniqueFd socket(raw::Socket(AF_INET, SOCK_DGRAM, 0).fd());
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return raw::Connect(socket.get(), &address, sizeof(address)).error();
}

TEST(BringUpLoopback, MakesLocalhostReachable) {
  constexpr int kNoNamespaces = 100;
  const pid_t child = static_cast<pid_t>(raw::Fork().value);
  if (child == 0) {
    if (!raw::Unshare(kNewNet).ok()) raw::Exit(kNoNamespaces);
    if (SendToLocalhost() != ENETUNREACH) raw::Exit(1);
    if (!namespaces::Run(step::BringUpLoopback<const char*>{}).ok())
      raw::Exit(2);
    raw::Exit(SendToLocalhost() == 0 ? 0 : 3);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == kNoNamespaces) {
    GTEST_SKIP() << "a network namespace can't be made here";
  }
  EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

}  // namespace
}  // namespace chmdocker::namespaces
