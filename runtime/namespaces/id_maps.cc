#include "runtime/namespaces/id_maps.h"

#include <errno.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/namespaces/proc_file.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::namespaces {
namespace {

// How the two maps differ.
struct MapFile {
  const char* file;     // below /proc/PID
  const char* program;  // that may write it for others
  const char* field;    // OCI's name
};
constexpr MapFile kUsers = {"uid_map", "newuidmap", "linux.uidMappings"};
constexpr MapFile kGroups = {"gid_map", "newgidmap", "linux.gidMappings"};

raw::Result WriteFile(pid_t pid, absl::string_view file,
                      const std::string& text) {
  return WriteProcFile(absl::StrCat("/proc/", pid, "/", file).c_str(),
                       text.c_str());
}

absl::Status AwaitProgram(const MapFile& map, pid_t program) {
  int status = 0;
  while (waitpid(program, &status, 0) < 0) {
    if (errno != EINTR) return ErrnoError(errno, "waitpid");
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      map.field, ": ", map.program,
      " refused to map these ids; an ordinary user may map their own, and "
      "those that /etc/subuid and /etc/subgid give them"));
}

// newuidmap PID INSIDE OUTSIDE COUNT...
absl::Status AskProgram(const MapFile& map, pid_t pid,
                        const std::string& text) {
  std::vector<std::string> words = {map.program, absl::StrCat(pid)};
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    words.emplace_back(word);
  }
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t program = 0;
  const int error = posix_spawnp(&program, map.program, nullptr, nullptr,
                                 argv.data(), environ);
  if (error == 0) return AwaitProgram(map, program);
  return WithHint(
      ErrnoError(error, absl::StrCat("posix_spawn ", Quote(map.program))),
      absl::StrCat(map.field,
                   ": mapping more than the caller's own id takes root, or "
                   "this program (Debian package uidmap)"));
}

absl::Status Explained(raw::Result wrote, const MapFile& map,
                       const std::string& text) {
  return WithHint(sys::CallStatus(wrote, absl::StrCat("to ", map.file)),
                  absl::StrCat(map.field, ": ", Quote(text)));
}

// A single id may be mapped by its owner.
bool IsSingle(const std::string& text) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  return words.size() == 3 && words[2] == "1";
}

absl::Status WriteMap(const MapFile& map, pid_t pid, const std::string& text) {
  const raw::Result wrote = WriteFile(pid, map.file, text);
  if (wrote.error() != EPERM) return Explained(wrote, map, text);
  return AskProgram(map, pid, text);
}

}  // namespace

absl::Status WriteIdMaps(pid_t pid, const std::string& users,
                         const std::string& groups) {
  CHM_RETURN_IF_ERROR(WriteMap(kUsers, pid, users));
  const raw::Result wrote = WriteFile(pid, kGroups.file, groups);
  if (wrote.error() != EPERM) return Explained(wrote, kGroups, groups);
  if (!IsSingle(groups)) return AskProgram(kGroups, pid, groups);
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(WriteFile(pid, "setgroups", "deny"), "to setgroups"));
  return WriteMap(kGroups, pid, groups);
}

}  // namespace chmdocker::namespaces
