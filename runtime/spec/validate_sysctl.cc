// Kernel parameters: only those that are the container's own can be set.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/spec/checks.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::spec {
namespace {

// Of an IPC namespace, beside fs.mqueue.*: ipc_namespaces(7).
constexpr absl::string_view kIpc[] = {
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem",
    "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
};

// sysctl(8): whichever of "." and "/" comes first separates, the other one is
// part of a name. The result has dots for separators.
std::string WithDots(std::string key) {
  const size_t first = key.find_first_of("./");
  if (first == std::string::npos || key[first] == '.') return key;
  for (char& c : key) c = c == '/' ? '.' : c == '.' ? '/' : c;
  return key;
}

// A name that can't lead out of its directory in /proc/sys.
bool IsName(absl::string_view key) {
  for (const absl::string_view part : absl::StrSplit(key, '.')) {
    // A slash is a dot of the name: that of an interface, for example.
    if (part.empty() || part == "/" || part == "//") return false;
  }
  return std::none_of(key.begin(), key.end(), absl::ascii_iscntrl);
}

absl::Status CheckNamespaceOf(const ContainerSpec& spec,
                              absl::string_view field, absl::string_view key) {
  const auto need = [&](CloneFlags kind, absl::string_view name) {
    if (HasNamespace(spec, kind)) return absl::OkStatus();
    return Wrong(field, absl::StrCat("would change the host's: it needs ", name,
                                     " namespace"));
  };
  if (absl::StartsWith(key, "fs.mqueue.") ||
      std::find(std::begin(kIpc), std::end(kIpc), key) != std::end(kIpc)) {
    return need(kNewIpc, "an ipc");
  }
  if (absl::StartsWith(key, "net.")) return need(kNewNet, "a network");
  if (key == "kernel.domainname") {
    if (!spec.domainname.empty()) {
      return Wrong(field, "is set by domainname already");
    }
    return need(kNewUts, "a uts");
  }
  if (key == "kernel.hostname") {
    return Wrong(field, "is what the field hostname sets; use that");
  }
  return Wrong(field,
               "is no parameter of a namespace: it would change the "
               "host");
}

}  // namespace

absl::Status CheckSysctl(const ContainerSpec& spec) {
  for (const auto& [key, value] : spec.sysctl) {
    const std::string name = WithDots(key);
    const std::string field = absl::StrCat("linux.sysctl[\"", key, "\"]");
    if (!IsName(name)) {
      return Wrong("linux.sysctl", key, "is no name of a kernel parameter");
    }
    CHM_RETURN_IF_ERROR(CheckNamespaceOf(spec, field, name));
    CHM_RETURN_IF_ERROR(CheckText(field, value));
    // One write is one value.
    if (absl::StrContains(value, '\n')) {
      return Wrong(field, value, "has more than one line");
    }
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::spec
