#include "cli/rotated_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"

namespace chmdocker::cli {
namespace {

UniqueFd OpenFile(int directory, const std::string& name) {
  return UniqueFd(openat(directory, name.c_str(),
                         O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

bool IsSameFile(int a, int b) {
  struct stat first, second;
  return fstat(a, &first) == 0 && fstat(b, &second) == 0 &&
         first.st_ino == second.st_ino;
}

// Whether the name is another file's by now.
bool IsReplaced(const UniqueFd& named, int file) {
  return named.valid() && !IsSameFile(named.get(), file);
}

}  // namespace

absl::Status RotatedLines::ReadFile(File& file, Take take) {
  constexpr size_t kPiece = size_t{64} * 1024;
  std::string& text = file.text;
  for (;;) {
    const size_t old = text.size();
    text.resize(old + kPiece);
    const ssize_t got = read(file.fd.get(), text.data() + old, kPiece);
    text.resize(old + static_cast<size_t>(got > 0 ? got : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoError(errno, "read a log");
    if (got == 0) return absl::OkStatus();
    size_t begin = 0;
    for (size_t end = 0; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      CHM_RETURN_IF_ERROR(
          take(absl::string_view(text).substr(begin, end - begin)));
    }
    text.erase(0, begin);
  }
}

std::vector<RotatedLines::File> RotatedLines::Open() const {
  std::vector<UniqueFd> newest_first;
  for (int number = 0;; ++number) {
    UniqueFd file = OpenFile(
        directory_, number == 0 ? name_ : absl::StrCat(name_, ".", number));
    if (!file.valid()) break;
    // Renamed between two looks: it is not two files.
    if (!newest_first.empty() &&
        IsSameFile(file.get(), newest_first.back().get())) {
      continue;
    }
    newest_first.push_back(std::move(file));
  }
  std::vector<File> files;
  for (size_t i = newest_first.size(); i > 0; --i) {
    files.push_back({std::move(newest_first[i - 1]), ""});
  }
  return files;
}

absl::Status RotatedLines::Read(Take take) {
  if (files_.empty()) files_ = Open();
  while (!files_.empty()) {
    // Looked at before: what is written to the old one comes before that.
    const bool is_newest =
        files_.size() == 1 &&
        !IsReplaced(OpenFile(directory_, name_), files_[0].fd.get());
    CHM_RETURN_IF_ERROR(ReadFile(files_[0], take));
    if (is_newest) return absl::OkStatus();
    if (files_.size() == 1 && !OpenNext()) return absl::OkStatus();
    files_.erase(files_.begin());
  }
  return absl::OkStatus();
}

absl::Status RotatedLines::Scan(Take take) {
  if (files_.empty()) files_ = Open();
  for (const File& file : files_) {
    File copy{UniqueFd(fcntl(file.fd.get(), F_DUPFD_CLOEXEC, 3)), ""};
    CHM_RETURN_IF_ERROR(ReadFile(copy, take));
    if (lseek(file.fd.get(), 0, SEEK_SET) < 0) {
      return ErrnoError(errno, "lseek in a log");
    }
  }
  return absl::OkStatus();
}

// Puts those that were begun after the last one behind it. False: there is
// none.
bool RotatedLines::OpenNext() {
  std::vector<File> all = Open();
  size_t next = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    if (IsSameFile(all[i].fd.get(), files_.back().fd.get())) next = i + 1;
  }
  if (next == all.size()) return false;
  for (size_t i = next; i < all.size(); ++i) {
    files_.push_back(std::move(all[i]));
  }
  return true;
}

absl::StatusOr<DirectoryWatch> DirectoryWatch::Start(int directory) {
  UniqueFd changes(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  const std::string path = absl::StrCat("/proc/self/fd/", directory);
  if (inotify_add_watch(changes.get(), path.c_str(),
                        IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) {
    return ErrnoError(errno, "inotify_add_watch of a log");
  }
  return DirectoryWatch(std::move(changes));
}

void DirectoryWatch::Drain() const {
  char events[4096];
  while (read(fd(), events, sizeof(events)) > 0) {
  }
}

}  // namespace chmdocker::cli
