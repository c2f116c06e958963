// How long ago something was, as docker words it. Pure.
#ifndef CHMDOCKER_CLI_AGE_H_
#define CHMDOCKER_CLI_AGE_H_

#include <cstdint>
#include <string>

namespace chmdocker::cli {

// "3 minutes", "About an hour", "Less than a second".
std::string Roughly(int64_t seconds);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_AGE_H_
