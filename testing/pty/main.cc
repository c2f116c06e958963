// Runs a program on a terminal of its own and does what a script says, as a
// person at the keyboard would:
//
//   pty 24x80 chmdocker run --ti /bin/sh <<'END'
//   expect $
//   send echo hello\r
//   expect hello
//   send \x04
//   status 0
//   END
//
// Lines of the script:
//   expect TEXT      reads until TEXT has come, from where the last one ended
//   send TEXT        types TEXT; \r \n \t \\ and \xNN as in C
//   resize RxC       gives the terminal another size, as a window manager does
//   signal N         sends a signal to the program
//   hang-up          takes the terminal away
//   raw | cooked     waits until the terminal is in that mode
//   save | same      remembers the terminal's settings; they are that again, or
//                    what they were before the program started
//   status N         reads to the end; the exit code is N, or 128+N for signals
//   absent TEXT      TEXT has not come so far
//   drain            prints, from here on, what the program writes
// The driver exits 0 when every line held. Otherwise it says which did not, and
// what was on the screen.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include <iostream>
#include <string>

namespace {

constexpr int kPatience = 10000;  // ms, for each line of the script

long Now() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

std::string Unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'r':
        out += '\r';
        break;
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'x':
        out += static_cast<char>(
            strtol(text.substr(i + 1, 2).c_str(), nullptr, 16));
        i += 2;
        break;
      default:
        out += text[i];
        break;
    }
  }
  return out;
}

bool ParseSize(const std::string& text, winsize* size) {
  unsigned rows = 0, columns = 0;
  if (sscanf(text.c_str(), "%ux%u", &rows, &columns) != 2) return false;
  *size = {};
  size->ws_row = static_cast<unsigned short>(rows);
  size->ws_col = static_cast<unsigned short>(columns);
  return true;
}

class Driver {
 public:
  Driver(int master, pid_t program, const termios& first)
      : master_(master), program_(program), saved_(first) {}

  bool Do(const std::string& verb, const std::string& text) {
    deadline_ = Now() + kPatience;
    if (verb == "expect") return Expect(Unescaped(text));
    if (verb == "send") return Send(Unescaped(text));
    if (verb == "resize") return Resize(text);
    if (verb == "signal") return kill(program_, atoi(text.c_str())) == 0;
    if (verb == "hang-up") return HangUp();
    if (verb == "raw") return AwaitMode(/*canonical=*/false);
    if (verb == "cooked") return AwaitMode(/*canonical=*/true);
    if (verb == "save") return tcgetattr(master_, &saved_) == 0;
    if (verb == "same") return Same();
    if (verb == "status") return Status(atoi(text.c_str()));
    if (verb == "absent") return seen_.find(text) == std::string::npos;
    if (verb == "drain") return drain_ = true;
    return false;
  }

  const std::string& seen() const { return seen_; }
  const std::string& why() const { return why_; }

  void End() {
    if (!reaped_) kill(program_, SIGKILL);
  }

 private:
  // Reads what is there within the time left; false at the end.
  bool Read() {
    pollfd fd = {master_, POLLIN, 0};
    const long left = deadline_ - Now();
    if (left <= 0 || poll(&fd, 1, static_cast<int>(left)) <= 0) {
      why_ = "nothing more within the time";
      return false;
    }
    char buffer[65536];
    const ssize_t got = read(master_, buffer, sizeof(buffer));
    if (got <= 0) {
      why_ = "the program has closed the terminal";
      return false;
    }
    seen_.append(buffer, static_cast<size_t>(got));
    if (drain_) fwrite(buffer, 1, static_cast<size_t>(got), stdout);
    return true;
  }

  bool Expect(const std::string& text) {
    for (;;) {
      const size_t found = seen_.find(text, next_);
      if (found != std::string::npos) {
        next_ = found + text.size();
        return true;
      }
      if (!Read()) return false;
    }
  }

  bool Send(const std::string& text) {
    return write(master_, text.data(), text.size()) ==
           static_cast<ssize_t>(text.size());
  }

  bool Resize(const std::string& text) {
    winsize size;
    return ParseSize(text, &size) && ioctl(master_, TIOCSWINSZ, &size) == 0;
  }

  bool HangUp() {
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    return dup3(null, master_, O_CLOEXEC) >= 0 && close(null) == 0;
  }

  // There is no event for a change of settings; a short look every 2 ms.
  template <class Condition>
  bool AwaitCondition(Condition condition) {
    while (!condition()) {
      if (Now() > deadline_) {
        why_ = "the terminal did not get there within the time";
        return false;
      }
      const timespec pause = {0, 2000000};
      nanosleep(&pause, nullptr);
    }
    return true;
  }

  bool AwaitMode(bool canonical) {
    return AwaitCondition([&] {
      termios now = {};
      return tcgetattr(master_, &now) == 0 &&
             ((now.c_lflag & ICANON) != 0) == canonical;
    });
  }

  bool Same() {
    return AwaitCondition([&] {
      termios now = {};
      return tcgetattr(master_, &now) == 0 && now.c_iflag == saved_.c_iflag &&
             now.c_oflag == saved_.c_oflag && now.c_cflag == saved_.c_cflag &&
             now.c_lflag == saved_.c_lflag &&
             memcmp(now.c_cc, saved_.c_cc, sizeof(now.c_cc)) == 0;
    });
  }

  bool Status(int expected) {
    while (Read()) {
    }
    int status = 0;
    bool timely = AwaitCondition(
        [&] { return waitpid(program_, &status, WNOHANG) != 0; });
    if (!timely) return false;
    reaped_ = true;
    const int code =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    why_ = "the exit code is " + std::to_string(code);
    return code == expected;
  }

  const int master_;
  const pid_t program_;
  termios saved_;
  std::string seen_;
  std::string why_ = "it does not hold";
  size_t next_ = 0;
  long deadline_ = 0;
  bool drain_ = false;
  bool reaped_ = false;
};

int RunScript(Driver& driver) {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.empty()) continue;
    const size_t space = line.find(' ');
    const std::string text =
        space == std::string::npos ? "" : line.substr(space + 1);
    if (driver.Do(line.substr(0, space), text)) continue;
    fprintf(stderr, "pty: %s: %s; on the screen:\n%s\n", line.c_str(),
            driver.why().c_str(), driver.seen().c_str());
    driver.End();
    return 1;
  }
  driver.End();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  winsize size;
  if (argc < 3 || !ParseSize(argv[1], &size)) {
    fprintf(stderr, "usage: pty ROWSxCOLUMNS PROGRAM ARGUMENT... <SCRIPT\n");
    return 2;
  }
  int master = -1;
  int slave = -1;
  termios first = {};
  if (openpty(&master, &slave, nullptr, nullptr, &size) != 0 ||
      tcgetattr(master, &first) != 0) {
    perror("pty: openpty");
    return 2;
  }
  fcntl(master, F_SETFD, FD_CLOEXEC);
  const pid_t program = fork();
  if (program < 0) {
    perror("pty: fork");
    return 2;
  }
  if (program == 0) {
    if (login_tty(slave) == 0) execvp(argv[2], argv + 2);
    perror(argv[2]);
    _exit(127);
  }
  close(slave);
  Driver driver(master, program, first);
  return RunScript(driver);
}
