#include "runtime/security/socketcall.h"

#include <linux/ipc.h>
#include <linux/net.h>

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace chmdocker::security {
namespace {

// asm/unistd_32.h
constexpr uint32_t kSocketcall = 102;
constexpr uint32_t kIpc = 117;

struct Entry {
  char name[12];
  MultiplexedCall call;
};

constexpr Entry kCalls[] = {
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

}  // namespace

std::optional<MultiplexedCall> FindMultiplexedCall(absl::string_view name) {
  for (const Entry& entry : kCalls) {
    if (name == entry.name) return entry.call;
  }
  return std::nullopt;
}

}  // namespace chmdocker::security
