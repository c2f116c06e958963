#include "cli/log_view.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/log_lines.h"
#include "cli/print.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/monitor/log_writer.h"
#include "runtime/state/directory.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/sys/files.h"

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

// One file of the log, line by line.
class LineReader {
 public:
  explicit LineReader(UniqueFd file) : file_(std::move(file)) {}

  // Calls `take` with each whole line that there is by now.
  template <class Take>
  absl::Status Read(Take take) {
    constexpr size_t kPiece = size_t{64} * 1024;
    for (;;) {
      const size_t old = text_.size();
      text_.resize(old + kPiece);
      const ssize_t got = read(file_.get(), text_.data() + old, kPiece);
      text_.resize(old + static_cast<size_t>(got > 0 ? got : 0));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return ErrnoError(errno, "read the log");
      if (got == 0) return absl::OkStatus();
      size_t begin = 0;
      for (size_t end = 0; (end = text_.find('\n', begin)) != std::string::npos;
           begin = end + 1) {
        CHM_RETURN_IF_ERROR(
            take(absl::string_view(text_).substr(begin, end - begin)));
      }
      text_.erase(0, begin);
    }
  }

  int fd() const { return file_.get(); }

 private:
  UniqueFd file_;
  std::string text_;  // read, and no whole line yet
};

class LogView {
 public:
  LogView(const LogViewOptions& options, int directory)
      : options_(options), directory_(directory), printer_(options.selection) {}

  // All that there is.
  absl::Status Show() {
    Open();
    uint64_t skipped = 0;
    if (options_.tail != kAllLines) {
      CHM_ASSIGN_OR_RETURN(const uint64_t lines, Count());
      skipped = lines > options_.tail ? lines - options_.tail : 0;
    }
    for (LineReader& reader : readers_) {
      CHM_RETURN_IF_ERROR(reader.Read([&](absl::string_view line) {
        const std::optional<LogPiece> piece = ParseLogLine(line);
        if (!piece) return absl::OkStatus();
        if (skipped > 0) {
          if (piece->whole) --skipped;
          return absl::OkStatus();
        }
        return Print(*piece);
      }));
      CHM_RETURN_IF_ERROR(Flush());
    }
    return absl::OkStatus();
  }

  // And what comes until `monitor` has ended.
  absl::Status Follow(int monitor) {
    const UniqueFd changes(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    const std::string path = absl::StrCat("/proc/self/fd/", directory_);
    if (inotify_add_watch(changes.get(), path.c_str(),
                          IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) {
      return ErrnoError(errno, "inotify_add_watch of the log");
    }
    for (;;) {
      // Looked at once more when it is over: the last of it came before.
      pollfd fds[] = {{changes.get(), POLLIN, 0}, {monitor, POLLIN, 0}};
      CHM_RETURN_IF_ERROR(ShowNew());
      if (poll(fds, 2, -1) < 0 && errno != EINTR) {
        return ErrnoError(errno, "poll");
      }
      char events[4096];
      while (read(changes.get(), events, sizeof(events)) > 0) {
      }
      if (fds[1].revents != 0) return ShowNew();
    }
  }

 private:
  // Oldest first.
  void Open() {
    std::vector<UniqueFd> files;
    for (int number = 0;; ++number) {
      UniqueFd file =
          OpenFile(directory_,
                   number == 0 ? monitor::kLogName
                               : absl::StrCat(monitor::kLogName, ".", number));
      if (!file.valid()) break;
      // Renamed between two looks: it is not two files.
      if (!files.empty() && IsSameFile(file.get(), files.back().get())) {
        continue;
      }
      files.push_back(std::move(file));
    }
    for (size_t i = files.size(); i > 0; --i) {
      readers_.emplace_back(std::move(files[i - 1]));
    }
  }

  absl::StatusOr<uint64_t> Count() {
    uint64_t lines = 0;
    for (const LineReader& reader : readers_) {
      LineReader counter(UniqueFd(fcntl(reader.fd(), F_DUPFD_CLOEXEC, 3)));
      CHM_RETURN_IF_ERROR(counter.Read([&](absl::string_view line) {
        const std::optional<LogPiece> piece = ParseLogLine(line);
        if (piece && piece->whole) ++lines;
        return absl::OkStatus();
      }));
      if (lseek(reader.fd(), 0, SEEK_SET) < 0) {
        return ErrnoError(errno, "lseek in the log");
      }
    }
    return lines;
  }

  // What has been added to the newest file, and to those that came after it.
  absl::Status ShowNew() {
    for (;;) {
      if (readers_.empty()) {
        Open();
        if (readers_.empty()) return absl::OkStatus();
      }
      const UniqueFd newest = OpenFile(directory_, monitor::kLogName);
      CHM_RETURN_IF_ERROR(readers_.back().Read([&](absl::string_view line) {
        const std::optional<LogPiece> piece = ParseLogLine(line);
        return piece ? Print(*piece) : absl::OkStatus();
      }));
      CHM_RETURN_IF_ERROR(Flush());
      if (!newest.valid() || IsSameFile(newest.get(), readers_.back().fd())) {
        return absl::OkStatus();
      }
      CHM_RETURN_IF_ERROR(OpenNext());
    }
  }

  // The one that was begun after the one that was read last.
  absl::Status OpenNext() {
    std::vector<LineReader> old = std::move(readers_);
    readers_.clear();
    Open();
    size_t next = 0;
    for (size_t i = 0; i < readers_.size(); ++i) {
      if (IsSameFile(readers_[i].fd(), old.back().fd())) next = i + 1;
    }
    if (next >= readers_.size()) return absl::OkStatus();
    readers_.erase(readers_.begin(),
                   readers_.begin() + static_cast<ptrdiff_t>(next));
    // The last is read by who called this; those before it, here.
    while (readers_.size() > 1) {
      CHM_RETURN_IF_ERROR(readers_[0].Read([&](absl::string_view line) {
        const std::optional<LogPiece> piece = ParseLogLine(line);
        return piece ? Print(*piece) : absl::OkStatus();
      }));
      readers_.erase(readers_.begin());
    }
    return absl::OkStatus();
  }

  absl::Status Print(const LogPiece& piece) {
    constexpr size_t kMost = size_t{64} * 1024;
    printer_.Take(piece, out_, error_);
    return out_.size() + error_.size() < kMost ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    CHM_RETURN_IF_ERROR(PrintToStdout(out_));
    out_.clear();
    absl::Status status =
        sys::WriteAll(STDERR_FILENO, error_, "standard error");
    error_.clear();
    return status;
  }

  const LogViewOptions& options_;
  const int directory_;
  LogPrinter printer_;
  std::vector<LineReader> readers_;  // oldest first
  std::string out_;
  std::string error_;
};

}  // namespace

absl::Status ShowLog(const container::Runtime& runtime, const std::string& id,
                     const LogViewOptions& options) {
  const std::string root = container::KeptRuntime(runtime).root;
  CHM_ASSIGN_OR_RETURN(const state::Record record, state::Peek(root, id));
  const absl::StatusOr<UniqueFd> monitor = state::OpenPidfd(record.monitor);
  const std::string path = absl::StrCat(root, "/", id);
  const UniqueFd directory(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return ErrnoError(errno, Quote(path));
  LogView view(options, directory.get());
  CHM_RETURN_IF_ERROR(view.Show());
  if (!options.follow || !monitor.ok()) return absl::OkStatus();
  return view.Follow(monitor->get());
}

}  // namespace chmdocker::cli
