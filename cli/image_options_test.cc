#include "cli/image_options.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cli/run_options.h"
#include "gtest/gtest.h"
#include "runtime/image/config.h"

namespace chmdocker::cli {
namespace {

using Texts = std::vector<std::string>;

std::string VolumePath(size_t number) { return absl::StrCat("/v/", number); }

image::ImageConfig Config() {
  image::ImageConfig config;
  config.entrypoint = {"/entry", "x"};
  config.cmd = {"word"};
  config.user = "me";
  config.working_dir = "/a/./b";
  config.env = {"A=b"};
  return config;
}

Texts CommandOf(const image::ImageConfig& config, RunOptions options) {
  EXPECT_EQ(ApplyImage(config, VolumePath, options), absl::OkStatus());
  return options.command;
}

TEST(ImageOptions, CommandIsAsDockerPutsItTogether) {
  image::ImageConfig config = Config();
  RunOptions options;
  EXPECT_EQ(CommandOf(config, options), (Texts{"/entry", "x", "word"}));
  options.command = {"mine"};
  EXPECT_EQ(CommandOf(config, options), (Texts{"/entry", "x", "mine"}));
  options.entrypoint = "/other";
  EXPECT_EQ(CommandOf(config, options), (Texts{"/other", "mine"}));
  options.entrypoint = "";
  EXPECT_EQ(CommandOf(config, options), (Texts{"mine"}));
  options.command.clear();
  EXPECT_TRUE(absl::IsInvalidArgument(ApplyImage(config, VolumePath, options)));
  options.entrypoint = "/other";
  EXPECT_EQ(CommandOf(config, options), (Texts{"/other"}));
  config.entrypoint.clear();
  EXPECT_EQ(CommandOf(config, RunOptions()), (Texts{"word"}));
}

TEST(ImageOptions, FlagsComeFirst) {
  RunOptions options;
  ASSERT_EQ(ApplyImage(Config(), VolumePath, options), absl::OkStatus());
  EXPECT_EQ(options.rights.user, "me");
  EXPECT_EQ(options.workdir, "/a/b");
  EXPECT_EQ(options.image_env, (Texts{"A=b"}));
  RunOptions given;
  given.rights.user = "other";
  given.workdir = "/c";
  ASSERT_EQ(ApplyImage(Config(), VolumePath, given), absl::OkStatus());
  EXPECT_EQ(given.rights.user, "other");
  EXPECT_EQ(given.workdir, "/c");
}

TEST(ImageOptions, VolumesAreDirectoriesOfTheHost) {
  image::ImageConfig config = Config();
  config.volumes = {"/data", "/data/", "/taken", "/other"};
  RunOptions options;
  options.mounts.emplace_back().destination = "/taken";
  ASSERT_EQ(ApplyImage(config, VolumePath, options), absl::OkStatus());
  EXPECT_EQ(CountVolumes(options), 2U);
  ASSERT_EQ(options.mounts.size(), 3U);
  EXPECT_EQ(options.mounts[1].destination, "/data");
  EXPECT_EQ(options.mounts[1].source, "/v/0");
  EXPECT_EQ(options.mounts[2].source, "/v/1");
  for (const char* path :
       {"/", "/proc", "/proc/sys", "/sys", "/dev", "/x/../dev"}) {
    config.volumes = {path};
    RunOptions refused;
    EXPECT_TRUE(
        absl::IsInvalidArgument(ApplyImage(config, VolumePath, refused)))
        << path;
  }
}

TEST(ImageOptions, EnvFilesHaveLines) {
  RunOptions options;
  options.env = {"A=flag"};
  ASSERT_EQ(AddEnvFile("f", "# no\n\n A=1\r\nB\nC= x y\n", options),
            absl::OkStatus());
  EXPECT_EQ(options.env, (Texts{"A=1", "B", "C= x y", "A=flag"}));
  EXPECT_TRUE(absl::IsInvalidArgument(AddEnvFile("f", "a b=1", options)));
  EXPECT_TRUE(absl::IsInvalidArgument(AddEnvFile("f", "=1", options)));
}

}  // namespace
}  // namespace chmdocker::cli
