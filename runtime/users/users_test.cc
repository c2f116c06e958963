#include "runtime/users/users.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace chmdocker::users {
namespace {

constexpr char kPasswd[] =
    "root:x:0:0:root:/root:/bin/sh\n"
    "no number:x:zero:0::/:/bin/sh\n"
    "+nis::::::\n"
    "web:x:33:34:Web:/var/www:/bin/sh\n"
    "web:x:1:1:twice:/:\n"
    "nohome:x:50:50\n"
    "relative:x:51:51::home:/bin/sh\n"
    "7:x:0:0:a number for a name:/root:/bin/sh\n"
    "last:x:60:61::/last:/bin/sh";
constexpr char kGroup[] =
    "root:x:0:\n"
    "adm:x:4:web,root\n"
    "bad:x:4294967296:web\n"
    "www:x:34:web\n"
    "audio:x:29:other,web\n"
    "webs:x:90:webmaster\n"
    "empty:x:91:";

// "UID:GID groups HOME", or the error.
std::string Find(absl::string_view wanted) {
  const absl::StatusOr<Account> found = FindAccount(wanted, kPasswd, kGroup);
  if (!found.ok()) return std::string(found.status().message());
  return absl::StrCat(found->user.uid, ":", found->user.gid, " ",
                      absl::StrJoin(found->user.additional_gids, ","), " ",
                      found->home);
}

struct Case {
  const char* wanted;
  const char* found;
};
constexpr Case kCases[] = {
    {"root", "0:0 0,4 /root"},
    {"web", "33:34 34,4,29 /var/www"},
    {"33", "33:34 34,4,29 /var/www"},
    {"033", "33:34 34,4,29 /var/www"},
    {"web:adm", "33:4 4 /var/www"},
    {"web:0", "33:0 0 /var/www"},
    {"1000", "1000:0 0 /"},
    {"1000:1001", "1000:1001 1001 /"},
    {"7", "7:0 0 /"},
    {"nohome", "50:50 50 /"},
    {"relative", "51:51 51 /"},
    {"last", "60:61 61 /last"},
    {":34", "0:34 34 /root"},
    {"2147483647", "2147483647:0 0 /"},
    {"2147483648", "uids and gids must be in range 0-2147483647"},
    {"18446744073709551616", "uids and gids must be in range 0-2147483647"},
    {"1:2147483648", "uids and gids must be in range 0-2147483647"},
    {"nobody",
     "unable to find user nobody: no matching entries in passwd file"},
    {"no number",
     "unable to find user no number: no matching entries in passwd file"},
    {"-1", "unable to find user -1: no matching entries in passwd file"},
    {"web:bad", "unable to find group bad: no matching entries in group file"},
    {"web:-1", "unable to find group -1: no matching entries in group file"},
    {"web:adm:1",
     "unable to find group adm:1: no matching entries in group file"},
};

TEST(FindAccount, HasDockersRules) {
  for (const Case& c : kCases) EXPECT_EQ(Find(c.wanted), c.found) << c.wanted;
}

TEST(FindAccount, WorksWithoutFiles) {
  const absl::StatusOr<Account> found = FindAccount("5:6", "", "");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->user.uid, 5U);
  EXPECT_EQ(found->user.gid, 6U);
  EXPECT_TRUE(absl::IsNotFound(FindAccount("root", "", "").status()));
}

TEST(FindGroup, HasDockersRules) {
  EXPECT_EQ(FindGroup("audio", kGroup).value_or(0), 29U);
  EXPECT_EQ(FindGroup("empty", kGroup).value_or(0), 91U);
  EXPECT_EQ(FindGroup("4000", kGroup).value_or(0), 4000U);
  EXPECT_TRUE(absl::IsNotFound(FindGroup("video", kGroup).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(FindGroup("4294967296", "").status()));
}

}  // namespace
}  // namespace chmdocker::users
