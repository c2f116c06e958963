#include "runtime/launch/listen_fds.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/spec/process.h"

namespace chmdocker::launch {
namespace {

TEST(ListenFds, CountsWhatIsMeantForThisProcess) {
  EXPECT_EQ(ListenFds("2", "77", 77), 2U);
  EXPECT_EQ(ListenFds("2", "78", 77), 0U) << "for another process";
  EXPECT_EQ(ListenFds("2", std::nullopt, 77), 0U);
  EXPECT_EQ(ListenFds(std::nullopt, "77", 77), 0U);
}

TEST(ListenFds, TakesOnlyNumbers) {
  for (const char* text : {"", "x", "-1", "1x", "99999999999", "4000000000"}) {
    EXPECT_EQ(ListenFds(text, "77", 77), 0U) << text;
  }
  EXPECT_EQ(ListenFds("2", "77x", 77), 0U);
}

TEST(AddListenFds, TellsPidOne) {
  spec::Process process;
  AddListenFds(0, process);
  EXPECT_TRUE(process.env.empty());
  AddListenFds(3, process);
  EXPECT_EQ(process.env,
            (std::vector<std::string>{"LISTEN_FDS=3", "LISTEN_PID=1"}));
}

}  // namespace
}  // namespace chmdocker::launch
