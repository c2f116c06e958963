// What a host's abilities mean for containers: a line each, for people. Pure.
#ifndef CHMDOCKER_RUNTIME_HOST_FINDINGS_H_
#define CHMDOCKER_RUNTIME_HOST_FINDINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/host/abilities.h"
#include "runtime/host/setting.h"

namespace chmdocker::host {

enum class State : uint8_t { kOk, kLimited, kMissing };
absl::string_view StateName(State state);

struct Finding {
  const char* name = "";  // "user-namespaces"
  State state = State::kOk;
  std::string found;
  // Unless all is well: what can't be done, and a command that mends it.
  const char* costs = "";
  std::string remedy = {};
};

struct Findings {
  bool can_run = true;  // the caller can run containers
  std::vector<Finding> lines;
};

Findings Judge(const Abilities& abilities, const SettingReader& read_setting);

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_FINDINGS_H_
