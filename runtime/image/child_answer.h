// What a child process answers: a text, or why there is none.
#ifndef CHMDOCKER_RUNTIME_IMAGE_CHILD_ANSWER_H_
#define CHMDOCKER_RUNTIME_IMAGE_CHILD_ANSWER_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::image {

inline constexpr size_t kMostAnswer = size_t{64} << 20;

// An answer or a status as text: a character that is the code, and the rest.
std::string EncodeAnswer(const absl::StatusOr<std::string>& answer);
absl::StatusOr<std::string> DecodeAnswer(const std::string& text);

// A child that is ended and reaped, whatever happens.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Child& operator=(Child&&) = delete;
  ~Child();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;  // 0: it is another object's
};

// Work that goes on in a process of its own. The caller must have one thread.
class ChildCall {
 public:
  // The child dies with its parent.
  static absl::StatusOr<ChildCall> Start(
      absl::FunctionRef<absl::StatusOr<std::string>()> work);

  // Waits for the answer. Once.
  absl::StatusOr<std::string> Finish();

 private:
  ChildCall(pid_t pid, UniqueFd answers)
      : child_(pid), answers_(std::move(answers)) {}

  Child child_;
  UniqueFd answers_;
};

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_CHILD_ANSWER_H_
