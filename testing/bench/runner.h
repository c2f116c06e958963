// Runs programs once and measures them.
#ifndef CHMDOCKER_TESTING_BENCH_RUNNER_H_
#define CHMDOCKER_TESTING_BENCH_RUNNER_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::bench {

// In a word, kNumber stands for the number of those that run side by side.
using Argv = std::vector<std::string>;

inline constexpr char kNumber[] = "{n}";

Argv Numbered(const Argv& argv, int number);

// One run of a program, or of several, with all that they started.
struct Run {
  double wall_ms = 0;  // from before its start until it was reaped
  double cpu_ms = 0;   // user and system time of the whole tree
  double page_faults = 0;
  double switches = 0;  // of context, voluntary or not
};

double NowMs();
double CpuMs(const rusage& usage);

// Makes orphans of what is measured this process's own children, so that their
// time counts as well.
absl::Status AdoptOrphans();

enum class Errors { kShown, kHidden };

// Starts it with nothing on standard input and its output thrown away; its
// standard error too, unless shown.
absl::StatusOr<pid_t> Spawn(const Argv& argv, Errors errors);

// An error unless that is the wait status of a program that ended with 0.
absl::Status CheckStatus(const Argv& argv, int status);

// Runs `commands` one after the other, as number 0. What they leave
// running is waited for before the last of several, and at the very end, but
// that outside of `wall_ms`. Ending with anything but 0 is an error, which ends
// it: then something may be left.
absl::StatusOr<Run> Measure(const std::vector<Argv>& commands, Errors errors);

// Runs `commands` one after the other. What they leave running is the
// supervisor's, and nobody waits for it.
absl::Status RunOutside(const std::vector<Argv>& commands);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_RUNNER_H_
