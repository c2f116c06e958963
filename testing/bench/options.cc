#include "testing/bench/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
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
                               [--build=NAME=FILE]... [--peer=NAME=FILE]...
                               [--without-cgroups]
                               [--throughput] [--at-once=N] [--growth] [--all]
                               [--json] [--svg=FILE]

  --rounds=N          measure everything N times (default: 200); 0: only what
                      else is asked for
  --warm-up=N         rounds before that, which do not count (default: 10)
  --only=PART,...     only what has one of these parts in its name, and its
                      floors; the first floor is always there
  --build=NAME=FILE   measure another chmdocker as well (repeatable), such as
                      the one before a change
  --peer=NAME=FILE    measure another OCI runtime as well (repeatable); one that
                      is called crun or runc takes the place of the installed
  --without-cgroups   runtimes are told to make none: crun, which can't on every
                      host, can be compared then, and runc can't
  --throughput        starts per second with 1, 2, 8 and 32 at a time
  --starts=N          in one measurement of that, at most (default: 200)
  --repeats=N         how often that is measured (default: 5)
  --at-once=N         start N at the same time; leaves out those whose memory
                      might not suffice for it
  --growth            start-to-exit time beside 0, 100 and 1000 running
                      containers, and 0, 1000 and 5000 mounts; wants root
  --growth-rounds=N   rounds of that (default: 100)
  --containers=N,...  other numbers of running containers; they ascend
  --mounts=N,...      other numbers of mounts
  --all               --throughput --at-once=1000 --growth
  --json              print the result as JSON
  --svg=FILE          draw it, too
  --help              print this

Each round runs everything once, in an order shuffled anew. Times are in
milliseconds, of the whole tree of processes; a ratio is the median over the
rounds of a contestant's time by the floor's in the same round. CPU time is the
steadier of the two on a machine that others use. System calls, and the memory
of the process that had most of it, are counted once, apart from the rounds.

The floors: one has the tutorial's namespaces; others do what the kernel has to
do for the bundle that `chmdocker spec` writes, in one program or in an engine's
three calls, and in the best way that is known; "in place" is the planner's way.
"profile" is with docker's capabilities and filter for system calls, and the last
one enters a container that runs. "create start delete" is these, and the wait
for the command's end before the last.

Wants root, or a host that lets ordinary users make user namespaces. Interrupted,
it removes what it has made.
)";

absl::Status WrongValue(absl::string_view word, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat(word, ": wants ", wanted));
}

struct NumberFlag {
  absl::string_view name;
  int Options::* member;
  int least;
};

constexpr NumberFlag kNumbers[] = {
    {"--rounds=", &Options::rounds, 0},
    {"--warm-up=", &Options::warm_up, 0},
    {"--starts=", &Options::starts, 1},
    {"--repeats=", &Options::repeats, 1},
    {"--at-once=", &Options::at_once, 1},
    {"--growth-rounds=", &Options::growth_rounds, 1}};

struct BuildFlag {
  absl::string_view name;
  std::vector<Build> Options::* member;
};

constexpr BuildFlag kBuilds[] = {{"--build=", &Options::builds},
                                 {"--peer=", &Options::peers}};

struct CountsFlag {
  absl::string_view name;
  std::vector<int> Options::* member;
};

constexpr CountsFlag kCounts[] = {{"--containers=", &Options::containers},
                                  {"--mounts=", &Options::mounts}};

// `bazel run` starts programs somewhere else than where it was called.
std::string Resolve(absl::string_view path) {
  const char* const directory = getenv("BUILD_WORKING_DIRECTORY");
  if (directory == nullptr || absl::StartsWith(path, "/")) {
    return std::string(path);
  }
  return absl::StrCat(directory, "/", path);
}

absl::Status TakeBuild(absl::string_view word, absl::string_view value,
                       std::vector<Build>& builds) {
  const std::pair<std::string, std::string> build =
      absl::StrSplit(value, absl::MaxSplits('=', 1));
  if (build.first.empty() || build.second.empty() ||
      absl::StrContains(build.first, '/')) {
    return WrongValue(word, "NAME=FILE");
  }
  const std::string file = Resolve(build.second);
  if (access(file.c_str(), X_OK) != 0) {
    return absl::NotFoundError(
        absl::StrCat(word, ": ", file, ": ", strerror(errno)));
  }
  builds.push_back({build.first, file});
  return absl::OkStatus();
}

absl::Status TakeCounts(absl::string_view word, absl::string_view value,
                        std::vector<int>& counts) {
  counts.clear();
  for (const absl::string_view part : absl::StrSplit(value, ',')) {
    int count = 0;
    if (!absl::SimpleAtoi(part, &count) ||
        count < (counts.empty() ? 0 : counts.back() + 1)) {
      return WrongValue(word, "numbers from 0 that ascend");
    }
    counts.push_back(count);
  }
  return absl::OkStatus();
}

absl::Status TakeValue(absl::string_view word, Options& options) {
  absl::string_view value = word;
  for (const NumberFlag& flag : kNumbers) {
    if (!absl::ConsumePrefix(&value, flag.name)) continue;
    if (absl::SimpleAtoi(value, &(options.*flag.member)) &&
        options.*flag.member >= flag.least) {
      return absl::OkStatus();
    }
    return WrongValue(word, absl::StrCat("a number from ", flag.least));
  }
  for (const BuildFlag& flag : kBuilds) {
    if (absl::ConsumePrefix(&value, flag.name)) {
      return TakeBuild(word, value, options.*flag.member);
    }
  }
  for (const CountsFlag& flag : kCounts) {
    if (absl::ConsumePrefix(&value, flag.name)) {
      return TakeCounts(word, value, options.*flag.member);
    }
  }
  if (absl::ConsumePrefix(&value, "--only=")) {
    options.only = absl::StrSplit(value, ',', absl::SkipEmpty());
  } else if (absl::ConsumePrefix(&value, "--svg=") && !value.empty()) {
    options.svg = Resolve(value);
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown option ", word, "; see --help"));
  }
  return absl::OkStatus();
}

absl::Status Take(absl::string_view word, Options& options) {
  if (word == "--help" || word == "-h") {
    options.help = true;
  } else if (word == "--json") {
    options.json = true;
  } else if (word == "--without-cgroups") {
    options.cgroups = false;
  } else if (word == "--throughput") {
    options.throughput = true;
  } else if (word == "--growth") {
    options.growth = true;
  } else if (word == "--all") {
    options.throughput = options.growth = true;
    options.at_once = 1000;
  } else {
    return TakeValue(word, options);
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
