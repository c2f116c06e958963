#include "runtime/exec/exec_plan.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace chmdocker::exec {
namespace {

using List = std::vector<std::string>;

TEST(Candidates, TakesPathsAsTheyAre) {
  EXPECT_EQ(Candidates("./a", {"PATH=/bin"}), List{"./a"});
  EXPECT_EQ(Candidates("/bin/a", {}), List{"/bin/a"});
}

TEST(Candidates, SearchesPath) {
  EXPECT_EQ(Candidates("a", {"X=1", "PATH=/one:/two"}),
            (List{"/one/a", "/two/a"}));
}

TEST(Candidates, TakesTheLastPath) {
  EXPECT_EQ(Candidates("a", {"PATH=/one", "PATH=/two"}), List{"/two/a"});
}

TEST(Candidates, HasADefault) {
  EXPECT_EQ(Candidates("a", {"PATHS=/x"}).size(), 6U);
  EXPECT_EQ(Candidates("a", {}).back(), "/bin/a");
}

TEST(Candidates, TakesEmptyEntriesForTheWorkingDirectory) {
  EXPECT_EQ(Candidates("a", {"PATH=:/bin"}), (List{"./a", "/bin/a"}));
  EXPECT_EQ(Candidates("a", {"PATH="}), List{"./a"});
}

}  // namespace
}  // namespace chmdocker::exec
