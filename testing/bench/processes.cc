#include "testing/bench/processes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace chmdocker::bench {
namespace {

std::string FileOf(pid_t pid, absl::string_view name) {
  return absl::StrCat("/proc/", pid, "/", name);
}

void AddDescendants(pid_t of, pid_t without, std::vector<pid_t>& all) {
  for (const pid_t pid : ChildrenOf(of)) {
    if (pid == without) continue;
    all.push_back(pid);
    AddDescendants(pid, without, all);
  }
}

ino_t PidNamespace(pid_t pid) {
  struct stat status = {};
  stat(FileOf(pid, "ns/pid").c_str(), &status);
  return status.st_ino;
}

// 0 of one that has ended.
double PssKib(pid_t pid) {
  std::ifstream rollup(FileOf(pid, "smaps_rollup"));
  for (std::string word; rollup >> word;) {
    double kib = 0;
    if (word == "Pss:" && rollup >> kib) return kib;
  }
  return 0;
}

}  // namespace

std::vector<pid_t> ChildrenOf(pid_t pid) {
  std::ifstream file(FileOf(pid, absl::StrCat("task/", pid, "/children")));
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

std::vector<pid_t> ProcessesOutside() {
  std::vector<pid_t> all;
  AddDescendants(getppid(), getpid(), all);
  return all;
}

Footprint FootprintBeside(const std::vector<pid_t>& pids, pid_t container) {
  Footprint footprint;
  const ino_t inside = PidNamespace(container);
  for (const pid_t pid : pids) {
    const double kib = PssKib(pid);
    if (kib == 0 || PidNamespace(pid) == inside) continue;
    ++footprint.processes;
    footprint.kib += kib;
  }
  return footprint;
}

}  // namespace chmdocker::bench
