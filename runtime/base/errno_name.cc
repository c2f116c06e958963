#include "runtime/base/errno_name.h"

#include <cerrno>
#include <cstring>
#include <string>

namespace chmdocker {
namespace {

struct Entry {
  int number;
  // No pointer, which each start of the program would have to relocate.
  char name[16];
};

// All that Linux defines (errno(3)). EWOULDBLOCK, ENOTSUP and EDEADLOCK share
// numbers with names below.
constexpr Entry kNames[] = {
#define CHM_ERRNO(name) {name, #name}
    CHM_ERRNO(EPERM),
    CHM_ERRNO(ENOENT),
    CHM_ERRNO(ESRCH),
    CHM_ERRNO(EINTR),
    CHM_ERRNO(EIO),
    CHM_ERRNO(ENXIO),
    CHM_ERRNO(E2BIG),
    CHM_ERRNO(ENOEXEC),
    CHM_ERRNO(EBADF),
    CHM_ERRNO(ECHILD),
    CHM_ERRNO(EAGAIN),
    CHM_ERRNO(ENOMEM),
    CHM_ERRNO(EACCES),
    CHM_ERRNO(EFAULT),
    CHM_ERRNO(ENOTBLK),
    CHM_ERRNO(EBUSY),
    CHM_ERRNO(EEXIST),
    CHM_ERRNO(EXDEV),
    CHM_ERRNO(ENODEV),
    CHM_ERRNO(ENOTDIR),
    CHM_ERRNO(EISDIR),
    CHM_ERRNO(EINVAL),
    CHM_ERRNO(ENFILE),
    CHM_ERRNO(EMFILE),
    CHM_ERRNO(ENOTTY),
    CHM_ERRNO(ETXTBSY),
    CHM_ERRNO(EFBIG),
    CHM_ERRNO(ENOSPC),
    CHM_ERRNO(ESPIPE),
    CHM_ERRNO(EROFS),
    CHM_ERRNO(EMLINK),
    CHM_ERRNO(EPIPE),
    CHM_ERRNO(EDOM),
    CHM_ERRNO(ERANGE),
    CHM_ERRNO(EDEADLK),
    CHM_ERRNO(ENAMETOOLONG),
    CHM_ERRNO(ENOLCK),
    CHM_ERRNO(ENOSYS),
    CHM_ERRNO(ENOTEMPTY),
    CHM_ERRNO(ELOOP),
    CHM_ERRNO(ENOMSG),
    CHM_ERRNO(EIDRM),
    CHM_ERRNO(ECHRNG),
    CHM_ERRNO(EL2NSYNC),
    CHM_ERRNO(EL3HLT),
    CHM_ERRNO(EL3RST),
    CHM_ERRNO(ELNRNG),
    CHM_ERRNO(EUNATCH),
    CHM_ERRNO(ENOCSI),
    CHM_ERRNO(EL2HLT),
    CHM_ERRNO(EBADE),
    CHM_ERRNO(EBADR),
    CHM_ERRNO(EXFULL),
    CHM_ERRNO(ENOANO),
    CHM_ERRNO(EBADRQC),
    CHM_ERRNO(EBADSLT),
    CHM_ERRNO(EBFONT),
    CHM_ERRNO(ENOSTR),
    CHM_ERRNO(ENODATA),
    CHM_ERRNO(ETIME),
    CHM_ERRNO(ENOSR),
    CHM_ERRNO(ENONET),
    CHM_ERRNO(ENOPKG),
    CHM_ERRNO(EREMOTE),
    CHM_ERRNO(ENOLINK),
    CHM_ERRNO(EADV),
    CHM_ERRNO(ESRMNT),
    CHM_ERRNO(ECOMM),
    CHM_ERRNO(EPROTO),
    CHM_ERRNO(EMULTIHOP),
    CHM_ERRNO(EDOTDOT),
    CHM_ERRNO(EBADMSG),
    CHM_ERRNO(EOVERFLOW),
    CHM_ERRNO(ENOTUNIQ),
    CHM_ERRNO(EBADFD),
    CHM_ERRNO(EREMCHG),
    CHM_ERRNO(ELIBACC),
    CHM_ERRNO(ELIBBAD),
    CHM_ERRNO(ELIBSCN),
    CHM_ERRNO(ELIBMAX),
    CHM_ERRNO(ELIBEXEC),
    CHM_ERRNO(EILSEQ),
    CHM_ERRNO(ERESTART),
    CHM_ERRNO(ESTRPIPE),
    CHM_ERRNO(EUSERS),
    CHM_ERRNO(ENOTSOCK),
    CHM_ERRNO(EDESTADDRREQ),
    CHM_ERRNO(EMSGSIZE),
    CHM_ERRNO(EPROTOTYPE),
    CHM_ERRNO(ENOPROTOOPT),
    CHM_ERRNO(EPROTONOSUPPORT),
    CHM_ERRNO(ESOCKTNOSUPPORT),
    CHM_ERRNO(EOPNOTSUPP),
    CHM_ERRNO(EPFNOSUPPORT),
    CHM_ERRNO(EAFNOSUPPORT),
    CHM_ERRNO(EADDRINUSE),
    CHM_ERRNO(EADDRNOTAVAIL),
    CHM_ERRNO(ENETDOWN),
    CHM_ERRNO(ENETUNREACH),
    CHM_ERRNO(ENETRESET),
    CHM_ERRNO(ECONNABORTED),
    CHM_ERRNO(ECONNRESET),
    CHM_ERRNO(ENOBUFS),
    CHM_ERRNO(EISCONN),
    CHM_ERRNO(ENOTCONN),
    CHM_ERRNO(ESHUTDOWN),
    CHM_ERRNO(ETOOMANYREFS),
    CHM_ERRNO(ETIMEDOUT),
    CHM_ERRNO(ECONNREFUSED),
    CHM_ERRNO(EHOSTDOWN),
    CHM_ERRNO(EHOSTUNREACH),
    CHM_ERRNO(EALREADY),
    CHM_ERRNO(EINPROGRESS),
    CHM_ERRNO(ESTALE),
    CHM_ERRNO(EUCLEAN),
    CHM_ERRNO(ENOTNAM),
    CHM_ERRNO(ENAVAIL),
    CHM_ERRNO(EISNAM),
    CHM_ERRNO(EREMOTEIO),
    CHM_ERRNO(EDQUOT),
    CHM_ERRNO(ENOMEDIUM),
    CHM_ERRNO(EMEDIUMTYPE),
    CHM_ERRNO(ECANCELED),
    CHM_ERRNO(ENOKEY),
    CHM_ERRNO(EKEYEXPIRED),
    CHM_ERRNO(EKEYREVOKED),
    CHM_ERRNO(EKEYREJECTED),
    CHM_ERRNO(EOWNERDEAD),
    CHM_ERRNO(ENOTRECOVERABLE),
    CHM_ERRNO(ERFKILL),
    CHM_ERRNO(EHWPOISON),
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
