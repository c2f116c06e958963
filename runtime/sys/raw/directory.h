// What getdents64(2) writes: struct linux_dirent64, which no header declares.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_SYS_RAW_DIRECTORY_H_
#define CHMDOCKER_RUNTIME_SYS_RAW_DIRECTORY_H_

#include <stdint.h>
#include <string.h>

namespace chmdocker::raw {

struct DirectoryEntry {
  const char* name = nullptr;  // in the records
  unsigned char type = 0;      // DT_* of <dirent.h>
};

// The entries of one answer of Getdents, without "." and "..".
class DirectoryEntries {
 public:
  // `records` has the `size` bytes that Getdents wrote, and outlives this.
  DirectoryEntries(const char* records, long size)
      : at_(records), end_(records + size) {}

  // False behind the last.
  bool Next(DirectoryEntry* entry) {
    constexpr long kLength = 16, kType = 18, kName = 19;
    while (at_ < end_) {
      const char* const record = at_;
      uint16_t length;
      memcpy(&length, record + kLength, sizeof(length));
      at_ += length;
      entry->name = record + kName;
      entry->type = static_cast<unsigned char>(record[kType]);
      if (!IsDots(entry->name)) return true;
    }
    return false;
  }

 private:
  static bool IsDots(const char* name) {
    if (name[0] != '.') return false;
    return name[1] == '\0' || (name[1] == '.' && name[2] == '\0');
  }

  const char* at_;
  const char* end_;
};

}  // namespace chmdocker::raw

#endif  // CHMDOCKER_RUNTIME_SYS_RAW_DIRECTORY_H_
