// The system calls that x86 has had behind socketcall(2) and ipc(2) before, or
// without, numbers of their own.
#ifndef CHMDOCKER_RUNTIME_SECURITY_SOCKETCALL_H_
#define CHMDOCKER_RUNTIME_SECURITY_SOCKETCALL_H_

#include <linux/ipc.h>
#include <linux/net.h>

#include <cstdint>

#include "runtime/security/seccomp_arch.h"

namespace chmdocker::security {

// asm/unistd_32.h
inline constexpr uint32_t kSocketcall = 102;
inline constexpr uint32_t kIpc = 117;

struct NamedMultiplexedCall {
  char name[12];
  MultiplexedCall call;
};

inline constexpr NamedMultiplexedCall kMultiplexedCalls[] = {
    {"socket", {kSocketcall, SYS_SOCKET}},
    {"bind", {kSocketcall, SYS_BIND}},
    {"connect", {kSocketcall, SYS_CONNECT}},
    {"listen", {kSocketcall, SYS_LISTEN}},
    {"accept", {kSocketcall, SYS_ACCEPT}},
    {"getsockname", {kSocketcall, SYS_GETSOCKNAME}},
    {"getpeername", {kSocketcall, SYS_GETPEERNAME}},
    {"socketpair", {kSocketcall, SYS_SOCKETPAIR}},
    {"send", {kSocketcall, SYS_SEND}},
    {"recv", {kSocketcall, SYS_RECV}},
    {"sendto", {kSocketcall, SYS_SENDTO}},
    {"recvfrom", {kSocketcall, SYS_RECVFROM}},
    {"shutdown", {kSocketcall, SYS_SHUTDOWN}},
    {"setsockopt", {kSocketcall, SYS_SETSOCKOPT}},
    {"getsockopt", {kSocketcall, SYS_GETSOCKOPT}},
    {"sendmsg", {kSocketcall, SYS_SENDMSG}},
    {"recvmsg", {kSocketcall, SYS_RECVMSG}},
    {"accept4", {kSocketcall, SYS_ACCEPT4}},
    {"recvmmsg", {kSocketcall, SYS_RECVMMSG}},
    {"sendmmsg", {kSocketcall, SYS_SENDMMSG}},
    {"semop", {kIpc, SEMOP}},
    {"semget", {kIpc, SEMGET}},
    {"semctl", {kIpc, SEMCTL}},
    {"semtimedop", {kIpc, SEMTIMEDOP}},
    {"msgsnd", {kIpc, MSGSND}},
    {"msgrcv", {kIpc, MSGRCV}},
    {"msgget", {kIpc, MSGGET}},
    {"msgctl", {kIpc, MSGCTL}},
    {"shmat", {kIpc, SHMAT}},
    {"shmdt", {kIpc, SHMDT}},
    {"shmget", {kIpc, SHMGET}},
    {"shmctl", {kIpc, SHMCTL}},
};

}  // namespace chmdocker::security

#endif  // CHMDOCKER_RUNTIME_SECURITY_SOCKETCALL_H_
