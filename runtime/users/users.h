// Users and groups as a container's own /etc/passwd and /etc/group have them:
// passwd(5), group(5). Pure: the files come as text.
//
// The rules are docker's: a number is a number, whatever names there are
// (CVE-2016-3697); a name must be there. Lines that don't fit are passed over.
#ifndef CHMDOCKER_RUNTIME_USERS_USERS_H_
#define CHMDOCKER_RUNTIME_USERS_USERS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/spec/process.h"

namespace chmdocker::users {

struct Account {
  // With its group, and unless one was named all others that the name is in.
  spec::User user;
  std::string home;  // absolute; "/" when there is none
};

// For "NAME|UID[:GROUP|GID]". NotFound when a name is not there,
// InvalidArgument for a number over 2147483647, docker's last.
absl::StatusOr<Account> FindAccount(absl::string_view wanted,
                                    absl::string_view passwd,
                                    absl::string_view group);

// For "GROUP|GID".
absl::StatusOr<uint32_t> FindGroup(absl::string_view wanted,
                                   absl::string_view group);

}  // namespace chmdocker::users

#endif  // CHMDOCKER_RUNTIME_USERS_USERS_H_
