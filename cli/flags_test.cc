#include "cli/flags.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/flag.h"
#include "cli/log.h"
#include "cli/run_options.h"
#include "cli/run_words.h"
#include "gflags/gflags.h"
#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

using List = std::vector<std::string>;

// What `chmdocker run WORDS` means.
absl::StatusOr<RunOptions> ParseFlags(const List& words) {
  const absl::StatusOr<RunWords> run = ParseRun(words, [] { return false; });
  if (!run.ok()) return run.status();
  return std::get<RunOptions>(*run);
}

std::string Error(const List& words) {
  const absl::StatusOr<RunOptions> options = ParseFlags(words);
  return options.ok() ? "" : std::string(options.status().message());
}

// Flags are global variables; each test starts with their defaults.
class Flags : public ::testing::Test {
 private:
  gflags::FlagSaver saver_;
};

TEST_F(Flags, TiIsBoth) {
  const absl::StatusOr<RunOptions> options = ParseFlags({"--ti", "/bin/sh"});
  ASSERT_TRUE(options.ok());
  EXPECT_TRUE(options->tty);
  EXPECT_TRUE(options->interactive);
  EXPECT_EQ(options->command, List{"/bin/sh"});
}

TEST_F(Flags, OneDashWorksToo) {
  EXPECT_TRUE(ParseFlags({"-ti", "sh"})->tty);
  EXPECT_EQ(ParseFlags({"-hostname", "box", "sh"})->hostname, "box");
}

TEST_F(Flags, ShortFlagsCombine) {
  const absl::StatusOr<RunOptions> options =
      ParseFlags({"-itw", "/tmp", "-w/var", "sh"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_TRUE(options->tty);
  EXPECT_TRUE(options->interactive);
  EXPECT_EQ(options->workdir, "/var");
}

TEST_F(Flags, TIsOnlyATerminal) {
  const absl::StatusOr<RunOptions> options = ParseFlags({"-t", "sh"});
  EXPECT_TRUE(options->tty);
  EXPECT_FALSE(options->interactive);
}

TEST_F(Flags, ValuesFollowOrAreAttached) {
  EXPECT_EQ(ParseFlags({"--hostname=a=b", "sh"})->hostname, "a=b");
  EXPECT_EQ(ParseFlags({"--hostname", "--x", "sh"})->hostname, "--x");
  EXPECT_FALSE(ParseFlags({"--ti=false", "sh"})->tty);
}

TEST_F(Flags, TheCommandKeepsItsFlags) {
  EXPECT_EQ(ParseFlags({"/ls", "--ti", "-w", "--help", "--"})->command,
            (List{"/ls", "--ti", "-w", "--help", "--"}));
  EXPECT_EQ(ParseFlags({"--ti", "--", "./--odd", "-x"})->command,
            (List{"./--odd", "-x"}));
  EXPECT_EQ(ParseFlags({"--rootfs", "r", "-", "x"})->command, (List{"-", "x"}));
}

TEST_F(Flags, AWordThatIsNoPathIsAnImage) {
  const auto image = [](const List& words) { return ParseFlags(words)->image; };
  EXPECT_EQ(image({"busybox", "sh", "-c"}), "busybox");
  EXPECT_EQ(ParseFlags({"busybox", "sh", "-c"})->command, (List{"sh", "-c"}));
  EXPECT_EQ(image({"--ti", "reg.io/a:b"}), "reg.io/a:b");
  EXPECT_EQ(image({"--", "--odd"}), "--odd");
  EXPECT_EQ(image({"oci:/dir"}), "oci:/dir");
  for (const char* path : {"/bin/sh", "./sh", "../sh"}) {
    EXPECT_EQ(image({path}), "") << path;
    EXPECT_EQ(ParseFlags({path})->command, List{path});
  }
  EXPECT_EQ(image({"--rootfs", "r", "sh"}), "");
}

TEST_F(Flags, EnvAddsUp) {
  EXPECT_EQ(ParseFlags({"-e", "A=1", "--env=B=2", "-eC", "sh"})->env,
            (List{"A=1", "B=2", "C"}));
}

TEST_F(Flags, HelpIsSeenBeforeTheCommandOnly) {
  EXPECT_TRUE(IsHelpWanted(ParseFlags({"--ti", "--help", "sh"}).status()));
  EXPECT_TRUE(IsHelpWanted(ParseFlags({"-h"}).status()));
  EXPECT_TRUE(ParseFlags({"sh", "-h"}).ok());
  EXPECT_TRUE(IsHelpWanted(ReadGlobalFlags(List{"-help"}).status()));
}

TEST_F(Flags, VersionIsGlobal) {
  EXPECT_TRUE(ReadGlobalFlags(List{"--version"})->version);
  EXPECT_TRUE(ReadGlobalFlags(List{"-v"})->version);
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
  EXPECT_EQ(Error({"--ti=maybe", "sh"}), "--ti \"maybe\": wants true or false");
  EXPECT_EQ(Error({"--hostname"}), "--hostname: wants a value: NAME");
  EXPECT_EQ(Error({"--rootfs=", "sh"}),
            "--rootfs=: its value is empty; wants DIR");
  EXPECT_EQ(Error({"--format=xml", "sh"}),
            "--format \"xml\": wants text or json");
}

TEST_F(Flags, LogFlagsWorkOnBothLevels) {
  const auto level = [] { return GetGlobalOptions(Face::kPerson)->log.level; };
  ASSERT_TRUE(ReadGlobalFlags(List{"--log-level", "error", "run"}).ok());
  EXPECT_EQ(level(), LogLevel::kError);
  ASSERT_TRUE(ParseFlags({"--log-level=debug", "sh"}).ok());
  EXPECT_EQ(level(), LogLevel::kDebug);
  ASSERT_TRUE(ParseFlags({"--log-level=loud", "sh"}).ok());
  EXPECT_EQ(GetGlobalOptions(Face::kPerson).status().message(),
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
