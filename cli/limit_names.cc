#include "cli/limit_names.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace chmdocker::cli {
namespace {

struct Name {
  // No pointers, which each start of the program would have to relocate.
  char field[32];
  char flag[26];
};

constexpr Name kNames[] = {
    {"memory.limit", "--memory"},
    {"memory.swap", "--memory-swap"},
    {"memory.reservation", "--memory-reservation"},
    {"memory.swappiness", "--memory-swappiness"},
    {"memory.disableOOMKiller", "--oom-kill-disable"},
    {"cpu.shares", "--cpu-shares"},
    {"cpu.period", "--cpus or --cpu-period"},
    {"cpu.quota", "--cpus or --cpu-quota"},
    {"cpu.burst", "--cpu-burst"},
    {"cpu.cpus", "--cpuset-cpus"},
    {"cpu.mems", "--cpuset-mems"},
    {"pids.limit", "--pids-limit"},
    {"blockIO.weight", "--blkio-weight"},
    {"blockIO.weightDevice", "--blkio-weight-device"},
    {"blockIO.throttleReadBpsDevice", "--device-read-bps"},
    {"blockIO.throttleWriteBpsDevice", "--device-write-bps"},
    {"blockIO.throttleReadIOPSDevice", "--device-read-iops"},
    {"blockIO.throttleWriteIOPSDevice", "--device-write-iops"},
    {"devices", "--device"},
};

}  // namespace

std::string FlagOfLimit(absl::string_view field) {
  for (const Name& name : kNames) {
    if (name.field == field) return std::string(name.flag);
  }
  return std::string(field);
}

std::string WithFlagName(absl::string_view text) {
  absl::string_view rest = text;
  // linux.sysctl["NAME"]: RULE
  if (absl::ConsumePrefix(&rest, "linux.sysctl[") &&
      absl::StrContains(rest, ']')) {
    const size_t end = rest.find(']');
    return absl::StrCat("--sysctl ", rest.substr(0, end), rest.substr(end + 1));
  }
  rest = text;
  if (absl::ConsumePrefix(&rest, "process.capabilities")) {
    return absl::StrCat("--cap-add", rest);
  }
  if (absl::ConsumePrefix(&rest, "linux.seccomp.") ||
      absl::ConsumePrefix(&rest, "linux.seccomp: ")) {
    return absl::StrCat("--security-opt seccomp: ", rest);
  }
  if (absl::StartsWith(rest, "mounts[")) {
    return absl::StrCat("--volume, --mount or --tmpfs",
                        rest.substr(std::min(rest.find(':'), rest.size())));
  }
  if (absl::ConsumePrefix(&rest, "linux.cgroupsPath")) {
    return absl::StrCat("--cgroup-parent", rest);
  }
  const size_t colon = rest.find(": ");
  if (!absl::ConsumePrefix(&rest, "linux.resources.") ||
      colon == absl::string_view::npos) {
    return std::string(text);
  }
  const size_t end = rest.find(": ");
  return absl::StrCat(FlagOfLimit(rest.substr(0, end)), rest.substr(end));
}

absl::Status WithFlagName(const absl::Status& status) {
  if (status.ok()) return status;
  absl::Status named(status.code(), WithFlagName(status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    named.SetPayload(url, payload);
  });
  return named;
}

}  // namespace chmdocker::cli
