#include "runtime/base/errno_name.h"

#include <cerrno>
#include <cstring>
#include <string>

namespace chmdocker {
namespace {

struct Entry {
  int number;
  const char* name;
};

// Those that the system calls in //runtime/sys can return (their man pages'
// ERRORS sections). EWOULDBLOCK and ENOTSUP share numbers with names below.
constexpr Entry kNames[] = {
#define CHM_ERRNO(name) {name, #name}
    CHM_ERRNO(EPERM),        CHM_ERRNO(ENOENT),       CHM_ERRNO(ESRCH),
    CHM_ERRNO(EINTR),        CHM_ERRNO(EIO),          CHM_ERRNO(ENXIO),
    CHM_ERRNO(E2BIG),        CHM_ERRNO(ENOEXEC),      CHM_ERRNO(EBADF),
    CHM_ERRNO(ECHILD),       CHM_ERRNO(EAGAIN),       CHM_ERRNO(ENOMEM),
    CHM_ERRNO(EACCES),       CHM_ERRNO(EFAULT),       CHM_ERRNO(ENOTBLK),
    CHM_ERRNO(EBUSY),        CHM_ERRNO(EEXIST),       CHM_ERRNO(EXDEV),
    CHM_ERRNO(ENODEV),       CHM_ERRNO(ENOTDIR),      CHM_ERRNO(EISDIR),
    CHM_ERRNO(EINVAL),       CHM_ERRNO(ENFILE),       CHM_ERRNO(EMFILE),
    CHM_ERRNO(ENOTTY),       CHM_ERRNO(ETXTBSY),      CHM_ERRNO(EFBIG),
    CHM_ERRNO(ENOSPC),       CHM_ERRNO(ESPIPE),       CHM_ERRNO(EROFS),
    CHM_ERRNO(EMLINK),       CHM_ERRNO(EPIPE),        CHM_ERRNO(EDOM),
    CHM_ERRNO(ERANGE),       CHM_ERRNO(EDEADLK),      CHM_ERRNO(ENAMETOOLONG),
    CHM_ERRNO(ENOLCK),       CHM_ERRNO(ENOSYS),       CHM_ERRNO(ENOTEMPTY),
    CHM_ERRNO(ELOOP),        CHM_ERRNO(ENODATA),      CHM_ERRNO(EOVERFLOW),
    CHM_ERRNO(EUSERS),       CHM_ERRNO(ENOTSOCK),     CHM_ERRNO(EMSGSIZE),
    CHM_ERRNO(EOPNOTSUPP),   CHM_ERRNO(EADDRINUSE),   CHM_ERRNO(ENETDOWN),
    CHM_ERRNO(ECONNRESET),   CHM_ERRNO(ENOBUFS),      CHM_ERRNO(ENOTCONN),
    CHM_ERRNO(ETIMEDOUT),    CHM_ERRNO(ECONNREFUSED), CHM_ERRNO(ESTALE),
    CHM_ERRNO(EDQUOT),       CHM_ERRNO(ECANCELED),    CHM_ERRNO(ELIBBAD),
    CHM_ERRNO(EAFNOSUPPORT), CHM_ERRNO(ENOKEY),       CHM_ERRNO(EKEYREVOKED),
    CHM_ERRNO(EREMOTEIO),    CHM_ERRNO(ENOMEDIUM),    CHM_ERRNO(EUCLEAN),
#undef CHM_ERRNO
};

}  // namespace

std::string ErrnoName(int error) {
  for (const Entry& entry : kNames) {
    if (entry.number == error) return entry.name;
  }
  return "errno " + std::to_string(error);
}

std::string ErrnoText(int error) {
  std::string text = std::strerror(error);
  // Errors are lower case throughout; strerror(3) capitalises its first word.
  if (text.size() > 1 && text[1] >= 'a' && text[1] <= 'z') {
    text[0] = static_cast<char>(text[0] | 0x20);
  }
  return ErrnoName(error) + " (" + text + ")";
}

}  // namespace chmdocker
