#include "runtime/host/diagnose.h"

#include <sys/syscall.h>

#include <cerrno>
#include <map>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/step/step.h"

namespace chmdocker::host {
namespace {

using Settings = std::map<std::string, std::string>;
using step::StepKind;

constexpr CloneFlags kFive = kNewUts | kNewPid | kNewMount | kNewNet | kNewIpc;

// `syscall` is SYS_*.
std::string Cause(StepKind kind, int error, long syscall, CloneFlags namespaces,
                  const Settings& settings) {
  HostFacts facts;
  facts.uid = 1000;
  return DiagnoseFrom(
      {kind, error, syscall, namespaces}, facts,
      [&](const std::string& path) -> std::optional<std::string> {
        const auto found = settings.find(path);
        if (found == settings.end()) return std::nullopt;
        return found->second;
      });
}

TEST(Diagnose, NamesDebiansSwitch) {
  EXPECT_EQ(
      Cause(StepKind::kClone, EPERM, SYS_clone3, kFive | kNewUser,
            {{"/proc/sys/kernel/unprivileged_userns_clone", "0\n"}}),
      "this host forbids user namespaces to ordinary users; root can allow "
      "them with sysctl kernel.unprivileged_userns_clone=1");
}

TEST(Diagnose, NamesUbuntusSwitch) {
  const Settings ubuntu = {
      {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"}};
  const std::string cause =
      Cause(StepKind::kWriteIdMap, EPERM, SYS_write, kFive | kNewUser, ubuntu);
  EXPECT_NE(cause.find("sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
            std::string::npos)
      << cause;
  EXPECT_EQ(Cause(StepKind::kMountFilesystem, EACCES, SYS_mount,
                  kFive | kNewUser, ubuntu),
            cause);
  EXPECT_EQ(
      Cause(StepKind::kClone, EPERM, SYS_clone3, kFive | kNewUser, ubuntu),
      cause);
}

TEST(Diagnose, NamesTheLimitThatIsZero) {
  EXPECT_EQ(Cause(StepKind::kClone, ENOSPC, SYS_clone3, kFive | kNewUser,
                  {{"/proc/sys/user/max_user_namespaces", "100\n"},
                   {"/proc/sys/user/max_net_namespaces", "0\n"}}),
            "this host allows no such namespaces; root can allow them with "
            "sysctl user.max_net_namespaces=N");
}

TEST(Diagnose, NamesTheMissingKernelOption) {
  EXPECT_EQ(Cause(StepKind::kClone, EINVAL, SYS_clone3, kFive,
                  {{"/proc/self/ns/pid", ""},
                   {"/proc/self/ns/ipc", ""},
                   {"/proc/self/ns/uts", ""}}),
            "this kernel was built without CONFIG_NET_NS");
}

TEST(Diagnose, SaysWhatAnOrdinaryUserLacks) {
  EXPECT_NE(Cause(StepKind::kClone, EPERM, SYS_clone3, kFive | kNewUser, {})
                .find("user 1000 may not make user namespaces"),
            std::string::npos);
  EXPECT_NE(Cause(StepKind::kClone, EPERM, SYS_clone3, kFive, {})
                .find("CAP_SYS_ADMIN"),
            std::string::npos);
}

// What a missing permission on a directory has nothing to do with.
TEST(Diagnose, TellsDirectoriesFromMounts) {
  const Settings ubuntu = {
      {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"}};
  for (const Settings& settings : {Settings(), ubuntu}) {
    EXPECT_EQ(Cause(StepKind::kMountFilesystem, EACCES, SYS_mkdirat,
                    kFive | kNewUser, settings),
              "the root file system lacks this name, and this user may not "
              "create it there");
    EXPECT_EQ(
        Cause(StepKind::kExec, EACCES, SYS_execve, kFive | kNewUser, settings),
        "");
  }
}

TEST(Diagnose, KnowsWhatInitFoundByItself) {
  EXPECT_EQ(Cause(StepKind::kChangeDirectory, EXDEV, SYS_chdir, kFive, {}),
            "the directory is outside the container's root");
  EXPECT_EQ(Cause(StepKind::kMaskPath, ENODEV, SYS_openat, kFive, {}),
            "the host's /dev/null is not the null device");
  EXPECT_EQ(Cause(StepKind::kSetPropagation, EINVAL, SYS_mount, kFive, {}),
            "the root directory is no mount point, as in a chroot");
}

TEST(Diagnose, KnowsWhatMountsLack) {
  EXPECT_EQ(Cause(StepKind::kMountFilesystem, ENODEV, SYS_mount, kFive, {}),
            "this kernel has no such file system, or can't load its module");
  EXPECT_NE(Cause(StepKind::kBindMount, EOPNOTSUPP, SYS_mount, kFive, {})
                .find("only a whole proc file system"),
            std::string::npos);
  EXPECT_NE(Cause(StepKind::kBindMount, EPERM, SYS_mount_setattr, kFive, {})
                .find("can't be allowed again"),
            std::string::npos);
  EXPECT_NE(Cause(StepKind::kSendMount, EINVAL, SYS_mount_setattr, kFive, {})
                .find("can't show other owners"),
            std::string::npos);
  EXPECT_NE(Cause(StepKind::kMakeDevice, EEXIST, SYS_mknodat, kFive, {})
                .find("something else of this name"),
            std::string::npos);
}

TEST(Diagnose, KnowsInitramfsAndTerminals) {
  EXPECT_NE(Cause(StepKind::kPivotRoot, EINVAL, SYS_pivot_root, kFive, {})
                .find("initramfs"),
            std::string::npos);
  EXPECT_NE(Cause(StepKind::kOpenTerminal, ENOSPC, SYS_openat, kFive, {})
                .find("kernel.pty.max"),
            std::string::npos);
}

TEST(Diagnose, IsSilentWhenItDoesNotKnow) {
  EXPECT_EQ(Cause(StepKind::kSetHostname, EPERM, SYS_sethostname, kFive, {}),
            "");
  EXPECT_EQ(Cause(StepKind::kExec, ENOENT, SYS_execve, kFive | kNewUser, {}),
            "");
}

}  // namespace
}  // namespace chmdocker::host
