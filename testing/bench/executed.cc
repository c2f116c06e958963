// Which instructions a program executes: runs it one at a time, for
// startup_order.sh.
//
//   executed OUTPUT PROGRAM [ARGUMENT]...
//
// Appends to OUTPUT where each instruction of PROGRAM that is executed is
// linked to, in decimal, in the order of the first time. PROGRAM is a static
// executable. Ends as it ends.
#include <elf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <unordered_set>

#include "testing/bench/floor/must.h"

namespace chmdocker::bench {
namespace {

constexpr int kHelpWanted = 2;

struct Image {
  uint64_t entry = 0;  // where it is linked to
  uint64_t size = 0;   // of the file, behind which no instruction is
};

Image ReadImage(const char* path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr header = {};
  file.read(reinterpret_cast<char*>(&header), sizeof(header));
  Must(file.good());
  file.seekg(0, std::ios::end);
  return {header.e_entry, static_cast<uint64_t>(file.tellg())};
}

// Where the kernel has put it: getauxval(3), AT_ENTRY.
uint64_t LoadedAt(pid_t pid, const Image& image) {
  std::ifstream auxv("/proc/" + std::to_string(pid) + "/auxv",
                     std::ios::binary);
  Elf64_auxv_t entry;
  while (auxv.read(reinterpret_cast<char*>(&entry), sizeof(entry))) {
    if (entry.a_type == AT_ENTRY) return entry.a_un.a_val - image.entry;
  }
  Must(false);
  return 0;
}

[[noreturn]] void BecomeTraced(char** argv) {
  Must(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0);
  execv(argv[0], argv);
  _exit(kFailure);
}

// Stops behind each instruction of a program's first process, and of a child
// that has its memory for a while, as vfork(2) makes one.
class Stepper {
 public:
  Stepper(pid_t pid, const Image& image, FILE* out)
      : pid_(pid), image_(image), out_(out) {}

  // The exit code of the first process.
  int Run() {
    int status = 0;
    Must(waitpid(pid_, &status, 0) == pid_ && WIFSTOPPED(status) &&
         ptrace(PTRACE_SETOPTIONS, pid_, nullptr, kOptions) == 0);
    base_ = LoadedAt(pid_, image_);
    pid_t stopped = pid_;
    while (stopped != pid_ || WIFSTOPPED(status)) {
      if (WIFSTOPPED(status)) Step(stopped, status);
      stopped = waitpid(-1, &status, __WALL);
      Must(stopped > 0);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : kFailure;
  }

 private:
  static constexpr long kOptions =
      PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

  void Step(pid_t pid, int status) {
    const int event = status >> 16;
    if (event == PTRACE_EVENT_EXEC) {
      Must(ptrace(PTRACE_DETACH, pid, nullptr, nullptr) == 0);
      return;
    }
    user_regs_struct registers;
    Must(ptrace(PTRACE_GETREGS, pid, nullptr, &registers) == 0);
    const uint64_t address = registers.rip - base_;
    if (address < image_.size && seen_.insert(address).second) {
      fprintf(out_, "%llu\n", static_cast<unsigned long long>(address));
    }
    const int signal = WSTOPSIG(status);
    const bool is_ours = signal == SIGTRAP || signal == SIGSTOP;
    Must(ptrace(PTRACE_SINGLESTEP, pid, nullptr, is_ours ? 0L : signal) == 0);
  }

  pid_t pid_;
  const Image& image_;
  FILE* out_;
  uint64_t base_ = 0;
  std::unordered_set<uint64_t> seen_;
};

}  // namespace
}  // namespace chmdocker::bench

int main(int argc, char** argv) {
  using namespace chmdocker::bench;
  if (argc < 3) {
    fputs("usage: executed OUTPUT PROGRAM [ARGUMENT]...\n", stderr);
    return kHelpWanted;
  }
  const Image image = ReadImage(argv[2]);
  FILE* const out = fopen(argv[1], "a");
  Must(out != nullptr);
  const pid_t pid = fork();
  if (pid == 0) BecomeTraced(argv + 2);
  Must(pid > 0);
  const int code = Stepper(pid, image, out).Run();
  Must(fclose(out) == 0);
  return code;
}
