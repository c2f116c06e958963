#include "cli/signal_name.h"

#include <signal.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/flag.h"
#include "runtime/base/quote.h"

namespace chmdocker::cli {
namespace {

constexpr int kLastSignal = 64;
// Those below are kept by libc for itself, in musl as in glibc: 34 is what
// kill(1) and other runtimes call RTMIN. musl's SIGRTMIN is 35.
constexpr int kRtMin = 34;

struct Name {
  // No pointer, which each start of the program would have to relocate.
  char name[8];
  int number;
};

constexpr Name kNames[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},       {"QUIT", SIGQUIT},
    {"ILL", SIGILL},   {"TRAP", SIGTRAP},     {"ABRT", SIGABRT},
    {"IOT", SIGIOT},   {"BUS", SIGBUS},       {"FPE", SIGFPE},
    {"KILL", SIGKILL}, {"USR1", SIGUSR1},     {"SEGV", SIGSEGV},
    {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},     {"ALRM", SIGALRM},
    {"TERM", SIGTERM}, {"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD},
    {"CLD", SIGCHLD},  {"CONT", SIGCONT},     {"STOP", SIGSTOP},
    {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU},
    {"URG", SIGURG},   {"XCPU", SIGXCPU},     {"XFSZ", SIGXFSZ},
    {"PROF", SIGPROF}, {"VTALRM", SIGVTALRM}, {"WINCH", SIGWINCH},
    {"IO", SIGIO},     {"POLL", SIGPOLL},     {"PWR", SIGPWR},
    {"SYS", SIGSYS},   {"RTMIN", kRtMin},     {"RTMAX", kLastSignal},
};

constexpr int kNone = -1;

int Number(absl::string_view word) {
  uint16_t number = 0;
  if (ReadValue(word, number).ok()) {
    return number <= kLastSignal ? number : kNone;
  }
  std::string name = absl::AsciiStrToUpper(word);
  name = std::string(absl::StripPrefix(name, "SIG"));
  for (const auto& [known, value] : kNames) {
    if (name == known) return value;
  }
  absl::string_view offset = name;
  int sign = 0, base = 0;
  if (absl::ConsumePrefix(&offset, "RTMIN+")) {
    sign = 1;
    base = kRtMin;
  } else if (absl::ConsumePrefix(&offset, "RTMAX-")) {
    sign = -1;
    base = kLastSignal;
  }
  if (sign == 0 || !ReadValue(offset, number).ok() ||
      number > kLastSignal - kRtMin) {
    return kNone;
  }
  return base + sign * number;
}

}  // namespace

absl::StatusOr<int> ParseSignal(absl::string_view word) {
  const int number = Number(word);
  if (number == kNone) {
    return absl::InvalidArgumentError(
        absl::StrCat("signal ", Quote(word),
                     ": wants a number from 0 to 64 or a name, as KILL"));
  }
  return number;
}

}  // namespace chmdocker::cli
