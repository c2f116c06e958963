// Bits of Landlock's interface that <linux/landlock.h> of Debian 12 lacks, or
// that both the planner and init need.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_BASE_LANDLOCK_RIGHTS_H_
#define CHMDOCKER_RUNTIME_BASE_LANDLOCK_RIGHTS_H_

#include <cstdint>

namespace chmdocker::landlock {

// LANDLOCK_ACCESS_FS_*.
inline constexpr uint64_t kExecute = 1 << 0;
inline constexpr uint64_t kWriteFile = 1 << 1;
inline constexpr uint64_t kReadFile = 1 << 2;
inline constexpr uint64_t kReadDirectory = 1 << 3;
inline constexpr uint64_t kFilesOfAbi1 = (1 << 13) - 1;
inline constexpr uint64_t kRefer = 1 << 13;        // ABI 2, Linux 5.19
inline constexpr uint64_t kTruncate = 1 << 14;     // ABI 3, Linux 6.2
inline constexpr uint64_t kDeviceIoctl = 1 << 15;  // ABI 5, Linux 6.10
// What a path that is readable allows, and all that one that is no directory
// can.
inline constexpr uint64_t kRead = kExecute | kReadFile | kReadDirectory;
inline constexpr uint64_t kOfOneFile =
    kExecute | kWriteFile | kReadFile | kTruncate | kDeviceIoctl;

// LANDLOCK_ACCESS_NET_*: ABI 4, Linux 6.7.
inline constexpr uint64_t kBindTcp = 1 << 0;
inline constexpr uint64_t kConnectTcp = 1 << 1;

// LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET and _SIGNAL: ABI 6, Linux 6.12.
inline constexpr uint64_t kScopes = 3;

// LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON: ABI 7, Linux 6.15.
inline constexpr uint32_t kLogNewExec = 1 << 1;

}  // namespace chmdocker::landlock

#endif  // CHMDOCKER_RUNTIME_BASE_LANDLOCK_RIGHTS_H_
