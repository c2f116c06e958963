#include "testing/bench/options.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace chmdocker::bench {
namespace {

constexpr absl::string_view kHelp =
    R"(Measures how long a container takes from start to exit, against the floor: a
program that asks the kernel for the same and does nothing else.

  bazel run //testing/bench -- [--rounds=N] [--warm-up=N] [--only=PART,...]
                               [--build=NAME=FILE]... [--json]

  --rounds=N          measure everything N times (default: 200)
  --warm-up=N         rounds before that, which do not count (default: 10)
  --only=PART,...     only what has one of these parts in its name; the floor
                      is always there
  --build=NAME=FILE   measure another chmdocker as well (repeatable), such as
                      the one before a change
  --json              print the result as JSON
  --help              print this

Each round runs everything once, in an order shuffled anew. Times are in
milliseconds, of the whole tree of processes; a ratio is the median over the
rounds of a contestant's time by the floor's in the same round. CPU time is the
steadier of the two on a machine that others use. There are three floors: one
has the tutorial's namespaces, the others do what the kernel has to do for the
bundle that `chmdocker spec` writes, in one program or in an engine's three
calls, and in the best way that is known; "in place" is the planner's way. "create start delete" is these, and the wait for the command's end before
the last.

Wants root, or a host that lets ordinary users make user namespaces.
)";

absl::Status WrongValue(absl::string_view word, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat(word, ": wants ", wanted));
}

absl::Status Take(absl::string_view word, Options& options) {
  absl::string_view value = word;
  if (word == "--help" || word == "-h") {
    options.help = true;
  } else if (word == "--json") {
    options.json = true;
  } else if (absl::ConsumePrefix(&value, "--rounds=")) {
    if (!absl::SimpleAtoi(value, &options.rounds) || options.rounds < 1) {
      return WrongValue(word, "a number from 1");
    }
  } else if (absl::ConsumePrefix(&value, "--warm-up=")) {
    if (!absl::SimpleAtoi(value, &options.warm_up) || options.warm_up < 0) {
      return WrongValue(word, "a number from 0");
    }
  } else if (absl::ConsumePrefix(&value, "--only=")) {
    options.only = absl::StrSplit(value, ',', absl::SkipEmpty());
  } else if (absl::ConsumePrefix(&value, "--build=")) {
    std::pair<std::string, std::string> build =
        absl::StrSplit(value, absl::MaxSplits('=', 1));
    if (build.first.empty() || build.second.empty()) {
      return WrongValue(word, "NAME=FILE");
    }
    options.builds.push_back({build.first, build.second});
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown option ", word, "; see --help"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& words) {
  Options options;
  for (const std::string& word : words) {
    if (absl::Status status = Take(word, options); !status.ok()) return status;
  }
  return options;
}

absl::string_view HelpText() { return kHelp; }

}  // namespace chmdocker::bench
