#include "runtime/host/findings.h"

#include <cerrno>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/host/abilities.h"

namespace chmdocker::host {
namespace {

using Settings = std::map<std::string, std::string>;

// A host on which all goes well.
Abilities Root() {
  Abilities abilities;
  abilities.kernel = {6, 12};
  abilities.facts.landlock_abi = 7;
  abilities.cgroups = {{"cpu memory pids", true, "/sys/fs/cgroup", 0}};
  return abilities;
}
Abilities User() {
  Abilities abilities = Root();
  abilities.facts.uid = 1000;
  abilities.facts.can_make_namespaces = false;
  abilities.ranges = {{{100000, 65536}}, {{200000, 10}}};
  return abilities;
}

Abilities With(Abilities abilities, Trial trial, int error) {
  abilities[trial] = error;
  return abilities;
}

Findings Of(const Abilities& abilities, const Settings& settings = {}) {
  return Judge(abilities,
               [&](const std::string& path) -> std::optional<std::string> {
                 const auto found = settings.find(path);
                 if (found == settings.end()) return std::nullopt;
                 return found->second;
               });
}

// "state: found | costs | mend" of the line of that name.
std::string Line(const Findings& findings, const std::string& name) {
  for (const Finding& line : findings.lines) {
    if (line.name == name) {
      return absl::StrCat(StateName(line.state), ": ", line.found, " | ",
                          line.costs, " | ", line.remedy);
    }
  }
  return "no such line";
}

TEST(Judge, FindsNothingWhereAllIsWell) {
  for (const Abilities& abilities : {Root(), User()}) {
    const Findings findings = Of(abilities);
    EXPECT_TRUE(findings.can_run);
    for (const Finding& line : findings.lines) {
      EXPECT_EQ(line.state, State::kOk) << line.name;
      EXPECT_NE(line.found, "") << line.name;
      EXPECT_EQ(absl::StrCat(line.costs, line.remedy), "") << line.name;
    }
  }
}

// Every trial that fails shows in a line that says what to do.
TEST(Judge, SaysWhatEachFailureCostsAndWhatMendsIt) {
  for (size_t i = 0; i < kTrials; ++i) {
    const Trial trial = static_cast<Trial>(i);
    int failing = 0;
    for (const Finding& line : Of(With(User(), trial, EPERM)).lines) {
      if (line.state == State::kOk) continue;
      ++failing;
      EXPECT_STRNE(line.costs, "") << line.name;
      if (trial != Trial::kMemfd) EXPECT_NE(line.remedy, "") << line.name;
    }
    // A part of /proc is of use only where the whole can't be had.
    EXPECT_EQ(failing, trial == Trial::kProcSubset ? 0 : 1) << i;
  }
}

TEST(Judge, NeedsNamespacesAndAMemfd) {
  for (size_t i = 0; i < kTrials; ++i) {
    const Trial trial = static_cast<Trial>(i);
    const bool needed = trial == Trial::kNamespaces || trial == Trial::kMemfd;
    EXPECT_EQ(Of(With(User(), trial, EPERM)).can_run, !needed) << i;
  }
}

TEST(Judge, NamesTheSettingThatForbidsNamespaces) {
  struct {
    const char* path;
    const char* value;
    const char* remedy;
  } const kCases[] = {
      {"/proc/sys/kernel/unprivileged_userns_clone", "0",
       "sysctl kernel.unprivileged_userns_clone=1"},
      {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
       "sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
      {"/proc/sys/user/max_user_namespaces", "0",
       "sysctl user.max_user_namespaces=15000"},
      {"/proc/sys/user/max_net_namespaces", "0",
       "sysctl user.max_net_namespaces=15000"},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(Line(Of(With(User(), Trial::kNamespaces, ENOSPC),
                      {{one.path, absl::StrCat(one.value, "\n")}}),
                   "namespaces"),
              absl::StrCat("missing: ENOSPC: ", one.path, " is ", one.value,
                           " | no container can be run | ", one.remedy));
  }
}

TEST(Judge, TellsAChrootFromAFilter) {
  EXPECT_EQ(Line(Of(With(Root(), Trial::kNamespaces, EINVAL)), "namespaces"),
            "missing: EINVAL (invalid argument) | no container can be run | "
            "mount --bind DIR DIR, before chroot DIR");
  EXPECT_EQ(Line(Of(With(Root(), Trial::kNamespaces, EPERM)), "namespaces"),
            "missing: EPERM (operation not permitted) | no container can be "
            "run | docker run --security-opt seccomp=unconfined ... (the "
            "container around)");
}

TEST(Judge, SaysHowWeakAProcIs) {
  Abilities nested = With(User(), Trial::kProc, EPERM);
  EXPECT_EQ(Line(Of(nested), "proc"),
            "limited: EPERM (operation not permitted): parts of the caller's "
            "are hidden | a container's /proc has processes only, no settings "
            "| docker run --security-opt systempaths=unconfined ... (the "
            "container around)");
  nested[Trial::kProcSubset] = EPERM;
  EXPECT_NE(Line(Of(nested), "proc").find("shows the processes outside"),
            std::string::npos);
}

// Root may what it forbids to others.
TEST(Judge, TellsRootWhatUsersMayNot) {
  EXPECT_EQ(
      Line(Of(Root(), {{"/proc/sys/kernel/unprivileged_userns_clone", "0\n"}}),
           "user-namespaces"),
      "limited: EPERM: /proc/sys/kernel/unprivileged_userns_clone "
      "is 0 | ordinary users can't run containers | sysctl "
      "kernel.unprivileged_userns_clone=1");
}

TEST(Judge, ShowsRangesOrWhyThereAreNone) {
  EXPECT_EQ(Line(Of(User()), "id-ranges"),
            "ok: users 100000-165535; groups 200000-200009 |  | ");
  Abilities none = User();
  none.ranges = {{}, {}, "/etc/subuid has no range for ann", "usermod ..."};
  EXPECT_EQ(Line(Of(none), "id-ranges"),
            "limited: /etc/subuid has no range for ann | a container has one "
            "user id, root, which is the caller's | usermod ...");
}

TEST(Judge, TellsAnOldKernelFromAFilter) {
  Abilities old = With(Root(), Trial::kOpenat2, ENOSYS);
  old.kernel = {5, 4};
  EXPECT_EQ(Line(Of(old), "openat2"),
            "limited: Linux 5.6 has it | paths of the container are looked up "
            "a name at a time | apt-get install linux-image-amd64");
  EXPECT_EQ(Line(Of(With(Root(), Trial::kOpenat2, ENOSYS)), "openat2"),
            "limited: ENOSYS (function not implemented) | paths of the "
            "container are looked up a name at a time | docker run "
            "--security-opt seccomp=unconfined ... (the container around)");
}

TEST(Judge, NamesTheSettingOfMemfds) {
  EXPECT_EQ(Line(Of(With(Root(), Trial::kMemfd, EACCES),
                    {{"/proc/sys/vm/memfd_noexec", "2\n"}}),
                 "memfd"),
            "missing: EACCES: /proc/sys/vm/memfd_noexec is 2 | no container "
            "can be run | sysctl vm.memfd_noexec=0");
}

TEST(Judge, CountsCgroupsThatCanBeMade) {
  Abilities user = User();
  user.cgroups = {{"cpu,cpuacct", false, "/c", 0},
                  {"memory", false, "/m", EACCES},
                  {"", true, "", 0}};
  EXPECT_EQ(Line(Of(user), "cgroups"),
            "limited: v1 and v2, made for cpu,cpuacct | limits of other "
            "controllers fail | sudo chmdocker ...");
  user.cgroups = {{"memory", false, "/m", EACCES}};
  EXPECT_EQ(Line(Of(user), "cgroups"),
            "missing: v1, and none can be made | limits (-m, --cpus, ...) and "
            "--name fail | sudo chmdocker ...");
  user.cgroups = {};
  EXPECT_EQ(Line(Of(user), "cgroups"),
            "missing: no hierarchy is mounted | limits (-m, --cpus, ...) and "
            "--name fail | mount -t cgroup2 cgroup2 /sys/fs/cgroup");
}

TEST(Judge, MissesControllersThatAreNotDelegated) {
  Abilities user = User();
  user.cgroups = {{"memory pids", true, "/sys/fs/cgroup/user.slice", 0}};
  EXPECT_EQ(Line(Of(user), "cgroups"),
            "limited: v2, made for memory pids | limits of other controllers "
            "fail | systemd-run --user --scope -p Delegate=yes chmdocker ...");
}

TEST(Judge, NamesMissingDevices) {
  Abilities bare = Root();
  bare.missing_devices = {"/dev/full", "/dev/tty"};
  EXPECT_EQ(Line(Of(bare), "devices"),
            "limited: no /dev/full, /dev/tty | --rootfs of ordinary users "
            "fails | mount -t devtmpfs devtmpfs /dev");
}

TEST(Judge, MissesLandlock) {
  Abilities without = Root();
  without.facts.landlock_abi = 0;
  EXPECT_EQ(Of(without).lines.size(), Of(Root()).lines.size());
  EXPECT_EQ(Line(Of(without), "landlock").substr(0, 8), "missing:");
  without.facts.landlock_abi = 4;
  EXPECT_EQ(Line(Of(without), "landlock"),
            "limited: ABI 4 | --ro, --rw and --net-* want --landlock "
            "best-effort | apt-get install linux-image-amd64");
}

}  // namespace
}  // namespace chmdocker::host
