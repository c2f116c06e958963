// What a container has that is kept under a name until somebody removes it, as
// `run --detach` makes it, besides what every container has: what it was asked
// for, so that it can be started again, and what became of it. Pure data.
#ifndef CHMDOCKER_RUNTIME_STATE_KEPT_H_
#define CHMDOCKER_RUNTIME_STATE_KEPT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace chmdocker::state {

// When a container is started again that has ended by itself.
enum class Restart : uint8_t { kNo, kOnFailure, kAlways, kUnlessStopped };

struct Kept {
  std::string name;
  std::string image;                 // as the caller named it; may be empty
  std::string image_id;              // its digest; empty: not in the store
  std::vector<std::string> command;  // what runs in it
  // What it was made from: the words behind `run`, and of the caller the
  // directory that paths in them are relative to and the environment.
  std::vector<std::string> words;
  std::string directory;
  std::vector<std::string> environment;  // "NAME=value"
  std::vector<std::string> env;          // of --env and --env-file, in order
  std::vector<std::string> labels;       // "NAME=value"

  Restart restart = Restart::kNo;
  uint32_t most_restarts = 0;  // of kOnFailure; 0: any number
  bool remove = false;         // when it has ended
  int stop_signal = 0;         // what asks it to end
  uint32_t stop_timeout = 0;   // seconds it has for that
  uint64_t log_size = 0;       // bytes a file of the log may have
  uint32_t log_files = 1;      // how many there may be
  bool terminal = false;
  bool init = false;  // its pid 1 passes signals on
  bool stdin_open = false;

  std::string started;   // RFC 3339, UTC, nanoseconds; empty: never
  std::string finished;  // the same
  // Of its last end; 128+N when signal N ended it. -1: it has not ended, or
  // nobody saw it.
  int exit_code = -1;
  // In its last run.
  uint64_t oom_kills = 0;
  uint64_t refused_forks = 0;
  std::string error;  // why it could not be started
  // The image's files were copied, for its layers could not be mounted.
  bool copied = false;
  uint32_t restarts = 0;     // since the last start by a caller
  bool stop_wanted = false;  // it is not to be started again
};

// What only kept containers have. Who works on one knows that it is there: a
// std::optional, which it is by nature, would want to be asked at each use.
class MaybeKept {
 public:
  MaybeKept() = default;
  // Implicit: a record gets it by assignment.
  MaybeKept(Kept kept)  // NOLINT(google-explicit-constructor)
      : has_(true), kept_(std::move(kept)) {}

  explicit operator bool() const { return has_; }
  Kept& operator*() { return kept_; }
  const Kept& operator*() const { return kept_; }
  Kept* operator->() { return &kept_; }
  const Kept* operator->() const { return &kept_; }

 private:
  bool has_ = false;
  Kept kept_;
};

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_KEPT_H_
