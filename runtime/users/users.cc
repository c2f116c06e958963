#include "runtime/users/users.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/spec/process.h"

namespace chmdocker::users {
namespace {

constexpr uint32_t kMaxId = 2147483647;

// What stands before the next `separator`, which is taken off with it.
absl::string_view Take(absl::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const absl::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool IsNumber(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

std::optional<uint32_t> ParseId(absl::string_view text) {
  uint32_t id = 0;
  if (!IsNumber(text) || !absl::SimpleAtoi(text, &id) || id > kMaxId) {
    return std::nullopt;
  }
  return id;
}

absl::Status NotThere(absl::string_view kind, absl::string_view name,
                      absl::string_view file) {
  return absl::NotFoundError(absl::StrCat("unable to find ", kind, " ", name,
                                          ": no matching entries in ", file,
                                          " file"));
}
absl::Status OutOfRange() {
  return absl::InvalidArgumentError(
      absl::StrCat("uids and gids must be in range 0-", kMaxId));
}

// Whether a line's name or number is the one that is wanted.
bool Is(absl::string_view wanted, absl::string_view name, uint32_t id) {
  return IsNumber(wanted) ? ParseId(wanted) == id : wanted == name;
}

struct PasswdLine {
  absl::string_view name;
  uint32_t uid = 0;
  uint32_t gid = 0;
  absl::string_view home;
};

// "NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL".
std::optional<PasswdLine> ParsePasswd(absl::string_view line) {
  PasswdLine parsed;
  parsed.name = Take(line, ':');
  Take(line, ':');
  const std::optional<uint32_t> uid = ParseId(Take(line, ':'));
  const std::optional<uint32_t> gid = ParseId(Take(line, ':'));
  if (parsed.name.empty() || !uid || !gid) return std::nullopt;
  parsed.uid = *uid;
  parsed.gid = *gid;
  Take(line, ':');
  parsed.home = Take(line, ':');
  return parsed;
}

std::optional<PasswdLine> FindPasswd(absl::string_view wanted,
                                     absl::string_view passwd) {
  while (!passwd.empty()) {
    const std::optional<PasswdLine> line = ParsePasswd(Take(passwd, '\n'));
    if (line && Is(wanted, line->name, line->uid)) return line;
  }
  return std::nullopt;
}

struct GroupLine {
  absl::string_view name;
  uint32_t gid = 0;
  absl::string_view members;  // with commas between
};

// "NAME:PASSWORD:GID:MEMBER,MEMBER".
std::optional<GroupLine> ParseGroup(absl::string_view line) {
  GroupLine parsed;
  parsed.name = Take(line, ':');
  Take(line, ':');
  const std::optional<uint32_t> gid = ParseId(Take(line, ':'));
  if (parsed.name.empty() || !gid) return std::nullopt;
  parsed.gid = *gid;
  parsed.members = Take(line, ':');
  return parsed;
}

bool HasMember(absl::string_view members, absl::string_view name) {
  while (!members.empty()) {
    if (Take(members, ',') == name) return true;
  }
  return false;
}

void AddGroupsOf(absl::string_view name, absl::string_view group,
                 std::vector<uint32_t>& gids) {
  while (!group.empty()) {
    const std::optional<GroupLine> line = ParseGroup(Take(group, '\n'));
    if (line && HasMember(line->members, name) &&
        std::find(gids.begin(), gids.end(), line->gid) == gids.end()) {
      gids.push_back(line->gid);
    }
  }
}

}  // namespace

absl::StatusOr<uint32_t> FindGroup(absl::string_view wanted,
                                   absl::string_view group) {
  if (IsNumber(wanted)) {
    const std::optional<uint32_t> gid = ParseId(wanted);
    if (!gid) return OutOfRange();
    return *gid;
  }
  while (!group.empty()) {
    const std::optional<GroupLine> line = ParseGroup(Take(group, '\n'));
    if (line && line->name == wanted) return line->gid;
  }
  return NotThere("group", wanted, "group");
}

absl::StatusOr<Account> FindAccount(absl::string_view wanted,
                                    absl::string_view passwd,
                                    absl::string_view group) {
  const absl::string_view name = Take(wanted, ':');
  const std::optional<PasswdLine> line =
      FindPasswd(name.empty() ? "0" : name, passwd);
  Account account;
  account.home = "/";
  if (line) {
    account.user.uid = line->uid;
    account.user.gid = line->gid;
    if (absl::StartsWith(line->home, "/")) account.home = line->home;
  } else if (IsNumber(name)) {
    const std::optional<uint32_t> uid = ParseId(name);
    if (!uid) return OutOfRange();
    account.user.uid = *uid;
  } else if (!name.empty()) {
    return NotThere("user", name, "passwd");
  }
  if (!wanted.empty()) {
    CHM_ASSIGN_OR_RETURN(account.user.gid, FindGroup(wanted, group));
  }
  // The group itself among them, as docker has it since CVE-2022-36109: a
  // process that leaves it keeps what is forbidden to it.
  account.user.additional_gids = {account.user.gid};
  if (wanted.empty() && line) {
    AddGroupsOf(line->name, group, account.user.additional_gids);
  }
  return account;
}

}  // namespace chmdocker::users
