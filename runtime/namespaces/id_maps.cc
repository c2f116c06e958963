#include "runtime/namespaces/id_maps.h"

#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/host/find_id_ranges.h"
#include "runtime/namespaces/proc_file.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/run_program.h"

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

// newuidmap PID INSIDE OUTSIDE COUNT...
absl::Status AskProgram(const MapFile& map, pid_t pid,
                        const std::string& text) {
  constexpr size_t kMost = 4096;
  const host::MapProgram found = host::FindMapProgram(map.program);
  if (found.path.empty()) {
    return WithHint(absl::PermissionDeniedError(absl::StrCat(
                        map.field,
                        ": mapping more than the caller's own id takes root, "
                        "or a program, and ",
                        found.problem)),
                    found.remedy);
  }
  std::vector<std::string> words = {map.program, absl::StrCat(pid)};
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    words.emplace_back(word);
  }
  // Nothing of the caller's environment: it has root's rights.
  char* const no_environment[] = {nullptr};
  CHM_ASSIGN_OR_RETURN(const sys::Ended ended,
                       sys::RunProgram(found.path, std::move(words),
                                       no_environment, STDERR_FILENO, kMost));
  if (ended.well) return absl::OkStatus();
  const std::string said =
      ended.said.ok() ? Printable(absl::StripAsciiWhitespace(*ended.said)) : "";
  return absl::PermissionDeniedError(absl::StrCat(
      map.field, ": ", map.program, " refused to map these ids",
      said.empty() ? "" : " (", said, said.empty() ? "" : ")",
      "; an ordinary user may map their own, and those that /etc/subuid and "
      "/etc/subgid give them"));
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

absl::Status WriteUserMap(pid_t pid, const std::string& users) {
  return WriteMap(kUsers, pid, users);
}

absl::Status WriteGroupMap(pid_t pid, const std::string& groups) {
  const raw::Result wrote = WriteFile(pid, kGroups.file, groups);
  if (wrote.error() != EPERM) return Explained(wrote, kGroups, groups);
  if (!IsSingle(groups)) return AskProgram(kGroups, pid, groups);
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(WriteFile(pid, "setgroups", "deny"), "to setgroups"));
  return WriteMap(kGroups, pid, groups);
}

}  // namespace chmdocker::namespaces
