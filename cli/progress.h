// How far a long command has come: one line on standard error, if that is a
// terminal, which is written anew a few times a second and is gone at the end.
#ifndef CHMDOCKER_CLI_PROGRESS_H_
#define CHMDOCKER_CLI_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {

// "Reading 12.3MB / 45MB [=====>              ]  27%"; with a total of 0, which
// nobody knows: "Reading 12.3MB, 4.1MB/s". Pure.
std::string ProgressText(const std::string& what, uint64_t done, uint64_t total,
                         uint64_t nanoseconds);

class ProgressLine {
 public:
  // `what`: "Reading". `input`: a descriptor; of a regular file its position
  // counts, and its size is the total. -1: what is told counts.
  explicit ProgressLine(std::string what, int input = -1, bool wanted = true);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { Clear(); }

  // What the work tells it; null: nobody would see it. Not longer than this
  // object.
  image::Progress progress();

  // `warn` for the time of the work: a warning is not to stand behind the line.
  std::function<void(absl::string_view)> Over(
      std::function<void(absl::string_view)> warn);

  // Takes the line away, until there is more to tell.
  void Clear();

 private:
  void Tell(uint64_t moved, uint64_t total);

  const std::string what_;
  const int input_;
  const bool shows_;
  uint64_t done_ = 0;
  uint64_t begin_ = 0;  // of the monotonic clock, in nanoseconds
  uint64_t drawn_ = 0;  // the same; 0: not yet
  bool is_there_ = false;
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_PROGRESS_H_
