// What a process that may be spoilt finds out: for tests of steps that can't be
// undone.
#ifndef CHMDOCKER_TESTING_CHILD_IN_CHILD_H_
#define CHMDOCKER_TESTING_CHILD_IN_CHILD_H_

#include <functional>
#include <string>

namespace chmdocker {

// What `find_out` says in a forked child. "died" when that does not come to its
// end.
std::string InChild(const std::function<std::string()>& find_out);

// The value of a line of /proc/self/status: "CapEff".
std::string StatusLine(const std::string& name);

// All of a file.
std::string Contents(const std::string& path);

}  // namespace chmdocker

#endif  // CHMDOCKER_TESTING_CHILD_IN_CHILD_H_
