#include "testing/bench/floor/sealed.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <stddef.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testing/bench/floor/must.h"

// Linux 6.3; not in the headers of Debian 12.
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace chmdocker::bench {
namespace {

// Makes the program's file as large as chmdocker-init: 60 KB.
[[gnu::used, gnu::retain]] const char kPadding[size_t{48} * 1024] = {1};

int MakeMemfd() {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const long file = syscall(SYS_memfd_create, "floor", kFlags | MFD_EXEC);
  // Before Linux 6.3 every memfd is executable, and the flag unknown.
  return static_cast<int>(
      file >= 0 ? file : syscall(SYS_memfd_create, "floor", kFlags));
}

}  // namespace

bool Is(const char* word, const char* wanted) {
  return word != nullptr && strcmp(word, wanted) == 0;
}

int SealSelf() {
  const int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  struct stat status;
  const int file = MakeMemfd();
  Must(self >= 0 && file >= 0 && fstat(self, &status) == 0);
  for (off_t copied = 0; copied < status.st_size;) {
    const ssize_t sent = sendfile(file, self, &copied,
                                  static_cast<size_t>(status.st_size - copied));
    Must(sent > 0);
  }
  Must(fcntl(file, F_ADD_SEALS,
             F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
  close(self);
  return file;
}

void ExecSealed(int file, char** argv) {
  static char inside[] = "--inside";
  for (char** word = argv; *word != nullptr; ++word) {
    if (Is(*word, kSealed)) *word = inside;
  }
  char* const environment[] = {nullptr};
  syscall(SYS_execveat, file, "", argv, environment, AT_EMPTY_PATH);
  _exit(kFailure);
}

}  // namespace chmdocker::bench
