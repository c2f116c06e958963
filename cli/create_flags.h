// What create, run and exec say of flags that they share.
#ifndef CHMDOCKER_CLI_CREATE_FLAGS_H_
#define CHMDOCKER_CLI_CREATE_FLAGS_H_

namespace chmdocker::cli {

inline constexpr char kBundleText[] =
    "directory of the configuration (default: .)";
inline constexpr char kConfigText[] =
    "name of the configuration in the bundle (default: config.json)";
inline constexpr char kConsoleSocketText[] =
    "AF_UNIX socket that the master of the terminal is sent to";
inline constexpr char kPidFileText[] = "write the process's pid to FILE";
inline constexpr char kPidfdSocketText[] =
    "AF_UNIX socket that a pidfd of the process is sent to";
inline constexpr char kNoPivotText[] =
    "change the root by MS_MOVE, for a root file system that is a ramdisk";
inline constexpr char kNoNewKeyringText[] = "keep the caller's session keyring";
inline constexpr char kPreserveFdsText[] =
    "pass descriptors 3 to 2+N on (default: 0)";
inline constexpr char kNoSubreaperText[] =
    "accepted: chmdocker is never a subreaper";

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_CREATE_FLAGS_H_
