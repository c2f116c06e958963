// The log of a container: lines in the form that Kubernetes calls CRI's,
//
//   2026-11-29T08:30:00.123456789Z stdout F text
//
// with P in F's place when what follows on the same stream belongs to the same
// line: a line is written as far as it has come, so that a prompt is seen. The
// stream "log" has what the monitor itself says. The newest file is "log",
// those before it "log.1" and so on.
//
// Part of chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_MONITOR_LOG_WRITER_H_
#define CHMDOCKER_RUNTIME_MONITOR_LOG_WRITER_H_

#include <cstddef>
#include <cstdint>

#include "runtime/sys/raw/call.h"

namespace chmdocker::monitor {

inline constexpr char kLogName[] = "log";

class LogWriter {
 public:
  // `directory`: a descriptor, of the caller's. `most_bytes` a file may have
  // before the next is begun; `files` are kept, at least one.
  LogWriter(int directory, uint64_t most_bytes, long files)
      : directory_(directory), most_bytes_(most_bytes), files_(files) {}
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Opens the file, which may have content already.
  raw::Result Open();

  // What was read from `stream`, at most kMostPiece bytes. Not written before
  // Flush, but when it does not fit any more.
  void Take(const char* stream, const char* data, size_t size);
  static constexpr size_t kMostPiece = size_t{16} * 1024;

  // What can't be written, for want of space most often, is given up, and
  // counted: the container must not stand still. The log says how much it was
  // as soon as it can.
  void Flush();

 private:
  void Append(const char* data, size_t size);
  void AppendHead(const char* stream, bool whole);
  void SayLost();
  void Rotate();

  const int directory_;
  const uint64_t most_bytes_;
  const long files_;
  int file_ = -1;
  uint64_t size_ = 0;  // bytes of the file
  uint64_t lost_ = 0;  // bytes given up
  int lost_error_ = 0;
  size_t used_ = 0;
  char buffer_[2 * kMostPiece];
};

}  // namespace chmdocker::monitor

#endif  // CHMDOCKER_RUNTIME_MONITOR_LOG_WRITER_H_
