#include "cli/flags.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/log.h"
#include "cli/run_options.h"
#include "gflags/gflags.h"
#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

using Words = std::vector<std::string>;

// What `chmdocker run WORDS` means.
absl::StatusOr<RunOptions> ParseRun(const Words& words) {
  const absl::StatusOr<Parsed> parsed = ParseRunFlags(words);
  if (!parsed.ok()) return parsed.status();
  return GetRunOptions(*parsed);
}

std::string Error(const Words& words) {
  const absl::StatusOr<RunOptions> options = ParseRun(words);
  return options.ok() ? "" : std::string(options.status().message());
}

// Flags are global variables; each test starts with their defaults.
class Flags : public ::testing::Test {
 private:
  gflags::FlagSaver saver_;
};

TEST_F(Flags, TiIsBoth) {
  const absl::StatusOr<RunOptions> options = ParseRun({"--ti", "/bin/sh"});
  ASSERT_TRUE(options.ok());
  EXPECT_TRUE(options->tty);
  EXPECT_TRUE(options->interactive);
  EXPECT_EQ(options->command, Words{"/bin/sh"});
}

TEST_F(Flags, OneDashWorksToo) {
  EXPECT_TRUE(ParseRun({"-ti", "sh"})->tty);
  EXPECT_EQ(ParseRun({"-hostname", "box", "sh"})->hostname, "box");
}

TEST_F(Flags, ShortFlagsCombine) {
  const absl::StatusOr<RunOptions> options =
      ParseRun({"-itw", "/tmp", "-w/var", "sh"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_TRUE(options->tty);
  EXPECT_TRUE(options->interactive);
  EXPECT_EQ(options->workdir, "/var");
}

TEST_F(Flags, TIsOnlyATerminal) {
  const absl::StatusOr<RunOptions> options = ParseRun({"-t", "sh"});
  EXPECT_TRUE(options->tty);
  EXPECT_FALSE(options->interactive);
}

TEST_F(Flags, ValuesFollowOrAreAttached) {
  EXPECT_EQ(ParseRun({"--hostname=a=b", "sh"})->hostname, "a=b");
  EXPECT_EQ(ParseRun({"--hostname", "--x", "sh"})->hostname, "--x");
  EXPECT_FALSE(ParseRun({"--ti=false", "sh"})->tty);
}

TEST_F(Flags, TheCommandKeepsItsFlags) {
  EXPECT_EQ(ParseRun({"ls", "--ti", "-w", "--help", "--"})->command,
            (Words{"ls", "--ti", "-w", "--help", "--"}));
  EXPECT_EQ(ParseRun({"--ti", "--", "--odd", "-x"})->command,
            (Words{"--odd", "-x"}));
  EXPECT_EQ(ParseRun({"-", "x"})->command, (Words{"-", "x"}));
}

TEST_F(Flags, EnvAddsUp) {
  EXPECT_EQ(ParseRun({"-e", "A=1", "--env=B=2", "-eC", "sh"})->env,
            (Words{"A=1", "B=2", "C"}));
}

TEST_F(Flags, HelpIsSeenBeforeTheCommandOnly) {
  EXPECT_TRUE(ParseRunFlags(Words{"--ti", "--help", "sh"})->help);
  EXPECT_TRUE(ParseRunFlags(Words{"-h"})->help);
  EXPECT_FALSE(ParseRunFlags(Words{"sh", "-h"})->help);
}

TEST_F(Flags, VersionIsGlobal) {
  EXPECT_TRUE(ParseGlobalFlags(Words{"--version"})->version);
  EXPECT_TRUE(ParseGlobalFlags(Words{"-v"})->version);
  EXPECT_EQ(Error({"--version", "sh"}), "unknown flag \"--version\"");
}

TEST_F(Flags, RefusesWhatIsUnknown) {
  EXPECT_EQ(Error({"--nosuch", "sh"}), "unknown flag \"--nosuch\"");
  EXPECT_EQ(Error({"-tx", "sh"}), "unknown flag \"-tx\"");
  EXPECT_EQ(Error({"--it", "sh"}), "unknown flag \"--it\"");
}

TEST_F(Flags, RefusesGflagsOwn) {
  for (const char* flag :
       {"--flagfile=/etc/passwd", "--fromenv=x", "--undefok=ti", "--helpfull",
        "--helpxml", "--tab_completion_word=x", "--log_level=info"}) {
    EXPECT_EQ(Error({flag, "sh"}).substr(0, 12), "unknown flag") << flag;
  }
}

TEST_F(Flags, RefusesWrongValues) {
  EXPECT_EQ(Error({"--ti=maybe", "sh"}),
            "--ti=maybe: \"maybe\" is not true or false");
  EXPECT_EQ(Error({"--hostname"}), "--hostname: wants a value: NAME");
  EXPECT_EQ(Error({"--rootfs=", "sh"}),
            "--rootfs=: its value is empty; wants DIR");
  EXPECT_EQ(Error({"--format=xml", "sh"}),
            "--format \"xml\": wants text or json");
}

TEST_F(Flags, LogFlagsWorkOnBothLevels) {
  ASSERT_TRUE(ParseGlobalFlags(Words{"--log-level", "error", "run"}).ok());
  EXPECT_EQ(GetLogOptions()->level, LogLevel::kError);
  ASSERT_TRUE(ParseRunFlags(Words{"--log-level=debug", "sh"}).ok());
  EXPECT_EQ(GetLogOptions()->level, LogLevel::kDebug);
  ASSERT_TRUE(ParseRunFlags(Words{"--log-level=loud", "sh"}).ok());
  EXPECT_EQ(GetLogOptions().status().message(),
            "--log-level \"loud\": wants debug, info, warning or error");
}

TEST_F(Flags, EveryFlagIsDescribed) {
  for (const Flag& flag : RunFlags()) {
    EXPECT_FALSE(Description(flag).empty()) << flag.name;
  }
  for (const Flag& flag : GlobalFlags()) {
    EXPECT_FALSE(Description(flag).empty()) << flag.name;
  }
}

}  // namespace
}  // namespace chmdocker::cli
