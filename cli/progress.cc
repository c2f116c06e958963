#include "cli/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/image_text.h"
#include "runtime/image/store.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::cli {
namespace {

constexpr uint64_t kNanoseconds = 1'000'000'000;

// A line that can't be written is no reason to stop.
void Write(absl::string_view text) {
  (void)!write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::string ProgressText(const std::string& what, uint64_t done, uint64_t total,
                         uint64_t nanoseconds) {
  constexpr size_t kWidth = 20;
  std::string text = absl::StrCat(what, " ", DecimalSize(done));
  if (total == 0) {
    // Of the first moment there is no rate worth telling.
    if (nanoseconds < kNanoseconds / 10) return text;
    const double seconds =
        static_cast<double>(nanoseconds) / static_cast<double>(kNanoseconds);
    const auto rate =
        static_cast<uint64_t>(static_cast<double>(done) / seconds);
    return absl::StrCat(text, ", ", DecimalSize(rate), "/s");
  }
  // A file may grow meanwhile.
  const double part =
      std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  std::string bar(static_cast<size_t>(part * kWidth), '=');
  if (bar.size() < kWidth) bar += '>';
  bar.resize(kWidth, ' ');
  return absl::StrCat(text, " / ", DecimalSize(total), " [", bar, "] ",
                      static_cast<int>(part * 100), "%");
}

ProgressLine::ProgressLine(std::string what, int input, bool wanted)
    : what_(std::move(what)),
      input_(input),
      shows_(wanted && isatty(STDERR_FILENO) != 0),
      begin_(raw::MonotonicNanoseconds()) {}

image::Progress ProgressLine::progress() {
  if (!shows_) return nullptr;
  return [this](uint64_t moved, uint64_t total) { Tell(moved, total); };
}

std::function<void(absl::string_view)> ProgressLine::Over(
    std::function<void(absl::string_view)> warn) {
  return [this, warn = std::move(warn)](absl::string_view text) {
    Clear();
    warn(text);
  };
}

void ProgressLine::Tell(uint64_t moved, uint64_t total) {
  constexpr uint64_t kPause = kNanoseconds / 5;
  done_ += moved;
  uint64_t done = done_;
  struct stat status;
  if (input_ >= 0 && fstat(input_, &status) == 0 && S_ISREG(status.st_mode)) {
    done =
        static_cast<uint64_t>(std::max(lseek(input_, 0, SEEK_CUR), off_t{0}));
    total = static_cast<uint64_t>(status.st_size);
  }
  const uint64_t now = raw::MonotonicNanoseconds();
  if (drawn_ != 0 && now - drawn_ < kPause && done != total) return;
  drawn_ = now;
  is_there_ = true;
  // And nothing of a longer one before it.
  Write(absl::StrCat("\r", ProgressText(what_, done, total, now - begin_),
                     "\x1b[K"));
}

void ProgressLine::Clear() {
  if (!std::exchange(is_there_, false)) return;
  Write("\r\x1b[K");
}

}  // namespace chmdocker::cli
