#include "testing/bench/contestants.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "testing/bench/bundle.h"
#include "testing/bench/engines.h"
#include "testing/bench/oci_contestants.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/runner.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {
namespace {

Contestant Start(absl::string_view name, Argv argv) {
  Contestant contestant = {std::string(name), {std::move(argv)}, kFloor};
  contestant.is_start = true;
  return contestant;
}

void AddChmdocker(absl::string_view name, const std::string& file,
                  const std::string& command, std::vector<Contestant>& all) {
  all.push_back(Start(absl::StrCat(name, " run"),
                      {file, "--log-level", "error", "run", command}));
  all.push_back({absl::StrCat(name, " run --ti"),
                 {{file, "--log-level", "error", "run", "--ti", command}},
                 kFloor});
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

void AddTutorialForms(const Programs& programs, std::vector<Contestant>& all) {
  const bool root = geteuid() == 0;
  const std::string& command = programs.command;
  all.push_back(Start(kFloor, {programs.floor, command}));
  all.push_back(
      {kSealedFloor, {{programs.floor, "--sealed", command}}, kFloor});
  all.push_back({"true alone", {{command}}, kFloor});
  AddChmdocker("chmdocker", programs.chmdocker, command, all);
  for (const Build& build : programs.builds) {
    AddChmdocker(build.name, build.file, command, all);
  }
  all.push_back(Start("unshare", Unshare(command, root)));
  all.push_back(Start("bwrap", Bubblewrap(command)));
  all.push_back(Start("nsjail", Nsjail(command, root)));
}

// The groups in the order of their floors, and in each the order they came in.
// Not std::stable_sort, which takes libstdc++ 12 to a function that it
// deprecates itself: clang would not build it with warnings as errors.
void SortByGroup(std::vector<Contestant>& all) {
  std::vector<std::string> floors;
  for (const Contestant& contestant : all) {
    if (contestant.is_floor()) floors.push_back(contestant.name);
  }
  std::multimap<std::ptrdiff_t, Contestant> by_floor;
  for (Contestant& contestant : all) {
    const auto floor =
        std::find(floors.begin(), floors.end(), contestant.floor);
    by_floor.emplace(floor - floors.begin(), std::move(contestant));
  }
  all.clear();
  for (auto& [floor, contestant] : by_floor) {
    all.push_back(std::move(contestant));
  }
}

bool IsChosen(const std::string& name, const Options& options) {
  return options.only.empty() ||
         std::any_of(options.only.begin(), options.only.end(),
                     [&](const std::string& part) {
                       return absl::StrContains(name, part);
                     });
}

void KeepChosen(const Options& options, Field& field) {
  const std::vector<Contestant> all = field.contestants;
  const auto is_needed = [&](const Contestant& floor) {
    return std::any_of(all.begin(), all.end(), [&](const Contestant& other) {
      return other.floor == floor.name && IsChosen(other.name, options);
    });
  };
  std::erase_if(field.contestants, [&](const Contestant& contestant) {
    return contestant.name != kFloor && !IsChosen(contestant.name, options) &&
           !(contestant.is_floor() && is_needed(contestant));
  });
  std::erase_if(field.running, [&](const Running& running) {
    return std::none_of(field.contestants.begin(), field.contestants.end(),
                        [&](const Contestant& contestant) {
                          return contestant.beside == running.runtime;
                        });
  });
}

}  // namespace

Field Contestants(const Options& options, const Programs& programs,
                  const Bundles& bundles, const Workspace& workspace) {
  Field field;
  AddTutorialForms(programs, field.contestants);
  AddRuntimes(options, programs, bundles, workspace, field);
  AddEngines(bundles, workspace, field);
  field.contestants.push_back({kHello, {{programs.hello}}, kHello});
  field.contestants.push_back(
      {"chmdocker --version", {{programs.chmdocker, "--version"}}, kHello});
  SortByGroup(field.contestants);
  KeepChosen(options, field);
  return field;
}

}  // namespace chmdocker::bench
