#include "testing/bench/growth.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "testing/bench/bundle.h"
#include "testing/bench/contestants.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/result.h"
#include "testing/bench/rounds.h"
#include "testing/bench/runner.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {
namespace {

absl::Status Failed(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", strerror(errno)));
}

// Containers of chmdocker, numbered from 0.
class Crowd {
 public:
  Crowd(const Programs& programs, const Bundles& bundles,
        const Workspace& workspace)
      : programs_(programs), bundles_(bundles), workspace_(workspace) {}

  absl::Status GrowTo(int count) {
    std::vector<Argv> commands;
    for (; count_ < count; ++count_) {
      const std::string id = IdOf(count_);
      commands.push_back(Command({"create", "--bundle", bundles_.waiting, id}));
      commands.push_back(Command({"start", id}));
    }
    return RunOutside(commands);
  }

  absl::Status End() {
    std::vector<Argv> commands;
    while (count_ > 0) {
      commands.push_back(Command({"delete", "--force", IdOf(--count_)}));
    }
    return RunOutside(commands);
  }

 private:
  std::string IdOf(int number) const {
    return workspace_.IdOf(absl::StrCat("crowd-", number));
  }
  Argv Command(Argv words) const {
    words.insert(words.begin(),
                 {programs_.chmdocker, "--root", workspace_.StateOf("crowd")});
    return words;
  }

  const Programs& programs_;
  const Bundles& bundles_;
  const Workspace& workspace_;
  int count_ = 0;
};

// Mounts that nobody else sees, side by side in one directory.
class Mounts {
 public:
  explicit Mounts(const Workspace& workspace)
      : directory_(absl::StrCat(workspace.directory(), "/mounts")) {}

  absl::Status Begin() {
    if (unshare(CLONE_NEWNS) != 0) return Failed("unshare(CLONE_NEWNS)");
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      return Failed("mount / private");
    }
    if (mkdir(directory_.c_str(), 0755) != 0 ||
        mount("tmpfs", directory_.c_str(), "tmpfs", 0, nullptr) != 0) {
      return Failed(absl::StrCat("mount a tmpfs at ", directory_));
    }
    return absl::OkStatus();
  }

  absl::Status GrowTo(int count) {
    for (; count_ < count; ++count_) {
      const std::string target = absl::StrCat(directory_, "/", count_);
      if (mkdir(target.c_str(), 0755) != 0 ||
          mount(target.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) !=
              0) {
        return Failed(
            absl::StrCat("mount number ", count_, " (sysctl fs.mount-max)"));
      }
    }
    return absl::OkStatus();
  }

 private:
  std::string directory_;
  int count_ = 0;
};

absl::Status Append(absl::string_view of, int count,
                    const std::vector<Contestant>& contestants,
                    const Options& options, std::vector<Growth>& all) {
  Tell(absl::StrCat("growth, ", count, " ", of));
  absl::StatusOr<std::vector<Series>> series =
      RunRounds(contestants, options.warm_up, options.growth_rounds);
  if (!series.ok()) return series.status();
  for (Series& one : *series) {
    all.push_back({std::string(of), count, std::move(one)});
  }
  return absl::OkStatus();
}

template <class Filler>
absl::Status MeasureBeside(Filler& filler, absl::string_view of,
                           const std::vector<int>& counts,
                           const std::vector<Contestant>& contestants,
                           const Options& options, std::vector<Growth>& all) {
  for (const int count : counts) {
    absl::Status status = filler.GrowTo(count);
    if (status.ok()) status = Append(of, count, contestants, options, all);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Growth>> MeasureGrowth(
    const std::vector<Contestant>& contestants, const Options& options,
    const Programs& programs, const Bundles& bundles,
    const Workspace& workspace) {
  if (geteuid() != 0) {
    return absl::PermissionDeniedError("--growth: wants to be run by root");
  }
  std::vector<Contestant> starts;
  for (const Contestant& contestant : contestants) {
    if (contestant.is_start &&
        (contestant.floor == kFloor || contestant.floor == kOciFloor)) {
      starts.push_back(contestant);
    }
  }
  std::vector<Growth> all;
  Crowd crowd(programs, bundles, workspace);
  absl::Status status = MeasureBeside(crowd, kContainers, options.containers,
                                      starts, options, all);
  status.Update(crowd.End());
  Mounts mounts(workspace);
  if (status.ok()) status = mounts.Begin();
  if (status.ok()) {
    status =
        MeasureBeside(mounts, kMounts, options.mounts, starts, options, all);
  }
  if (!status.ok()) return status;
  return all;
}

}  // namespace chmdocker::bench
