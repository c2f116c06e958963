// What a process can find out about itself and its surroundings.
#ifndef CHMDOCKER_TESTING_PROBE_FACTS_H_
#define CHMDOCKER_TESTING_PROBE_FACTS_H_

#include <string>

namespace chmdocker::probe {

// Every fact as a line "key=value"; only those whose key starts with `prefix`.
// Values are escaped as Escaped does, so that each stays on its line.
void PrintFacts(const std::string& prefix);

// Control characters, backslashes and bytes outside ASCII as \xNN.
std::string Escaped(const std::string& text);

// "ENOENT" for 2; a number where the name is not known here.
std::string ErrnoName(int error);

}  // namespace chmdocker::probe

#endif  // CHMDOCKER_TESTING_PROBE_FACTS_H_
