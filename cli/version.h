// What chmdocker says of itself.
#ifndef CHMDOCKER_CLI_VERSION_H_
#define CHMDOCKER_CLI_VERSION_H_

namespace chmdocker::cli {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_VERSION_H_
