#include "runtime/state/names.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/state/directory.h"
#include "runtime/state/root.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::state {
namespace {

absl::Status NoSuchContainer(const std::string& word) {
  return absl::NotFoundError(absl::StrCat("No such container: ", word));
}

bool Exists(const Places& places, const std::string& id) {
  return access(absl::StrCat(places.containers, "/", id).c_str(), F_OK) == 0;
}

// The id behind a name; empty: it is nobody's.
std::string IdOf(int names, const std::string& name) {
  char id[256];
  const raw::Result read = raw::ReadlinkAt(names, name.c_str(), id, sizeof(id));
  return read.ok() ? std::string(id, static_cast<size_t>(read.value)) : "";
}

// Two who take over the same name that was left behind must not both get it.
absl::StatusOr<UniqueFd> Locked(const std::string& directory) {
  CHM_ASSIGN_OR_RETURN(UniqueFd names, MakeRoot(directory));
  CHM_RETURN_IF_ERROR(sys::Lock(names.get(), directory));
  return names;
}

}  // namespace

absl::Status CheckName(const std::string& name) {
  if (name.empty() ||
      !absl::ascii_isalnum(static_cast<unsigned char>(name[0])) ||
      !CheckId(name).ok() || absl::StrContains(name, '+')) {
    return absl::InvalidArgumentError(absl::StrCat(
        "name ", Quote(name),
        ": wants a letter or digit, and then letters, digits and any of _.-"));
  }
  return absl::OkStatus();
}

absl::Status ClaimName(const Places& places, const std::string& name,
                       const std::string& id) {
  CHM_RETURN_IF_ERROR(CheckName(name));
  CHM_ASSIGN_OR_RETURN(const UniqueFd names, Locked(places.names));
  const std::string owner = IdOf(names.get(), name);
  if (owner == id) return absl::OkStatus();
  if (!owner.empty()) {
    if (Exists(places, owner)) {
      return absl::AlreadyExistsError(absl::StrCat(
          "the container name ", Quote(name), " is in use by container ", owner,
          "; remove or rename that one, or choose another name"));
    }
    (void)raw::UnlinkAt(names.get(), name.c_str(), 0);
  }
  return sys::CallStatus(raw::SymlinkAt(id.c_str(), names.get(), name.c_str()),
                         sys::Quoted(absl::StrCat(places.names, "/", name)));
}

void ReleaseName(const Places& places, const std::string& name,
                 const std::string& id) {
  const absl::StatusOr<UniqueFd> names = Locked(places.names);
  if (!names.ok() || IdOf(names->get(), name) != id) return;
  (void)raw::UnlinkAt(names->get(), name.c_str(), 0);
}

absl::StatusOr<std::string> FindContainer(const Places& places,
                                          const std::string& word) {
  if (!CheckId(word).ok()) return NoSuchContainer(word);
  if (Exists(places, word)) return word;
  const absl::StatusOr<UniqueFd> names = OpenRoot(places.names);
  if (names.ok()) {
    std::string id = IdOf(names->get(), word);
    if (!id.empty() && Exists(places, id)) return id;
  }
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                       ListIds(places.containers));
  std::string found;
  for (const std::string& id : ids) {
    if (!absl::StartsWith(id, word)) continue;
    if (!found.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("several containers have ids that begin with ", word));
    }
    found = id;
  }
  if (found.empty()) return NoSuchContainer(word);
  return found;
}

}  // namespace chmdocker::state
