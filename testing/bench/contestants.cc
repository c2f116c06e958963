#include "testing/bench/contestants.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "testing/bench/bundle.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {
namespace {

// The file that a shell would run; empty if there is none.
std::string FindProgram(absl::string_view name) {
  const char* const path = getenv("PATH");
  for (absl::string_view directory :
       absl::StrSplit(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    std::string file = absl::StrCat(directory, "/", name);
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

void AddChmdocker(absl::string_view name, const std::string& file,
                  const std::string& command, std::vector<Contestant>& all) {
  all.push_back({absl::StrCat(name, " run"),
                 {{file, "--log-level", "error", "run", command}},
                 kFloor});
  all.push_back({absl::StrCat(name, " run --ti"),
                 {{file, "--log-level", "error", "run", "--ti", command}},
                 kFloor});
}

// A runtime's two ways through the life of a container.
void AddRuntime(const std::string& name, const std::string& file,
                const Bundle& bundle, std::vector<Contestant>& all) {
  const std::string id = absl::StrCat("bench-", getpid(), "-", all.size());
  const auto argv = [&](std::initializer_list<std::string> words) {
    Argv whole = {file, "--root", bundle.StateOf(name)};
    whole.insert(whole.end(), words);
    return whole;
  };
  const Argv cleanup = argv({"delete", "--force", id});
  all.push_back({absl::StrCat(name, " run (bundle)"),
                 {argv({"run", "--bundle", bundle.directory(), id})},
                 kOciFloor,
                 cleanup});
  all.push_back({absl::StrCat(name, " create start delete"),
                 {argv({"create", "--bundle", bundle.directory(), id}),
                  argv({"start", id}), argv({"delete", id})},
                 kCycleFloor,
                 cleanup});
}

void AddOciFloors(const Programs& programs, const Bundle& bundle,
                  std::vector<Contestant>& all) {
  const auto with_cgroups = [](Argv argv, absl::string_view name) {
    argv.push_back(absl::StrCat("bench-", getpid(), "-", name));
    for (std::string& word : CgroupWords()) argv.push_back(std::move(word));
    return argv;
  };
  all.push_back({kOciFloor,
                 {with_cgroups({programs.oci_floor, "--detached",
                                bundle.rootfs(), "/true"},
                               "floor")},
                 kOciFloor});
  all.push_back(
      {absl::StrCat(kOciFloor, ", in place"),
       {with_cgroups({programs.oci_floor, bundle.rootfs(), "/true"}, "place")},
       kOciFloor});
  const std::string state = bundle.StateOf("floor");
  all.push_back(
      {kCycleFloor,
       {with_cgroups({programs.cycle_floor, "create", state, "--detached",
                      bundle.rootfs(), "/true"},
                     "cycle"),
        {programs.cycle_floor, "start", state},
        with_cgroups({programs.cycle_floor, "delete", state}, "cycle")},
       kCycleFloor});
}

void AddBundles(const Programs& programs, const Bundle& bundle,
                std::vector<Contestant>& all) {
  AddOciFloors(programs, bundle, all);
  AddRuntime("chmdocker", programs.chmdocker, bundle, all);
  for (const Build& build : programs.builds) {
    AddRuntime(build.name, build.file, bundle, all);
  }
  for (const char* name : {"crun", "runc"}) {
    AddRuntime(name, FindProgram(name), bundle, all);
  }
}

Argv Unshare(const std::string& command, bool root) {
  Argv argv = {FindProgram("unshare"), "-muinp", "--fork", "--mount-proc"};
  if (!root) argv.push_back("--map-root-user");
  argv.push_back(command);
  return argv;
}

Argv Bubblewrap(const std::string& command) {
  return {FindProgram("bwrap"),
          "--unshare-uts",
          "--unshare-pid",
          "--unshare-net",
          "--unshare-ipc",
          "--dev-bind",
          "/",
          "/",
          "--proc",
          "/proc",
          "--",
          command};
}

Argv Nsjail(const std::string& command, bool root) {
  Argv argv = {FindProgram("nsjail"),
               "--mode",
               "o",
               "--really_quiet",
               "--chroot",
               "/",
               "--rw",
               "--disable_clone_newcgroup"};
  if (root) argv.push_back("--disable_clone_newuser");
  argv.insert(argv.end(), {"--", command});
  return argv;
}

bool IsChosen(const Contestant& contestant, const Options& options) {
  return options.only.empty() || contestant.is_floor() ||
         std::any_of(options.only.begin(), options.only.end(),
                     [&](const std::string& part) {
                       return absl::StrContains(contestant.name, part);
                     });
}

}  // namespace

std::vector<Contestant> Contestants(const Options& options,
                                    const Programs& programs,
                                    const Bundle& bundle) {
  const bool root = geteuid() == 0;
  const std::string& command = programs.command;
  std::vector<Contestant> all = {{kFloor, {{programs.floor, command}}, kFloor},
                                 {"true alone", {{command}}, kFloor}};
  all.push_back(
      {"chmdocker --version", {{programs.chmdocker, "--version"}}, kFloor});
  AddChmdocker("chmdocker", programs.chmdocker, command, all);
  for (const Build& build : programs.builds) {
    AddChmdocker(build.name, build.file, command, all);
  }
  all.push_back({"unshare", {Unshare(command, root)}, kFloor});
  all.push_back({"bwrap", {Bubblewrap(command)}, kFloor});
  all.push_back({"nsjail", {Nsjail(command, root)}, kFloor});
  AddBundles(programs, bundle, all);
  std::erase_if(all, [&](const Contestant& contestant) {
    return !IsChosen(contestant, options);
  });
  return all;
}

}  // namespace chmdocker::bench
