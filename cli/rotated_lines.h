// Lines of a file that is added to, and that becomes NAME.1 when it is full,
// and that NAME.2: read as one, oldest first, over the changes of names.
#ifndef CHMDOCKER_CLI_ROTATED_LINES_H_
#define CHMDOCKER_CLI_ROTATED_LINES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::cli {

class RotatedLines {
 public:
  using Take = absl::FunctionRef<absl::Status(absl::string_view line)>;

  // `directory`: a descriptor, which must outlive it.
  RotatedLines(int directory, std::string name)
      : directory_(directory), name_(std::move(name)) {}

  // Gives all whole lines that there are by now, but for those that it gave
  // before. What has no line end is no line yet.
  absl::Status Read(Take take);

  // Gives all whole lines, of which Read gives them all again. Before Read.
  absl::Status Scan(Take take);

 private:
  struct File {
    UniqueFd fd;
    std::string text;  // read, and no whole line yet
  };

  static absl::Status ReadFile(File& file, Take take);
  std::vector<File> Open() const;
  bool OpenNext();

  const int directory_;
  const std::string name_;
  std::vector<File> files_;  // oldest first
};

// What tells that files of a directory have changed.
class DirectoryWatch {
 public:
  static absl::StatusOr<DirectoryWatch> Start(int directory);
  // Can be read when there is something new.
  int fd() const { return fd_.get(); }
  void Drain() const;

 private:
  explicit DirectoryWatch(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_ROTATED_LINES_H_
