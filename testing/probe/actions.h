// What the probe does on command.
#ifndef CHMDOCKER_TESTING_PROBE_ACTIONS_H_
#define CHMDOCKER_TESTING_PROBE_ACTIONS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace chmdocker::probe {

// Does what `words` say, one action after the other; each takes as many words
// as the table in actions.cc gives it. Returns the exit code: 0, or 2 for an
// action that does not exist. Outcomes are lines "ACTION ARGUMENTS: OUTCOME".
int RunActions(const std::vector<std::string>& words);

}  // namespace chmdocker::probe

#endif  // CHMDOCKER_TESTING_PROBE_ACTIONS_H_
