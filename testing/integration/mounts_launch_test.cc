// Mounts that the command line has no words for, in a container that is really
// launched: the parent's part of them, and the hand-over to init.
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/launch/launcher.h"
#include "runtime/launch/signals.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/mount.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker {
namespace {

namespace fs = std::filesystem;

class MountsLaunch : public ::testing::Test {
 protected:
  void SetUp() override {
    if (unshare(CLONE_NEWNS) != 0) {
      GTEST_SKIP() << "no new mount namespace: CAP_SYS_ADMIN is missing";
    }
    std::string name = absl::StrCat(::testing::TempDir(), "/launch.XXXXXX");
    base_ = fs::canonical(mkdtemp(name.data()));
    // Of a tmpfs the kernel can show other owners (Linux 6.3); of what the
    // test's directory is on, perhaps not.
    ASSERT_EQ(system(absl::StrCat("mount --make-rprivate / && mount -t tmpfs "
                                  "launch ",
                                  base_.string())
                         .c_str()),
              0);
    fs::create_directories(base_ / "image");
    fs::copy_file("testing/probe/probe", base_ / "image/probe");
    fs::create_directory(base_ / "source");
    std::ofstream(base_ / "source/file") << "text";
    ASSERT_EQ(chown((base_ / "source/file").c_str(), 3, 4), 0);
  }

  spec::ContainerSpec Spec() const {
    spec::ContainerSpec spec = spec::RootfsDefaults();
    spec.root.path = base_ / "image";
    spec.process.args = {"/probe", "pause"};
    return spec;
  }

  spec::Mount Mapped(const char* destination) const {
    spec::Mount mount;
    mount.destination = destination;
    mount.source = base_ / "source";
    mount.bind = true;
    mount.flags = kMountReadonly;
    mount.id_mapped = spec::IdMapped::kThisMount;
    return mount;
  }

  absl::StatusOr<launch::Launched> Launch(const spec::ContainerSpec& spec,
                                          bool no_pivot) {
    plan::PlanOptions options;
    options.no_pivot = no_pivot;
    const absl::StatusOr<step::SetupPlan> plan =
        plan::PlanSetup(spec, host::HostFacts(), options);
    if (!plan.ok()) return plan.status();
    EXPECT_EQ(plan::CheckPlan(*plan), absl::OkStatus());
    const absl::StatusOr<launch::SignalFd> signals = launch::SignalFd::Create();
    if (!signals.ok()) return signals.status();
    return launch::Launch(*plan, {});
  }

  static void End(pid_t pid) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }

  fs::path base_;
};

TEST_F(MountsLaunch, HandsMappedMountsOver) {
  spec::ContainerSpec spec = Spec();
  for (const char* destination : {"/a", "/b"}) {
    spec.mounts.push_back(Mapped(destination));
    const bool a = destination[1] == 'a';
    spec.mounts.back().uid_mappings = {{0, a ? 1000U : 2000U, 10}};
    spec.mounts.back().gid_mappings = {{0, 3000, 10}};
  }
  for (const bool no_pivot : {false, true}) {
    const absl::StatusOr<launch::Launched> launched = Launch(spec, no_pivot);
    ASSERT_TRUE(launched.ok()) << launched.status();
    for (const char* name : {"a", "b"}) {
      struct stat status = {};
      const std::string path =
          absl::StrCat("/proc/", launched->pid, "/root/", name, "/file");
      EXPECT_EQ(stat(path.c_str(), &status), 0);
      EXPECT_EQ(status.st_uid, *name == 'a' ? 1003U : 2003U);
      EXPECT_EQ(status.st_gid, 3004U);
    }
    End(launched->pid);
  }
}

TEST_F(MountsLaunch, NamesTheStepOfTheParentThatFails) {
  spec::ContainerSpec spec = Spec();
  spec.mounts.push_back(Mapped("/a"));
  spec.mounts.back().source += "/none";
  const absl::StatusOr<launch::Launched> launched =
      Launch(spec, /*no_pivot=*/false);
  ASSERT_FALSE(launched.ok());
  EXPECT_NE(launched.status().message().find("openat: ENOENT"),
            std::string::npos)
      << launched.status();
  EXPECT_NE(launched.status().message().find("send a copy of"),
            std::string::npos);
}

}  // namespace
}  // namespace chmdocker
