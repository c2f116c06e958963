// Pure: what the environment of a command gets and loses.
#ifndef CHMDOCKER_RUNTIME_EXEC_ENVIRONMENT_H_
#define CHMDOCKER_RUNTIME_EXEC_ENVIRONMENT_H_

#include <cstdint>
#include <string>
#include <vector>

namespace chmdocker::exec {

// The environment with each name once, with its last value: which one of two a
// program would see depends on how it looks.
std::vector<std::string> WithoutDuplicates(
    std::vector<std::string> environment);

// Whether there is no HOME, or an empty one.
bool WantsHome(const std::vector<std::string>& environment);

// The environment with a place for HOME, an empty one, if it wants one; for
// processes whose user is known. An environment that has one is not changed.
std::vector<std::string> WithHome(std::vector<std::string> environment);

// The environment of a command that gets `count` sockets from its caller:
// sd_listen_fds(3). None: what the caller was told is not passed on.
std::vector<std::string> WithListenFds(std::vector<std::string> environment,
                                       uint32_t count);

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_ENVIRONMENT_H_
