#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/octal.h"
#include "runtime/base/quote.h"
#include "runtime/step/describe.h"
#include "runtime/step/describe_words.h"
#include "runtime/step/process_steps.h"
#include "runtime/step/process_words.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

}  // namespace

std::string Describe(const NewSession<Text>&) { return "start a new session"; }

std::string Describe(const ResetSignals<Text>&) {
  return "reset signal actions and unblock all signals";
}

std::string Describe(const SetOomScore<Text>& s) {
  return absl::StrCat("write ", s.score, " to /proc/self/oom_score_adj");
}

std::string Describe(const SetRlimit<Text>& s) {
  return s.raise_only
             ? absl::StrCat("raise the hard limit ", RlimitName(s.resource),
                            " to ", LimitText(s.hard))
             : absl::StrCat("set ", RlimitName(s.resource), " to ",
                            LimitText(s.soft), ", at most ", LimitText(s.hard));
}

std::string Describe(const SetScheduler<Text>& s) {
  return absl::StrCat("schedule as ", PolicyName(s.policy), " (nice ", s.nice,
                      ", priority ", s.priority, ", flags ", s.flags,
                      ", runtime ", s.runtime, ", deadline ", s.deadline,
                      ", period ", s.period, ")");
}

std::string Describe(const SetIoPriority<Text>& s) {
  return absl::StrCat("set I/O priority ", s.priority, " of class ",
                      IoClassName(s.io_class));
}

std::string Describe(const SetCpuAffinity<Text>& s) {
  return s.processors.empty()
             ? "run on all processors of the cgroup"
             : absl::StrCat("run on processors ", BitRanges(s.processors));
}

std::string Describe(const SetPersonality<Text>& s) {
  return absl::StrCat("set personality 0x", absl::Hex(s.persona));
}

std::string Describe(const SetMemoryPolicy<Text>& s) {
  return absl::StrCat("set memory policy ", s.mode, " (flags ", s.flags,
                      ") for nodes ", BitRanges(s.nodes));
}

std::string Describe(const SetUmask<Text>& s) {
  return absl::StrCat("set umask ", Octal(s.mask, 4));
}

std::string Describe(const OpenTerminal<Text>& s) {
  return absl::StrCat("open a pseudo-terminal from ", PlaceText(s.multiplexer),
                      s.bind_console ? " and show it as /dev/console" : "",
                      OptionsText({ApiWord(s.api)}));
}

std::string Describe(const ReceiveTerminal<Text>&) {
  return "receive the terminal and set its size";
}

std::string Describe(const GiveTerminal<Text>& s) {
  return absl::StrCat("give the terminal to user ", s.uid);
}

std::string Describe(const NullStdin<Text>& s) {
  return absl::StrCat("connect standard input to ", PlaceText(s.device));
}

std::string Describe(const ChangeDirectory<Text>& s) {
  return absl::StrCat("change directory to ", Quote(s.path),
                      s.retry ? " if that was denied before" : "");
}

std::string Describe(const FindExecutable<Text>& s) {
  return absl::StrCat("look for ", Quote(s.command));
}

std::string Describe(const FindHome<Text>& s) {
  return absl::StrCat("look up the home directory of user ", s.uid);
}

std::string Describe(const CloseFds<Text>& s) {
  return s.preserved == 0
             ? "close all descriptors but 0, 1 and 2"
             : absl::StrCat("close all descriptors but 0 to ", 2 + s.preserved);
}

std::string Describe(const StayAsInit<Text>&) {
  return "fork, and stay as pid 1";
}

std::string Describe(const Exec<Text>& s) {
  const std::string where =
      s.candidates.size() > 1
          ? absl::StrCat(", the first of ", s.candidates.size(), " in PATH,")
          : "";
  return absl::StrCat("exec ", QuotedWords(s.argv), where, " with ",
                      s.environment.size(), " environment variables");
}

}  // namespace chmdocker::step
