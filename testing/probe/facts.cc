#include "testing/probe/facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

extern char** environ;

namespace chmdocker::probe {
namespace {

// The lines that the caller wants to see.
class Printer {
 public:
  explicit Printer(const std::string& prefix) : prefix_(prefix) {}

  void Line(const std::string& key, const std::string& value) const {
    if (key.compare(0, prefix_.size(), prefix_) != 0) return;
    printf("%s=%s\n", key.c_str(), Escaped(value).c_str());
  }
  void Line(const std::string& key, long value) const {
    Line(key, std::to_string(value));
  }

 private:
  std::string prefix_;
};

std::string ReadFile(const std::string& path) {
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) return "";
  std::string text;
  char buffer[4096];
  size_t got = 0;
  while ((got = fread(buffer, 1, sizeof(buffer), file)) > 0) {
    text.append(buffer, got);
  }
  fclose(file);
  return text;
}

std::string ReadLink(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = readlink(path.c_str(), target, sizeof(target));
  return size < 0 ? "" : std::string(target, static_cast<size_t>(size));
}

std::vector<std::string> Names(const std::string& directory) {
  std::vector<std::string> names;
  DIR* opened = opendir(directory.c_str());
  if (opened == nullptr) return names;
  while (const dirent* entry = readdir(opened))
    names.emplace_back(entry->d_name);
  closedir(opened);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::string Octal(unsigned number) {
  char text[16];
  snprintf(text, sizeof(text), "%04o", number);
  return text;
}

bool IsNumber(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

void PrintIdentity(const Printer& out) {
  out.Line("pid", getpid());
  out.Line("ppid", getppid());
  out.Line("sid", getsid(0));
  out.Line("pgrp", getpgrp());
  out.Line("uid", getuid());
  out.Line("euid", geteuid());
  out.Line("gid", getgid());
  out.Line("egid", getegid());
  gid_t groups[256];
  const int count = getgroups(256, groups);
  std::string list;
  for (int i = 0; i < count; ++i) list += std::to_string(groups[i]) + " ";
  out.Line("groups", list);
}

// "0 1000 1" for "         0       1000          1".
std::string SingleSpaced(const std::string& line) {
  std::string out;
  for (const char c : line) {
    if (c != ' ') {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += c;
    }
  }
  return out;
}

void PrintNamespaces(const Printer& out) {
  for (const char* name :
       {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"}) {
    out.Line(std::string("ns.") + name,
             ReadLink(std::string("/proc/self/ns/") + name));
  }
  for (const char* name : {"uid_map", "gid_map"}) {
    for (const std::string& line :
         Lines(ReadFile(std::string("/proc/self/") + name))) {
      out.Line(name, SingleSpaced(line));
    }
  }
  for (const std::string& line : Lines(ReadFile("/proc/self/setgroups"))) {
    out.Line("setgroups", line);
  }
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  out.Line("hostname", name);
}

void PrintSurroundings(const Printer& out) {
  char directory[PATH_MAX];
  out.Line("cwd",
           getcwd(directory, sizeof(directory)) == nullptr ? "" : directory);
  const mode_t mask = umask(0);
  umask(mask);
  out.Line("umask", Octal(mask));
  out.Line("exe", ReadLink("/proc/self/exe"));
  for (char** entry = environ; *entry != nullptr; ++entry) {
    out.Line("env", *entry);
  }
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  out.Line("rlimit.nofile", static_cast<long>(limit.rlim_cur));
  getrlimit(RLIMIT_CORE, &limit);
  out.Line("rlimit.core", static_cast<long>(limit.rlim_cur));
}

// Without the descriptor that lists them.
void PrintDescriptors(const Printer& out) {
  const std::string own = "/proc/" + std::to_string(getpid()) + "/fd";
  for (const std::string& name : Names("/proc/self/fd")) {
    if (!IsNumber(name)) continue;
    const std::string target = ReadLink("/proc/self/fd/" + name);
    if (target.empty() || target == own) continue;
    out.Line("fd." + name, target);
  }
}

void PrintTerminal(const Printer& out) {
  for (int fd = 0; fd <= 2; ++fd) {
    char name[PATH_MAX] = {};
    const int error = ttyname_r(fd, name, sizeof(name));
    out.Line("tty." + std::to_string(fd), error == 0 ? name : "");
    out.Line("isatty." + std::to_string(fd), isatty(fd));
  }
  const int controlling = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  out.Line("ctty", controlling >= 0 ? "yes" : "no");
  if (controlling >= 0) {
    out.Line("fgpgrp", tcgetpgrp(controlling));
    close(controlling);
  }
  winsize size = {};
  if (ioctl(0, TIOCGWINSZ, &size) == 0) {
    out.Line("winsize",
             std::to_string(size.ws_row) + "x" + std::to_string(size.ws_col));
  }
  termios settings = {};
  if (tcgetattr(0, &settings) == 0) {
    out.Line("termios.echo", (settings.c_lflag & ECHO) != 0);
    out.Line("termios.icanon", (settings.c_lflag & ICANON) != 0);
    out.Line("termios.isig", (settings.c_lflag & ISIG) != 0);
    out.Line("termios.onlcr", (settings.c_oflag & ONLCR) != 0);
  }
}

void PrintStatus(const Printer& out) {
  for (const std::string& line : Lines(ReadFile("/proc/self/status"))) {
    const size_t colon = line.find(":\t");
    if (colon == std::string::npos) continue;
    out.Line("status." + line.substr(0, colon), line.substr(colon + 2));
  }
}

void PrintKernelLists(const Printer& out) {
  for (const std::string& name : Names("/proc")) {
    if (IsNumber(name)) out.Line("process", name);
  }
  for (const std::string& line : Lines(ReadFile("/proc/self/mountinfo"))) {
    out.Line("mount", line);
  }
}

void PrintLimits(const Printer& out) {
  for (const std::string& line : Lines(ReadFile("/proc/self/limits"))) {
    // "Max open files            1024                 4096 files"
    constexpr size_t kNameWidth = 26;
    if (line.size() <= kNameWidth || line.compare(0, 4, "Max ") != 0) continue;
    std::string name = SingleSpaced(line.substr(4, kNameWidth - 4));
    while (!name.empty() && name.back() == ' ') name.pop_back();
    out.Line("limit." + name, SingleSpaced(line.substr(kNameWidth)));
  }
}

// The sets of capabilities, seccomp and no_new_privs are lines of "status".
void PrintTreatment(const Printer& out) {
  for (const char* file : {"oom_score_adj", "personality", "attr/current"}) {
    for (const std::string& line :
         Lines(ReadFile(std::string("/proc/self/") + file))) {
      out.Line(file, line);
    }
  }
  out.Line("scheduler", syscall(SYS_sched_getscheduler, 0));
  out.Line("nice", getpriority(PRIO_PROCESS, 0));
  constexpr int kProcess = 1;  // IOPRIO_WHO_PROCESS
  const long priority = syscall(SYS_ioprio_get, kProcess, 0);
  out.Line("ioprio",
           std::to_string(priority >> 13) + ":" + std::to_string(priority & 7));
  char keyring[256] = {};
  constexpr int kDescribe = 6;  // KEYCTL_DESCRIBE
  constexpr int kSession = -3;  // KEY_SPEC_SESSION_KEYRING
  if (syscall(SYS_keyctl, kDescribe, kSession, keyring, sizeof(keyring) - 1) >
      0) {
    out.Line("keyring", keyring);
  }
  char domain[256] = {};
  if (getdomainname(domain, sizeof(domain) - 1) == 0) {
    out.Line("domainname", domain);
  }
}

void PrintNetwork(const Printer& out) {
  struct if_nameindex* const interfaces = if_nameindex();
  if (interfaces == nullptr) return;
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  for (const struct if_nameindex* i = interfaces; i->if_name != nullptr; ++i) {
    struct ifreq request = {};
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", i->if_name);
    const bool up = ioctl(fd, SIOCGIFFLAGS, &request) == 0 &&
                    (request.ifr_flags & IFF_UP) != 0;
    out.Line(std::string("net.") + i->if_name, up ? "up" : "down");
  }
  close(fd);
  if_freenameindex(interfaces);
}

}  // namespace

std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\') {
      out += c;
      continue;
    }
    char escape[8];
    snprintf(escape, sizeof(escape), "\\x%02x", byte);
    out += escape;
  }
  return out;
}

std::string ErrnoName(int error) {
  switch (error) {
#define CHM_ERRNO(name) \
  case name:            \
    return #name;
    CHM_ERRNO(EACCES)
    CHM_ERRNO(EAGAIN)
    CHM_ERRNO(EBUSY)
    CHM_ERRNO(EEXIST)
    CHM_ERRNO(EFAULT)
    CHM_ERRNO(EINVAL)
    CHM_ERRNO(EIO)
    CHM_ERRNO(EISDIR)
    CHM_ERRNO(ELOOP)
    CHM_ERRNO(ENODEV)
    CHM_ERRNO(ENOENT)
    CHM_ERRNO(ENOEXEC)
    CHM_ERRNO(ENOMEM)
    CHM_ERRNO(ENOSPC)
    CHM_ERRNO(ENOSYS)
    CHM_ERRNO(ENOTDIR)
    CHM_ERRNO(ENOTTY)
    CHM_ERRNO(ENXIO)
    CHM_ERRNO(EPERM)
    CHM_ERRNO(EROFS)
    CHM_ERRNO(ESRCH)
    CHM_ERRNO(ETXTBSY)
#undef CHM_ERRNO
  }
  return std::to_string(error);
}

void PrintFacts(const std::string& prefix) {
  const Printer out(prefix);
  // First, while nothing of this program's own is open.
  PrintDescriptors(out);
  PrintIdentity(out);
  PrintNamespaces(out);
  PrintSurroundings(out);
  PrintTerminal(out);
  PrintStatus(out);
  PrintLimits(out);
  PrintTreatment(out);
  PrintKernelLists(out);
  PrintNetwork(out);
  fflush(stdout);
}

}  // namespace chmdocker::probe
