#include "cli/ulimit.h"

#include <sys/resource.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "runtime/spec/process.h"

namespace chmdocker::cli {
namespace {

std::string Outcome(const char* text) {
  std::vector<spec::Rlimit> out;
  const absl::Status status = ReadUlimit(text, out);
  if (!status.ok()) return std::string(status.message());
  return std::to_string(out[0].resource) + " " +
         std::to_string(static_cast<int64_t>(out[0].soft)) + " " +
         std::to_string(static_cast<int64_t>(out[0].hard));
}

std::string Of(int resource, const char* limits) {
  return std::to_string(resource) + " " + limits;
}

TEST(Ulimit, HasDockersTypes) {
  const struct {
    const char* name;
    int resource;
  } kTypes[] = {
      {"core", RLIMIT_CORE},         {"cpu", RLIMIT_CPU},
      {"data", RLIMIT_DATA},         {"fsize", RLIMIT_FSIZE},
      {"locks", RLIMIT_LOCKS},       {"memlock", RLIMIT_MEMLOCK},
      {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
      {"nofile", RLIMIT_NOFILE},     {"nproc", RLIMIT_NPROC},
      {"rss", RLIMIT_RSS},           {"rtprio", RLIMIT_RTPRIO},
      {"rttime", RLIMIT_RTTIME},     {"sigpending", RLIMIT_SIGPENDING},
      {"stack", RLIMIT_STACK},
  };
  for (const auto& type : kTypes) {
    EXPECT_EQ(Outcome((std::string(type.name) + "=3:9").c_str()),
              Of(type.resource, "3 9"));
  }
}

TEST(Ulimit, OneNumberIsBoth) {
  EXPECT_EQ(Outcome("nofile=1024"), Of(RLIMIT_NOFILE, "1024 1024"));
  EXPECT_EQ(Outcome("core=-1"), Of(RLIMIT_CORE, "-1 -1"));
  EXPECT_EQ(Outcome("core=0:-1"), Of(RLIMIT_CORE, "0 -1"));
}

TEST(Ulimit, SaysWhatIsWrong) {
  for (const char* text : {"nofile", "nofile=", "nofile=:5", "nofile=5:",
                           "nofile=a", "nofile=1:2:3", "nofile=-2", "=", ""}) {
    EXPECT_EQ(Outcome(text),
              "wants TYPE=SOFT[:HARD], as nofile=1024:4096; -1 is unlimited")
        << text;
  }
  EXPECT_EQ(Outcome("nofile=5:4"), "wants a soft limit up to the hard limit");
  EXPECT_EQ(Outcome("nofile=-1:4"), "wants a soft limit up to the hard limit");
  EXPECT_EQ(Outcome("files=5").substr(0, 44),
            "\"files\" is no limit; wants one of as, core, ");
}

TEST(Ulimit, TheLastOfATypeCounts) {
  std::vector<spec::Rlimit> out;
  EXPECT_TRUE(ReadUlimit("core=1", out).ok());
  EXPECT_TRUE(ReadUlimit("nofile=2", out).ok());
  EXPECT_TRUE(ReadUlimit("core=3", out).ok());
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[1].resource, RLIMIT_CORE);
  EXPECT_EQ(out[1].soft, 3U);
}

}  // namespace
}  // namespace chmdocker::cli
