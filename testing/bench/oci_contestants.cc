#include "testing/bench/oci_contestants.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "testing/bench/bundle.h"
#include "testing/bench/contestants.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/runner.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {
namespace {

constexpr char kChmdocker[] = "chmdocker";

struct Runtime {
  const Build& build;
  const Bundles& bundles;
  const Workspace& workspace;
  bool cgroups;

  Argv Command(std::initializer_list<std::string> words) const {
    Argv whole = {build.file, "--root", workspace.StateOf(build.name)};
    if (!cgroups) whole.emplace_back("--cgroup-manager=disabled");
    whole.insert(whole.end(), words);
    return whole;
  }
  std::string IdOf(absl::string_view use) const {
    return workspace.IdOf(absl::StrCat(build.name, "-", use, "-", kNumber));
  }
  std::string waiting() const {
    return workspace.IdOf(absl::StrCat(build.name, "-waiting"));
  }
  std::string pid_file() const {
    return workspace.StateOf(absl::StrCat(build.name, ".pid"));
  }
};

Contestant RunOf(const Runtime& runtime, absl::string_view form,
                 const std::string& bundle, const char* floor) {
  const std::string id = runtime.IdOf(form);
  Contestant contestant = {
      absl::StrCat(runtime.build.name, " run (", form, ")"),
      {runtime.Command({"run", "--bundle", bundle, id})},
      floor,
      runtime.Command({"delete", "--force", id})};
  contestant.is_start = true;
  return contestant;
}

Contestant CycleOf(const Runtime& runtime) {
  const std::string id = runtime.IdOf("cycle");
  return {absl::StrCat(runtime.build.name, " create start delete"),
          {runtime.Command({"create", "--bundle", runtime.bundles.plain, id}),
           runtime.Command({"start", id}), runtime.Command({"delete", id})},
          kCycleFloor,
          runtime.Command({"delete", "--force", id})};
}

Contestant ExecOf(const Runtime& runtime) {
  Contestant contestant = {
      absl::StrCat(runtime.build.name, " exec"),
      {runtime.Command({"exec", runtime.waiting(), "/true"})},
      kExecFloor};
  contestant.beside = runtime.build.name;
  return contestant;
}

Running RunningOf(const Runtime& runtime) {
  const std::string id = runtime.waiting();
  return {runtime.build.name,
          {runtime.Command({"create", "--bundle", runtime.bundles.waiting,
                            "--pid-file", runtime.pid_file(), id}),
           runtime.Command({"start", id})},
          {runtime.Command({"delete", "--force", id})},
          runtime.pid_file()};
}

// The floors of `workspace`'s containers.
struct Floors {
  const Programs& programs;
  const Bundles& bundles;
  const Workspace& workspace;
  bool cgroups;

  Argv WithCgroups(Argv argv, const std::string& id) const {
    argv.push_back(id);
    if (!cgroups) return argv;
    for (std::string& word : CgroupWords()) argv.push_back(std::move(word));
    return argv;
  }

  Contestant Oci(absl::string_view name,
                 std::initializer_list<std::string> options) const {
    Argv argv = {programs.oci_floor};
    argv.insert(argv.end(), options);
    argv.insert(argv.end(), {bundles.rootfs, "/true"});
    // Without spaces and commas, as the name of a directory.
    const std::string id = absl::StrCat("floor", options.size(), "-", kNumber);
    Contestant floor = {std::string(name),
                        {WithCgroups(std::move(argv), workspace.IdOf(id))},
                        std::string(name)};
    floor.is_start = true;
    return floor;
  }

  // Another way to the same as kOciFloor.
  Contestant Beside(absl::string_view name,
                    std::initializer_list<std::string> options) const {
    Contestant floor = Oci(name, options);
    floor.floor = kOciFloor;
    floor.is_start = false;
    return floor;
  }

  Contestant Cycle() const {
    const std::string state = workspace.StateOf("floor");
    const std::string id = workspace.IdOf("floor-cycle");
    return {kCycleFloor,
            {WithCgroups({programs.cycle_floor, "create", state, "--detached",
                          bundles.rootfs, "/true"},
                         id),
             {programs.cycle_floor, "start", state},
             WithCgroups({programs.cycle_floor, "delete", state}, id)},
            kCycleFloor};
  }

  Contestant Exec(absl::string_view name, const Runtime& chmdocker,
                  std::initializer_list<std::string> options) const {
    Argv argv = {programs.exec_floor};
    argv.insert(argv.end(), options);
    argv.insert(argv.end(), {chmdocker.pid_file(), "/true"});
    Contestant floor = {std::string(name),
                        {WithCgroups(std::move(argv), chmdocker.waiting())},
                        kExecFloor};
    floor.beside = kChmdocker;
    return floor;
  }
};

std::vector<Build> RuntimesOf(const Options& options,
                              const Programs& programs) {
  std::vector<Build> all = {{kChmdocker, programs.chmdocker}};
  all.insert(all.end(), programs.builds.begin(), programs.builds.end());
  all.insert(all.end(), options.peers.begin(), options.peers.end());
  for (const char* name : {"crun", "runc"}) {
    const bool given =
        std::any_of(options.peers.begin(), options.peers.end(),
                    [&](const Build& peer) { return peer.name == name; });
    if (!given) all.push_back({name, FindProgram(name)});
  }
  return all;
}

}  // namespace

void AddRuntimes(const Options& options, const Programs& programs,
                 const Bundles& bundles, const Workspace& workspace,
                 Field& field) {
  const std::vector<Build> builds = RuntimesOf(options, programs);
  std::vector<Runtime> runtimes;
  for (const Build& build : builds) {
    runtimes.push_back({build, bundles, workspace, options.cgroups});
  }
  const Floors floors = {programs, bundles, workspace, options.cgroups};
  std::vector<Contestant>& all = field.contestants;
  all.push_back(floors.Oci(kOciFloor, {"--detached"}));
  all.push_back(floors.Beside(kOciFloorInPlace, {}));
  all.push_back(floors.Beside(kSealedOciFloor, {"--sealed", "--detached"}));
  for (const Runtime& runtime : runtimes) {
    all.push_back(RunOf(runtime, "bundle", bundles.plain, kOciFloor));
  }
  all.push_back(
      floors.Oci(kProfileFloor,
                 {"--detached", absl::StrCat("--filter=", programs.filter)}));
  for (const Runtime& runtime : runtimes) {
    all.push_back(RunOf(runtime, "profile", bundles.profile, kProfileFloor));
  }
  all.push_back(floors.Cycle());
  for (const Runtime& runtime : runtimes) all.push_back(CycleOf(runtime));
  all.push_back(floors.Exec(kExecFloor, runtimes[0], {}));
  all.push_back(floors.Exec(kSealedExecFloor, runtimes[0], {"--sealed"}));
  for (const Runtime& runtime : runtimes) {
    all.push_back(ExecOf(runtime));
    field.running.push_back(RunningOf(runtime));
  }
}

}  // namespace chmdocker::bench
