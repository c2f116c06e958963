#include "runtime/monitor/log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "runtime/base/number_text.h"
#include "runtime/base/text_buffer.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::monitor {
namespace {

using Name = TextBuffer<32>;

// "log", "log.1" and so on, NUL included.
Name FileName(long number) {
  Name name;
  name.Append(kLogName);
  if (number > 0) {
    name.Append(".");
    AppendNumber(name, number);
  }
  name.Append("", 1);
  return name;
}

template <size_t kCapacity>
void AppendDigits(TextBuffer<kCapacity>& text, long number, size_t digits) {
  char out[9];
  for (size_t i = digits; i > 0; --i) {
    out[i - 1] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  text.Append(out, digits);
}

using Stamp = TextBuffer<32>;

// RFC 3339 in UTC, with nanoseconds: what sorts as text sorts as time.
Stamp Now() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  tm date = {};
  gmtime_r(&now.tv_sec, &date);
  Stamp text;
  AppendDigits(text, date.tm_year + 1900, 4);
  AppendDigits(text.Append("-"), date.tm_mon + 1, 2);
  AppendDigits(text.Append("-"), date.tm_mday, 2);
  AppendDigits(text.Append("T"), date.tm_hour, 2);
  AppendDigits(text.Append(":"), date.tm_min, 2);
  AppendDigits(text.Append(":"), date.tm_sec, 2);
  AppendDigits(text.Append("."), now.tv_nsec, 9);
  text.Append("Z");
  return text;
}

}  // namespace

LogWriter::~LogWriter() {
  if (file_ >= 0) (void)raw::Close(file_);
}

raw::Result LogWriter::Open() {
  const raw::Result opened = raw::OpenAt(
      directory_, kLogName,
      O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (!opened.ok()) return opened;
  file_ = opened.fd();
  struct stat status;
  const raw::Result looked = raw::Fstat(file_, &status);
  size_ = looked.ok() ? static_cast<uint64_t>(status.st_size) : 0;
  return looked;
}

void LogWriter::Append(const char* data, size_t size) {
  memcpy(buffer_ + used_, data, size);
  used_ += size;
}

void LogWriter::AppendHead(const char* stream, bool whole) {
  const Stamp now = Now();
  Append(now.data(), now.size());
  Append(" ", 1);
  Append(stream, strlen(stream));
  Append(whole ? " F " : " P ", 3);
}

void LogWriter::Take(const char* stream, const char* data, size_t size) {
  constexpr size_t kMostHead = 64;
  while (size > 0) {
    const auto* end = static_cast<const char*>(memchr(data, '\n', size));
    const size_t length =
        end == nullptr ? size : static_cast<size_t>(end - data);
    if (used_ + length + kMostHead > sizeof(buffer_)) Flush();
    AppendHead(stream, end != nullptr);
    Append(data, length);
    Append("\n", 1);
    const size_t taken = length + (end != nullptr ? 1 : 0);
    data += taken;
    size -= taken;
  }
}

void LogWriter::Flush() {
  if (used_ == 0) return;
  if (size_ > 0 && size_ + used_ > most_bytes_) Rotate();
  if (lost_ > 0) SayLost();
  size_t done = 0;
  raw::Result wrote;
  while (done < used_) {
    wrote = raw::Write(file_, buffer_ + done, used_ - done);
    if (wrote.error() == EINTR) continue;
    if (!wrote.ok()) break;
    done += static_cast<size_t>(wrote.value);
  }
  if (done < used_) {
    lost_ += used_;
    lost_error_ = wrote.error();
    // No half lines.
    (void)!ftruncate(file_, static_cast<off_t>(size_));
  } else {
    size_ += used_;
  }
  used_ = 0;
}

// Apart from what is in the buffer, which may be full.
void LogWriter::SayLost() {
  TextBuffer<192> text;
  const Stamp now = Now();
  text.Append(now.data(), now.size());
  text.Append(" log F ");
  AppendNumber(text, static_cast<long>(lost_));
  text.Append(" bytes of output were not logged: ");
  text.Append(lost_error_ == ENOSPC || lost_error_ == EDQUOT
                  ? "no space left on the device"
                  : "the log could not be written, errno ");
  if (lost_error_ != ENOSPC && lost_error_ != EDQUOT) {
    AppendNumber(text, lost_error_);
  }
  text.Append("\n");
  const raw::Result wrote = raw::Write(file_, text.data(), text.size());
  if (wrote.ok() && static_cast<size_t>(wrote.value) == text.size()) {
    size_ += text.size();
    lost_ = 0;
  } else {
    (void)!ftruncate(file_, static_cast<off_t>(size_));
  }
}

// What can't be renamed is written to further: a log that is too long is better
// than none.
void LogWriter::Rotate() {
  if (files_ <= 1) {
    if (ftruncate(file_, 0) == 0) size_ = 0;
    return;
  }
  for (long number = files_ - 1; number > 0; --number) {
    const Name from = FileName(number - 1);
    const Name to = FileName(number);
    (void)raw::RenameAt(directory_, from.data(), to.data());
  }
  const int old = file_;
  file_ = -1;
  if (!Open().ok()) {
    if (file_ >= 0) (void)raw::Close(file_);
    file_ = old;
    return;
  }
  (void)raw::Close(old);
}

}  // namespace chmdocker::monitor
