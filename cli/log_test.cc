#include "cli/log.h"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

constexpr char kTime[] = "2019-10-07T11:39:57+08:00";

TEST(LogLine, IsTheTutorialsInJson) {
  EXPECT_EQ(LogLine(LogFormat::kJson, LogLevel::kInfo, kTime, "init come on"),
            "{\"level\":\"info\",\"msg\":\"init come "
            "on\",\"time\":\"2019-10-07T11:39:57+08:00\"}\n");
}

TEST(LogLine, StaysOneLine) {
  EXPECT_EQ(LogLine(LogFormat::kJson, LogLevel::kError, kTime, "a\n\"b\xff"),
            "{\"level\":\"error\",\"msg\":\"a\\n\\\"b\\ufffd\",\"time\":"
            "\"2019-10-07T11:39:57+08:00\"}\n");
  EXPECT_EQ(LogLine(LogFormat::kText, LogLevel::kWarning, kTime, "a\nb"),
            "time=\"2019-10-07T11:39:57+08:00\" level=warning msg=\"a\\nb\"\n");
}

TEST(ParseLogLevel, KnowsFourWords) {
  EXPECT_EQ(*ParseLogLevel("warning"), LogLevel::kWarning);
  EXPECT_FALSE(ParseLogLevel("INFO").ok());
  EXPECT_FALSE(ParseLogFormat("xml").ok());
}

class LogFile : public ::testing::Test {
 protected:
  LogFile() { close(mkstemp(path_.data())); }
  ~LogFile() override { unlink(path_.c_str()); }

  std::string Content() const {
    std::ifstream file(path_);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::string path_ = absl::StrCat(::testing::TempDir(), "/log.XXXXXX");
};

TEST_F(LogFile, AppendsInLocalTime) {
  setenv("TZ", "CST-8", 1);
  Log::Open({path_})->Write(LogLevel::kInfo, "one");
  Log::Open({path_})->Write(LogLevel::kInfo, "two");
  const std::string content = Content();
  EXPECT_NE(content.find("\"one\""), std::string::npos);
  EXPECT_NE(content.find("\"two\""), std::string::npos);
  EXPECT_NE(content.find("+08:00\"}\n"), std::string::npos) << content;
}

TEST_F(LogFile, DropsLinesBelowItsLevel) {
  const absl::StatusOr<Log> log = Log::Open({path_, LogLevel::kWarning});
  log->Write(LogLevel::kInfo, "quiet");
  log->Write(LogLevel::kError, "loud");
  EXPECT_EQ(Content().find("quiet"), std::string::npos);
  EXPECT_NE(Content().find("loud"), std::string::npos);
}

TEST(LogOpen, NamesTheFileThatItCannotOpen) {
  EXPECT_EQ(Log::Open({"/nowhere/log"}).status().message(),
            "--log: open \"/nowhere/log\": ENOENT (no such file or "
            "directory)");
}

}  // namespace
}  // namespace chmdocker::cli
