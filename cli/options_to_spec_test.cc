#include "cli/options_to_spec.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/run_options.h"
#include "gtest/gtest.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::cli {
namespace {

using List = std::vector<std::string>;

const Caller kCaller = {{"HOME=/home/me", "PATH=/bin", "TERM=vt100"}, "/here"};

RunOptions Options() {
  RunOptions options;
  options.command = {"sh"};
  return options;
}

List Env(const RunOptions& options, const Caller& caller = kCaller) {
  return OptionsToSpec(options, caller)->process.env;
}

TEST(OptionsToSpec, NeedsACommand) {
  EXPECT_EQ(OptionsToSpec(RunOptions(), kCaller).status().message(),
            "Missing container command");
}

TEST(OptionsToSpec, TutorialFormInheritsTheCaller) {
  const absl::StatusOr<spec::ContainerSpec> spec =
      OptionsToSpec(Options(), kCaller);
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->process.env,
            (List{"HOME=/home/me", "PATH=/bin", "TERM=vt100"}));
  EXPECT_EQ(spec->process.cwd, "");
  EXPECT_EQ(spec->root.path, "");
  EXPECT_EQ(spec->mounts.size(), 1U);
}

TEST(OptionsToSpec, RootfsStartsAfresh) {
  RunOptions options = Options();
  options.rootfs = "image";
  options.tty = true;
  const absl::StatusOr<spec::ContainerSpec> spec =
      OptionsToSpec(options, kCaller);
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->root.path, "/here/image");
  EXPECT_EQ(spec->process.cwd, "/");
  EXPECT_EQ(
      spec->process.env,
      (List{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root", "TERM=vt100"}));
}

TEST(OptionsToSpec, EnvReplacesAndAdds) {
  RunOptions options = Options();
  options.env = {"PATH=/opt", "NEW=a=b", "NEW=c", "EMPTY="};
  EXPECT_EQ(Env(options), (List{"HOME=/home/me", "PATH=/opt", "TERM=vt100",
                                "NEW=c", "EMPTY="}));
}

TEST(OptionsToSpec, BareNamesPassTheCallersOn) {
  RunOptions options = Options();
  options.rootfs = "/image";
  options.env = {"HOME", "ABSENT"};
  const List env = Env(options);
  EXPECT_EQ(env.back(), "HOME=/home/me");
  EXPECT_EQ(env.size(), 2U) << "PATH and HOME";
}

TEST(OptionsToSpec, RefusesNamelessVariables) {
  RunOptions options = Options();
  options.env = {"=x"};
  EXPECT_EQ(OptionsToSpec(options, kCaller).status().message(),
            "--env \"=x\": wants NAME=value, or NAME alone");
}

// Some shells export functions as entries that are no variables.
TEST(OptionsToSpec, DropsCallersEntriesWithoutAName) {
  EXPECT_EQ(Env(Options(), {{"=C:=x", "broken", "A=1"}, "/"}), List{"A=1"});
}

std::string Error(const RunOptions& options, const Caller& caller = kCaller) {
  return std::string(OptionsToSpec(options, caller).status().message());
}

TEST(OptionsToSpec, NamesTheFlagThatIsWrong) {
  RunOptions options = Options();
  options.workdir = "tmp";
  EXPECT_EQ(Error(options), "--workdir \"tmp\": wants an absolute path");
  options = Options();
  options.rootfs = "//";
  EXPECT_EQ(Error(options),
            "--rootfs \"/\": is the host's own root, which is used without "
            "--rootfs");
  options = Options();
  options.hostname = std::string(65, 'h');
  EXPECT_TRUE(Error(options).ends_with(": is longer than 64 bytes"));
  options = Options();
  options.command = {""};
  EXPECT_EQ(Error(options), "Missing container command");
}

TEST(OptionsToSpec, RelativeRootfsNeedsAWorkingDirectory) {
  RunOptions options = Options();
  options.rootfs = "image";
  EXPECT_EQ(
      Error(options, {{}, ""}),
      "--rootfs \"image\": is relative, and the working directory has been "
      "removed");
}

TEST(OptionsToSpec, ReadonlyNeedsARootfs) {
  RunOptions options = Options();
  options.readonly = true;
  EXPECT_EQ(
      OptionsToSpec(options, kCaller).status().message(),
      "--read-only: needs --rootfs DIR; the host's own root can't be made "
      "read-only");
}

}  // namespace
}  // namespace chmdocker::cli
