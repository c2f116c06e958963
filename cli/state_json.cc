#include "cli/state_json.h"

#include <pwd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/limit_events.h"
#include "runtime/oci/state_json.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {

std::string StateJson(const container::Snapshot& snapshot) {
  const state::Record& record = snapshot.record;
  oci::State state;
  state.id = record.id;
  state.status = std::string(StatusName(snapshot.status));
  state.pid = PidOf(snapshot);
  state.bundle = record.bundle;
  state.annotations = record.annotations;
  const bool oom_killed = snapshot.status == container::Status::kStopped &&
                          container::OomKills(record) > 0;
  return oci::StateJson(state, {record.rootfs, record.created,
                                OwnerName(record.owner), oom_killed});
}

std::string StatesJson(const std::vector<container::Snapshot>& snapshots) {
  std::vector<std::string> objects;
  objects.reserve(snapshots.size());
  for (const container::Snapshot& snapshot : snapshots) {
    objects.emplace_back(
        absl::StripTrailingAsciiWhitespace(StateJson(snapshot)));
  }
  return absl::StrCat("[", absl::StrJoin(objects, ",\n"), "]\n");
}

pid_t PidOf(const container::Snapshot& snapshot) {
  return snapshot.status == container::Status::kStopped
             ? 0
             : snapshot.record.init.pid;
}

std::string OwnerName(uint32_t uid) {
  const passwd* user = getpwuid(uid);
  return user == nullptr ? absl::StrCat(uid) : user->pw_name;
}

}  // namespace chmdocker::cli
