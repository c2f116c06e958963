#include "testing/probe/actions.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "testing/probe/facts.h"

extern char** environ;

namespace chmdocker::probe {
namespace {

using Words = std::vector<std::string>;

volatile sig_atomic_t caught = 0;

void Catch(int signal) { caught = signal; }

int Number(const std::string& text) { return atoi(text.c_str()); }

void Say(const std::string& line) {
  printf("%s\n", line.c_str());
  fflush(stdout);
}

std::string Outcome(long result) {
  return result >= 0 ? "OK" : ErrnoName(errno);
}

void WriteAll(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t put = write(fd, data, size);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) _exit(3);
    data += put;
    size -= static_cast<size_t>(put);
  }
}

// Lines of 64 bytes that are all different.
void WritePattern(int fd, size_t size) {
  size_t line = 0;
  while (size > 0) {
    char text[65];
    snprintf(text, sizeof(text), "%063zu\n", line++);
    const size_t part = size < 64 ? size : 64;
    WriteAll(fd, text, part);
    size -= part;
  }
}

void Copy(int from, int to) {
  char buffer[65536];
  for (;;) {
    const ssize_t got = read(from, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    WriteAll(to, buffer, static_cast<size_t>(got));
  }
}

// Bytes of standard input and their sum (FNV-1a).
void Count(const Words&) {
  char buffer[65536];
  uint64_t sum = 1469598103934665603U;
  size_t bytes = 0;
  ssize_t got = 0;
  while ((got = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0) {
    for (ssize_t i = 0; i < got; ++i) {
      sum = (sum ^ static_cast<unsigned char>(buffer[i])) * 1099511628211U;
    }
    bytes += static_cast<size_t>(got);
  }
  Say("count: " + std::to_string(bytes) + " " + std::to_string(sum));
}

void Facts(const Words&) { PrintFacts(""); }
void Fact(const Words& a) { PrintFacts(a[0]); }
void SayWord(const Words& a) { Say(a[0]); }
[[noreturn]] void Exit(const Words& a) { _exit(Number(a[0])); }
void Kill(const Words& a) { kill(getpid(), Number(a[0])); }
// By an instruction, as a bug would.
void Fault(const Words&) { __asm__ volatile("mov %0, (%0)" : : "r"(0L)); }
[[noreturn]] void Pause(const Words&) {
  for (;;) pause();
}

void SetAction(int number, void (*action)(int)) {
  struct sigaction wanted = {};
  wanted.sa_handler = action;
  sigaction(number, &wanted, nullptr);
}
// Blocked until it is awaited, so that none is missed.
void CatchSignal(const Words& a) {
  SetAction(Number(a[0]), Catch);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, Number(a[0]));
  sigprocmask(SIG_BLOCK, &set, nullptr);
}
void HandleSignal(const Words& a) { SetAction(Number(a[0]), Catch); }
void IgnoreSignal(const Words& a) { SetAction(Number(a[0]), SIG_IGN); }

void WaitForCaught() {
  sigset_t none;
  sigemptyset(&none);
  caught = 0;
  while (caught == 0) sigsuspend(&none);
}

void Await(const Words&) {
  WaitForCaught();
  Say("caught: " + std::to_string(caught));
}

void AwaitSize(const Words& a) {
  CatchSignal({std::to_string(SIGWINCH)});
  for (;;) {
    winsize size = {};
    ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
    const std::string now =
        std::to_string(size.ws_row) + "x" + std::to_string(size.ws_col);
    if (now == a[0]) break;
    WaitForCaught();
  }
  Say("size: " + a[0]);
}

void Write(const Words& a) {
  WritePattern(STDOUT_FILENO, strtoul(a[0].c_str(), nullptr, 10));
}
void WriteError(const Words& a) {
  WritePattern(STDERR_FILENO, strtoul(a[0].c_str(), nullptr, 10));
}
[[noreturn]] void WriteForever(const Words&) {
  for (;;) WritePattern(STDOUT_FILENO, 1 << 16);
}
void CopyInput(const Words&) { Copy(STDIN_FILENO, STDOUT_FILENO); }
void CopyInputToError(const Words&) { Copy(STDIN_FILENO, STDERR_FILENO); }

void ReadFile(const Words& a) {
  const int fd = open(a[0].c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    Say("read " + a[0] + ": " + ErrnoName(errno));
    return;
  }
  Copy(fd, STDOUT_FILENO);
  close(fd);
}

void OpenFlags(const char* name, const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0644);
  Say(std::string(name) + " " + path + ": " + Outcome(fd));
  if (fd >= 0) close(fd);
}
void OpenRead(const Words& a) { OpenFlags("open", a[0], O_RDONLY); }
void OpenWrite(const Words& a) { OpenFlags("open-write", a[0], O_WRONLY); }
void Create(const Words& a) {
  OpenFlags("create", a[0], O_WRONLY | O_CREAT | O_EXCL);
}

// How many bytes can be read, or why none.
void Size(const Words& a) {
  const int fd = open(a[0].c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  char buffer[4096];
  const ssize_t got = fd < 0 ? -1 : read(fd, buffer, sizeof(buffer));
  Say("size " + a[0] + ": " +
      (got < 0 ? ErrnoName(errno) : std::to_string(got)));
  if (fd >= 0) close(fd);
}

const char* TypeName(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISLNK(mode)) return "link";
  if (S_ISCHR(mode)) return "char";
  return "other";
}

void Stat(const Words& a) {
  struct stat status = {};
  if (lstat(a[0].c_str(), &status) != 0) {
    Say("stat " + a[0] + ": " + ErrnoName(errno));
    return;
  }
  char text[128];
  snprintf(text, sizeof(text), "%s %04o %u:%u", TypeName(status.st_mode),
           static_cast<unsigned>(status.st_mode & 07777), major(status.st_rdev),
           minor(status.st_rdev));
  Say("stat " + a[0] + ": " + text);
}

void Readlink(const Words& a) {
  char target[4096];
  const ssize_t size = readlink(a[0].c_str(), target, sizeof(target));
  Say("readlink " + a[0] + ": " +
      (size < 0 ? ErrnoName(errno)
                : std::string(target, static_cast<size_t>(size))));
}

void List(const Words& a) {
  DIR* directory = opendir(a[0].c_str());
  if (directory == nullptr) {
    Say("list " + a[0] + ": " + ErrnoName(errno));
    return;
  }
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") Say("list " + a[0] + ": " + name);
  }
  closedir(directory);
}

void MakeDirectory(const Words& a) {
  Say("mkdir " + a[0] + ": " + Outcome(mkdir(a[0].c_str(), 0755)));
}
void SetHostname(const Words& a) {
  Say("sethostname: " + Outcome(sethostname(a[0].c_str(), a[0].size())));
}
void MountTmpfs(const Words& a) {
  Say("mount " + a[0] + ": " +
      Outcome(mount("probe", a[0].c_str(), "tmpfs", 0, nullptr)));
}
void Unmount(const Words& a) {
  Say("umount " + a[0] + ": " + Outcome(umount2(a[0].c_str(), 0)));
}
void PushKey(const Words&) {
  char key = 'x';
  Say("tiocsti: " + Outcome(ioctl(STDIN_FILENO, TIOCSTI, &key)));
}

// As sd_notify(3) does.
void Notify(const Words& a) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const char* const path = getenv("NOTIFY_SOCKET");
  if (path == nullptr || strlen(path) >= sizeof(address.sun_path)) {
    Say("notify: no socket");
    return;
  }
  strcpy(address.sun_path, path);
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Say("notify: " +
      Outcome(sendto(fd, a[0].data(), a[0].size(), 0,
                     reinterpret_cast<sockaddr*>(&address), sizeof(address))));
  close(fd);
}

// How a child ends that kills itself.
void ChildKilled(const Words& a) {
  const pid_t child = fork();
  if (child == 0) {
    kill(getpid(), Number(a[0]));
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Say("child: " + std::string(WIFSIGNALED(status) ? "signal " : "exit ") +
      std::to_string(WIFSIGNALED(status) ? WTERMSIG(status)
                                         : WEXITSTATUS(status)));
}

// A process that nobody waits for, and that ends with the container only.
void Orphan(const Words&) {
  const pid_t child = fork();
  if (child == 0) {
    if (fork() == 0) Pause({});
    _exit(0);
  }
  waitpid(child, nullptr, 0);
}

// Takes memory and uses it until there is none, 256 MiB at most: a limit that
// does not hold must not cost the host its own.
void Hog(const Words&) {
  constexpr size_t kSize = 1 << 20;
  for (int i = 0; i < 256; ++i) {
    void* const memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return Say("hog: " + ErrnoName(errno));
    memset(memory, 1, kSize);
  }
  Say("hog: no end");
}

// The same in a child, whose end is waited for.
void ChildHog(const Words&) {
  const pid_t child = fork();
  if (child == 0) {
    Hog({});
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  Say("child-hog: ended");
}

// Children until there can be no more, a thousand at most. They stay.
void Forks(const Words&) {
  constexpr int kMost = 1000;
  for (int i = 0; i < kMost; ++i) {
    const pid_t child = fork();
    if (child == 0) Pause({});
    if (child < 0) {
      Say("forks: " + std::to_string(i) + " " + ErrnoName(errno));
      return;
    }
  }
  Say("forks: no end");
}

double Seconds(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}

// Keeps two processors busy for so many milliseconds, and tells how many
// thousandths of one it was given.
void Burn(const Words& a) {
  const double length = Number(a[0]) / 1000.0;
  const double begin = Seconds(CLOCK_MONOTONIC);
  const auto spin = [&] {
    while (Seconds(CLOCK_MONOTONIC) - begin < length) {
    }
  };
  const pid_t child = fork();
  if (child == 0) {
    spin();
    _exit(0);
  }
  spin();
  rusage used = {};
  wait4(child, nullptr, 0, &used);
  const double wall = Seconds(CLOCK_MONOTONIC) - begin;
  const double own = Seconds(CLOCK_PROCESS_CPUTIME_ID);
  const double childs =
      static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
      static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  Say("burn: " +
      std::to_string(static_cast<int>((own + childs) / wall * 1000)));
}

// The rest of the words is a command, and it is this process's last action.
void Exec(const Words& a) {
  std::vector<char*> argv;
  for (const std::string& word : a)
    argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  Say("exec " + a[0] + ": " + ErrnoName(errno));
}

void Arguments(const Words& a) {
  Say("argc=" + std::to_string(a.size()));
  for (size_t i = 0; i < a.size(); ++i) {
    Say("argv." + std::to_string(i) + "=" + Escaped(a[i]));
  }
}

// By its number, with one argument and five zeros.
void SystemCall(const Words& a) {
  Say("syscall " + a[0] + " " + a[1] + ": " +
      Outcome(syscall(strtol(a[0].c_str(), nullptr, 0),
                      strtoul(a[1].c_str(), nullptr, 0), 0, 0, 0, 0, 0)));
}

void Truncate(const Words& a) {
  Say("truncate " + a[0] + ": " + Outcome(truncate(a[0].c_str(), 0)));
}
void Rename(const Words& a) {
  Say("rename " + a[0] + ": " + Outcome(rename(a[0].c_str(), a[1].c_str())));
}

void Symlink(const Words& a) {
  Say("symlink " + a[0] + ": " + Outcome(symlink(a[0].c_str(), a[1].c_str())));
}

// At any address of this host, or 127.0.0.1.
sockaddr_in TcpPort(const std::string& port, uint32_t host) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(Number(port)));
  address.sin_addr.s_addr = htonl(host);
  return address;
}
using TcpCall = int (*)(int, const sockaddr*, socklen_t);
void Tcp(const char* name, TcpCall call, const std::string& port,
         uint32_t host) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = TcpPort(port, host);
  Say(std::string(name) + " " + port + ": " +
      Outcome(call(fd, reinterpret_cast<const sockaddr*>(&address),
                   sizeof(address))));
  close(fd);
}
void Connect(const Words& a) { Tcp("connect", connect, a[0], INADDR_LOOPBACK); }
void Bind(const Words& a) { Tcp("bind", bind, a[0], INADDR_ANY); }

constexpr int kAll = -1;

struct Action {
  const char* name;
  int words;  // that it takes; kAll: all that follow
  void (*run)(const Words&);
};

constexpr Action kActions[] = {
    {"argv", kAll, Arguments},
    {"await", 0, Await},
    {"await-size", 1, AwaitSize},
    {"bind", 1, Bind},
    {"burn", 1, Burn},
    {"catch", 1, CatchSignal},
    {"cat", 0, CopyInput},
    {"cat-to-stderr", 0, CopyInputToError},
    {"child-hog", 0, ChildHog},
    {"child-killed", 1, ChildKilled},
    {"connect", 1, Connect},
    {"count", 0, Count},
    {"create", 1, Create},
    {"exec", kAll, Exec},
    {"exit", 1, Exit},
    {"fact", 1, Fact},
    {"facts", 0, Facts},
    {"fault", 0, Fault},
    {"forks", 0, Forks},
    {"handle", 1, HandleSignal},
    {"hog", 0, Hog},
    {"ignore", 1, IgnoreSignal},
    {"kill", 1, Kill},
    {"list", 1, List},
    {"mkdir", 1, MakeDirectory},
    {"mount", 1, MountTmpfs},
    {"notify", 1, Notify},
    {"open", 1, OpenRead},
    {"open-write", 1, OpenWrite},
    {"orphan", 0, Orphan},
    {"pause", 0, Pause},
    {"read", 1, ReadFile},
    {"readlink", 1, Readlink},
    {"rename", 2, Rename},
    {"say", 1, SayWord},
    {"sethostname", 1, SetHostname},
    {"size", 1, Size},
    {"stat", 1, Stat},
    {"symlink", 2, Symlink},
    {"syscall", 2, SystemCall},
    {"tiocsti", 0, PushKey},
    {"truncate", 1, Truncate},
    {"umount", 1, Unmount},
    {"write", 1, Write},
    {"write-error", 1, WriteError},
    {"write-forever", 0, WriteForever},
};

const Action* Find(const std::string& name) {
  for (const Action& action : kActions) {
    if (name == action.name) return &action;
  }
  return nullptr;
}

}  // namespace

int RunActions(const Words& words) {
  size_t next = 0;
  while (next < words.size()) {
    const Action* action = Find(words[next++]);
    const size_t left = words.size() - next;
    if (action == nullptr ||
        (action->words != kAll && static_cast<size_t>(action->words) > left)) {
      fprintf(stderr, "probe: no such action, or words missing: %s\n",
              words[next - 1].c_str());
      return 2;
    }
    const size_t taken =
        action->words == kAll ? left : static_cast<size_t>(action->words);
    const auto first = words.begin() + static_cast<ptrdiff_t>(next);
    action->run(Words(first, first + static_cast<ptrdiff_t>(taken)));
    next += taken;
  }
  return 0;
}

}  // namespace chmdocker::probe
