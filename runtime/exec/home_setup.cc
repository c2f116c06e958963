#include "runtime/exec/home_setup.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/base/unique_fd.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::exec {
namespace {

constexpr char kVariable[] = "HOME=";

// What fits into Home.
constexpr size_t kMostHome = 1000;

// The image may hold anything (CVE-2026-47262).
constexpr size_t kMostBytes = size_t{16} << 20;

// Opened without waiting for a writer, and regular (CVE-2024-9676).
raw::Result OpenPasswd() {
  const raw::Result opened =
      raw::OpenAt(AT_FDCWD, "/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!opened.ok()) return opened;
  UniqueFd file(opened.fd());
  struct stat status;
  const raw::Result got = raw::Fstat(file.get(), &status);
  if (!got.ok()) return got;
  if (!S_ISREG(status.st_mode)) return raw::Failure(EINVAL, SYS_fstat);
  return {file.release(), opened.number};
}

bool ParseId(const char* text, size_t size, uint32_t* id) {
  if (size == 0 || size > 10) return false;
  uint64_t number = 0;
  for (size_t i = 0; i < size; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    number = number * 10 + static_cast<uint64_t>(text[i] - '0');
  }
  *id = static_cast<uint32_t>(number);
  return number == *id;
}

// Takes the home directory from "NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL" if it
// is the user's and absolute.
bool TakeHome(const char* line, size_t size, uint32_t uid, Home& home) {
  constexpr int kUid = 2;
  constexpr int kHome = 5;
  const char* const end = line + size;
  for (int field = 0; field <= kHome; ++field) {
    const char* stop = static_cast<const char*>(
        memchr(line, ':', static_cast<size_t>(end - line)));
    if (stop == nullptr) stop = end;
    const size_t length = static_cast<size_t>(stop - line);
    uint32_t id = 0;
    if (field == kUid && (!ParseId(line, length, &id) || id != uid)) {
      return false;
    }
    if (field == kHome) {
      if (length == 0 || line[0] != '/' || length > kMostHome) {
        return false;
      }
      home.Append(kVariable).Append(line, length).Append("", 1);
      return true;
    }
    if (stop == end) return false;
    line = stop + 1;
  }
  return false;
}

// Goes through the lines; one that does not fit is passed over.
bool Search(int file, uint32_t uid, Home& home) {
  char buffer[4096];
  size_t held = 0;
  bool skipping = false;
  for (size_t total = 0; total < kMostBytes;) {
    const raw::Result got =
        raw::Read(file, buffer + held, sizeof(buffer) - held);
    if (!got.ok() || got.value == 0) {
      return held > 0 && !skipping && TakeHome(buffer, held, uid, home);
    }
    total += static_cast<size_t>(got.value);
    held += static_cast<size_t>(got.value);
    const char* line = buffer;
    const char* const end = buffer + held;
    while (const void* newline =
               memchr(line, '\n', static_cast<size_t>(end - line))) {
      const char* const stop = static_cast<const char*>(newline);
      if (!skipping &&
          TakeHome(line, static_cast<size_t>(stop - line), uid, home)) {
        return true;
      }
      skipping = false;
      line = stop + 1;
    }
    held = static_cast<size_t>(end - line);
    if (held == sizeof(buffer)) {
      skipping = true;
      held = 0;
    }
    memmove(buffer, line, held);
  }
  return false;
}

}  // namespace

raw::Result Run(const step::FindHome<const char*>& step, Home& home) {
  const raw::Result opened = OpenPasswd();
  const UniqueFd file(opened.ok() ? opened.fd() : -1);
  if (!opened.ok() || !Search(file.get(), step.uid, home)) {
    home.Append(kVariable).Append("/").Append("", 1);
  }
  return {};
}

void FillHome(const char* const* environment, const Home& home) {
  if (home.size() == 0) return;
  // The plan's image is the process's own copy, and writable (plan_reader.h).
  for (char** entry = const_cast<char**>(environment); *entry != nullptr;
       ++entry) {
    if (strcmp(*entry, kVariable) == 0) *entry = const_cast<char*>(home.data());
  }
}

}  // namespace chmdocker::exec
