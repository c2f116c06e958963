// The steps of mounts on the real kernel: each test runs in a child with mounts
// of its own, on files below a tmpfs.
#include "runtime/mounts/mount_setup.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <list>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/mounts/sent_mount.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::mounts {
namespace {

namespace fs = std::filesystem;
using step::FdSlot;
using step::MountApi;

void Write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string Read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int WriteError(const fs::path& path) {
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  return file.valid() ? 0 : errno;
}

std::vector<std::string> Names(const fs::path& directory) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct stat Lstat(const fs::path& path) {
  struct stat status = {};
  EXPECT_EQ(lstat(path.c_str(), &status), 0) << path << ": " << errno;
  return status;
}

// The last line of mountinfo for a mount point, from its options on.
std::string MountLine(const std::string& point) {
  std::ifstream file("/proc/self/mountinfo");
  std::string found = "not mounted";
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, ' ');
    if (fields.size() > 5 && fields[4] == point) {
      found = absl::StrJoin(fields.begin() + 5, fields.end(), " ");
    }
  }
  return found;
}

// Runs `body` in a child that has new namespaces; what it expects is expected
// of the test.
void InChild(CloneFlags namespaces, const std::function<void()>& body) {
  const std::string ids[] = {absl::StrCat("0 ", geteuid(), " 1\n"),
                             absl::StrCat("0 ", getegid(), " 1\n")};
  constexpr int kSkipped = 77;
  fflush(nullptr);
  const pid_t pid = fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    if (unshare(static_cast<int>(namespaces.bits())) != 0) _exit(kSkipped);
    if (namespaces.has(kNewUser)) {
      Write("/proc/self/setgroups", "deny");
      Write("/proc/self/uid_map", ids[0]);
      Write("/proc/self/gid_map", ids[1]);
    }
    body();
    fflush(nullptr);
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kSkipped) {
    GTEST_SKIP() << "no new namespaces: CAP_SYS_ADMIN is missing";
  }
  EXPECT_EQ(status, 0) << "in the child, see above";
}

// A tmpfs with the directories that steps work on: `image` becomes the rootfs.
class Place {
 public:
  Place() {
    std::string name = absl::StrCat(::testing::TempDir(), "/mounts.XXXXXX");
    base_ = fs::canonical(mkdtemp(name.data()));
  }
  ~Place() { fs::remove_all(base_); }

  // In the child: nothing of it reaches the host.
  void Fill() const {
    EXPECT_TRUE(raw::Mount(nullptr, "/", nullptr,
                           kMountRecursive | kMountPrivate, nullptr)
                    .ok());
    EXPECT_TRUE(
        raw::Mount("tmpfs", base_.c_str(), "tmpfs", {}, "mode=755").ok());
    for (const char* name : {"image", "source", "source/sub", "outside"}) {
      fs::create_directory(base_ / name);
    }
    Write(base_ / "source/file", "text");
  }

  fs::path operator/(const std::string& name) const { return base_ / name; }
  fs::path image(const std::string& name) const {
    return base_ / "image" / name;
  }
  const fs::path& base() const { return base_; }

 private:
  fs::path base_;
};

class MountSetup : public ::testing::TestWithParam<MountApi> {
 protected:
  void OpenRootfs(bool leave_peers = false) {
    root_path_ = place_ / "image";
    const raw::Result opened =
        mounts::Run(step::OpenRootfs<const char*>{root_path_.c_str(),
                                                  GetParam(), leave_peers},
                    rootfs_);
    ASSERT_TRUE(opened.ok()) << opened.error();
  }

  void Prepared(const std::function<void()>& body,
                CloneFlags namespaces = kNewMount) {
    InChild(namespaces, [&] {
      place_.Fill();
      OpenRootfs();
      body();
    });
  }

  // A bind of a directory of the host on a path of the rootfs.
  step::BindMount<const char*> Binding(const fs::path& source,
                                       const char* target) {
    texts_.push_back(source);
    step::BindMount<const char*> bind;
    bind.source = {FdSlot::kRoot, texts_.back().c_str()};
    bind.target = {FdSlot::kRootfs, target};
    bind.api = GetParam();
    return bind;
  }
  int Do(const step::BindMount<const char*>& bind) {
    return mounts::Run(bind, rootfs_).error();
  }

  int MountTmpfs(const fs::path& point, MountFlags flags = {}) {
    return raw::Mount("tmpfs", point.c_str(), "tmpfs", flags, nullptr).error();
  }

  step::MountFilesystem<const char*> NewTmpfs(const char* target) {
    step::MountFilesystem<const char*> step;
    step.type = "tmpfs";
    step.source = "tmpfs";
    step.target = {FdSlot::kRootfs, target};
    step.data = "";
    step.weaker_data = "";
    step.substitute = "";
    step.api = GetParam();
    return step;
  }
  int Do(const step::MountFilesystem<const char*>& step) {
    return mounts::Run(step, rootfs_).error();
  }

  Place place_;
  Rootfs rootfs_;
  std::string root_path_;
  std::list<std::string> texts_;
};

TEST_P(MountSetup, BindsDirectoriesAndFiles) {
  Prepared([&] {
    EXPECT_EQ(Do(Binding(place_ / "source", "/a/b")), 0);
    EXPECT_EQ(Do(Binding(place_ / "source/file", "/c/d")), 0);
    EXPECT_EQ(Read(place_.image("a/b/file")), "text");
    EXPECT_EQ(Read(place_.image("c/d")), "text");
    EXPECT_EQ(Do(Binding(place_ / "none", "/e")), ENOENT);
    EXPECT_FALSE(fs::exists(place_.image("e")));
  });
}

// What covers a directory by another name: the next mount goes into what is
// seen there now, not into what is held open from the last.
TEST_P(MountSetup, FollowsAMountThroughASymlink) {
  Prepared([&] {
    fs::create_directory(place_.image("a"));
    fs::create_symlink("a", place_.image("link"));
    EXPECT_EQ(Do(NewTmpfs("/a/below")), 0);
    EXPECT_EQ(Do(NewTmpfs("/link")), 0);
    EXPECT_EQ(Do(NewTmpfs("/a/above")), 0);
    EXPECT_EQ(Names(place_.image("a")), std::vector<std::string>{"above"});
    EXPECT_EQ(Do(Binding(place_ / "source", "/a/x/y")), 0);
    EXPECT_EQ(Do(Binding(place_ / "source", "/link")), 0);
    EXPECT_EQ(Do(NewTmpfs("/a/x/z")), 0);
    EXPECT_EQ(Names(place_.image("a")),
              (std::vector<std::string>{"file", "sub", "x"}));
  });
}

TEST_P(MountSetup, HidesWhatAMountHasCovered) {
  Prepared([&] {
    fs::create_directories(place_.image("a/secret"));
    fs::create_symlink("secret", place_.image("a/link"));
    EXPECT_EQ(Do(Binding(place_ / "source", "/a")), 0);
    EXPECT_EQ(Do(NewTmpfs("/a/sub")), 0);
    const auto hide = [&](const char* path) {
      return mounts::Run(step::MaskPath<const char*>{path, GetParam()}, rootfs_)
          .error();
    };
    EXPECT_EQ(hide("/a/file"), 0);
    EXPECT_EQ(Read(place_.image("a/file")), "");
    fs::create_symlink("sub", place_.image("a/to_sub"));
    Write(place_.image("a/sub/file"), "text");
    EXPECT_EQ(hide("/a/to_sub"), 0);
    EXPECT_FALSE(fs::exists(place_.image("a/sub/file")));
  });
}

TEST_P(MountSetup, SetsAttributesOfOneMountOnly) {
  Prepared([&] {
    ASSERT_EQ(MountTmpfs(place_ / "source/sub"), 0);
    step::BindMount<const char*> bind = Binding(place_ / "source", "/a");
    bind.set = kAttrReadonly | kAttrNosuid | kAttrNodev | kAttrNoexec;
    bind.recursive = true;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_TRUE(absl::StartsWith(MountLine(place_.image("a")),
                                 "ro,nosuid,nodev,noexec"));
    EXPECT_EQ(WriteError(place_.image("a/new")), EROFS);
    EXPECT_EQ(WriteError(place_.image("a/sub/new")), 0);
    EXPECT_EQ(WriteError(place_ / "source/new"), 0);
  });
}

TEST_P(MountSetup, SetsAttributesOfAllMountsBelow) {
  if (GetParam() == MountApi::kClassic) {
    GTEST_SKIP() << "not to be had from mount(2)";
  }
  Prepared([&] {
    ASSERT_EQ(MountTmpfs(place_ / "source/sub", kMountNosuid), 0);
    step::BindMount<const char*> bind = Binding(place_ / "source", "/a");
    bind.recursive = true;
    bind.recursive_set = kAttrReadonly;
    bind.recursive_cleared = kAttrNosuid;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_EQ(WriteError(place_.image("a/new")), EROFS);
    EXPECT_EQ(WriteError(place_.image("a/sub/new")), EROFS);
    EXPECT_TRUE(
        absl::StartsWith(MountLine(place_.image("a/sub")), "ro,relatime"));
  });
}

TEST_P(MountSetup, KeepsWhatTheSourceHasUnlessCleared) {
  Prepared([&] {
    ASSERT_EQ(MountTmpfs(place_ / "source/sub",
                         kMountNosuid | kMountNodev | kMountNoatime),
              0);
    step::BindMount<const char*> bind = Binding(place_ / "source/sub", "/a");
    bind.set = kAttrNoexec;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_TRUE(absl::StartsWith(MountLine(place_.image("a")),
                                 "rw,nosuid,nodev,noexec,noatime"))
        << MountLine(place_.image("a"));
    bind = Binding(place_ / "source/sub", "/b");
    bind.cleared = kAttrNosuid | kAttrAtime;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_TRUE(
        absl::StartsWith(MountLine(place_.image("b")), "rw,nodev,relatime"))
        << MountLine(place_.image("b"));
  });
}

TEST_P(MountSetup, SetsAccessTimes) {
  Prepared([&] {
    step::BindMount<const char*> bind = Binding(place_ / "source", "/a");
    bind.set = kAttrNoatime | kAttrNodiratime;
    bind.cleared = kAttrAtime;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_TRUE(absl::StartsWith(MountLine(place_.image("a")),
                                 "rw,noatime,nodiratime"));
    bind = Binding(place_ / "source", "/b");
    bind.set = kAttrStrictAtime | kAttrNosymfollow;
    bind.cleared = kAttrAtime;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_TRUE(
        absl::StartsWith(MountLine(place_.image("b")), "rw,nosymfollow -"))
        << MountLine(place_.image("b"));
  });
}

TEST_P(MountSetup, ChangesAMountAfterwards) {
  Prepared([&] {
    EXPECT_EQ(Do(NewTmpfs("/a")), 0);
    EXPECT_EQ(mounts::Run(
                  step::SetMountAttributes<const char*>{
                      {FdSlot::kRootfs, "/a"}, kAttrReadonly, GetParam()},
                  rootfs_)
                  .error(),
              0);
    EXPECT_EQ(WriteError(place_.image("a/new")), EROFS);
    step::MountFilesystem<const char*> remount = NewTmpfs("/a");
    remount.flags = kMountRemount | kMountNosuid;
    remount.data = "size=64k";
    EXPECT_EQ(Do(remount), 0);
    EXPECT_EQ(WriteError(place_.image("a/new")), 0);
    EXPECT_TRUE(absl::StrContains(MountLine(place_.image("a")), "size=64k"));
  });
}

// The locks of a user namespace: what the host switched on stays on.
TEST_P(MountSetup, KeepsLockedAttributes) {
  InChild(kNewMount, [&] {
    place_.Fill();
    ASSERT_EQ(MountTmpfs(place_ / "source/sub",
                         kMountNosuid | kMountNodev | kMountNoatime),
              0);
    InChild(kNewMount | kNewUser, [&] {
      OpenRootfs();
      step::BindMount<const char*> bind = Binding(place_ / "source/sub", "/a");
      bind.set = kAttrReadonly;
      bind.cleared = kAttrAtime;
      EXPECT_EQ(Do(bind), 0);
      EXPECT_TRUE(absl::StartsWith(MountLine(place_.image("a")),
                                   "ro,nosuid,nodev,noatime"))
          << MountLine(place_.image("a"));
      bind = Binding(place_ / "source/sub", "/b");
      bind.cleared = kAttrNosuid;
      EXPECT_EQ(Do(bind), EPERM);
    });
  });
}

TEST_P(MountSetup, FollowsLinksOfTheTargetInside) {
  Prepared([&] {
    fs::create_symlink("../../../dangling/deep", place_.image("link"));
    fs::create_symlink(place_ / "outside", place_.image("absolute"));
    EXPECT_EQ(Do(Binding(place_ / "source", "/link")), 0);
    EXPECT_EQ(Do(Binding(place_ / "source", "/absolute/sub")), 0);
    EXPECT_EQ(Read(place_.image("dangling/deep/file")), "text");
    EXPECT_TRUE(Names(place_ / "outside").empty());
  });
}

TEST_P(MountSetup, LeavesLinksOfTheTargetAlone) {
  Prepared([&] {
    fs::create_directory(place_.image("other"));
    fs::create_symlink("other", place_.image("link"));
    step::BindMount<const char*> bind = Binding(place_ / "source", "/link");
    bind.target_links = step::TargetLinks::kNoFollow;
    EXPECT_NE(Do(bind), 0) << "a directory does not go on a symlink";
    EXPECT_TRUE(Names(place_.image("other")).empty());
    bind.target.path = "/new";
    EXPECT_EQ(Do(bind), 0);
    EXPECT_EQ(Read(place_.image("new/file")), "text");
    bind.target.path = "/link";
    bind.target_links = step::TargetLinks::kForbidden;
    EXPECT_EQ(Do(bind), ELOOP);
  });
}

TEST_P(MountSetup, CopiesASymlinkOrMountsIt) {
  Prepared([&] {
    fs::create_symlink("file", place_ / "source/link");
    step::BindMount<const char*> bind = Binding(place_ / "source/link", "/a");
    bind.source_links = step::SourceLinks::kCopy;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_EQ(fs::read_symlink(place_.image("a")), "file");
    bind = Binding(place_ / "source/file", "/b");
    bind.source_links = step::SourceLinks::kCopy;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_EQ(Read(place_.image("b")), "text");
    bind = Binding(place_ / "source/link", "/c");
    bind.source_links = step::SourceLinks::kNoFollow;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_EQ(fs::read_symlink(place_.image("c")), "file");
  });
}

// CVE-2019-19921 and its likes: no symlink leads a mount over the kernel's
// files.
TEST_P(MountSetup, MountsNothingInsideProcByALink) {
  Prepared([&] {
    step::MountFilesystem<const char*> proc = NewTmpfs("/proc");
    proc.type = "proc";
    proc.links = step::TargetLinks::kForbidden;
    ASSERT_EQ(Do(proc), 0);
    fs::create_symlink("/proc/sys", place_.image("link"));
    fs::create_symlink("proc/self/attr", place_.image("attr"));
    EXPECT_EQ(Do(Binding(place_ / "source", "/link")), ELOOP);
    EXPECT_EQ(Do(Binding(place_ / "source", "/attr")), ELOOP);
    EXPECT_EQ(Do(NewTmpfs("/link/kernel")), ELOOP);
    EXPECT_EQ(Do(Binding(place_ / "source/file", "/proc/uptime")), 0);
    EXPECT_EQ(Read(place_.image("proc/uptime")), "text");
  });
}

TEST_P(MountSetup, WantsAProcOnProc) {
  Prepared([&] {
    EXPECT_EQ(Do(Binding(place_ / "source", "/proc")), EOPNOTSUPP);
    EXPECT_EQ(Do(Binding("/proc/sys", "/proc")), EOPNOTSUPP);
    step::BindMount<const char*> bind = Binding("/proc", "/proc");
    bind.recursive = true;
    EXPECT_EQ(Do(bind), 0);
    EXPECT_TRUE(fs::exists(place_.image("proc/self")));
  });
}

TEST_P(MountSetup, SetsPropagationOfAMount) {
  Prepared([&] {
    EXPECT_EQ(Do(NewTmpfs("/a")), 0);
    const auto set = [&](MountFlags propagation) {
      return mounts::Run(
                 step::SetPropagation<const char*>{{FdSlot::kRootfs, "/a"},
                                                   propagation},
                 rootfs_)
          .error();
    };
    EXPECT_EQ(set(kMountShared), 0);
    EXPECT_TRUE(absl::StrContains(MountLine(place_.image("a")), "shared:"));
    EXPECT_EQ(set(kMountUnbindable), 0);
    EXPECT_TRUE(absl::StrContains(MountLine(place_.image("a")), "unbindable"));
    fs::create_directory(place_.image("none"));
    EXPECT_EQ(mounts::Run(
                  step::SetPropagation<const char*>{{FdSlot::kRootfs, "/none"},
                                                    kMountShared},
                  rootfs_)
                  .error(),
              EINVAL)
        << "no mount point";
  });
}

// A root that is shared: what is mounted below a shared bind appears on the
// host, and nothing of the host goes when the old root does.
TEST_P(MountSetup, SharesTheRootWithTheHost) {
  InChild(kNewMount, [&] {
    place_.Fill();
    ASSERT_TRUE(raw::Mount(nullptr, "/", nullptr,
                           kMountRecursive | kMountShared, nullptr)
                    .ok());
    ASSERT_EQ(MountTmpfs(place_ / "outside"), 0);
    const std::string before = MountLine("/proc");
    InChild(kNewMount, [&] {
      OpenRootfs(/*leave_peers=*/true);
      EXPECT_EQ(Do(NewTmpfs("/private")), 0);
      EXPECT_EQ(Do(Binding(place_ / "outside", "/shared")), 0);
      EXPECT_EQ(mounts::Run(step::PivotRoot<const char*>{/*leave_peers=*/true},
                            rootfs_)
                    .error(),
                0);
      fs::create_directory("/shared/inner");
      EXPECT_EQ(MountTmpfs("/shared/inner"), 0);
      EXPECT_EQ(Names("/"), (std::vector<std::string>{"private", "shared"}));
    });
    EXPECT_NE(MountLine(place_ / "outside/inner"), "not mounted");
    EXPECT_EQ(MountLine(place_.image("private")), "not mounted");
    EXPECT_EQ(MountLine("/proc"), before);
    EXPECT_NE(MountLine(place_ / "outside"), "not mounted");
  });
}

TEST_P(MountSetup, GivesATmpfsTheModeOfWhatItCovers) {
  Prepared([&] {
    fs::create_directory(place_.image("there"));
    chmod(place_.image("there").c_str(), 01750);
    for (const char* target : {"/there", "/new"}) {
      step::MountFilesystem<const char*> step = NewTmpfs(target);
      step.inherit_mode = true;
      step.data = "size=64k";
      EXPECT_EQ(Do(step), 0);
    }
    EXPECT_EQ(Lstat(place_.image("there")).st_mode & 07777, 01750U);
    EXPECT_EQ(Lstat(place_.image("new")).st_mode & 07777, 01777U);
  });
}

TEST_P(MountSetup, FillsATmpfsWithWhatItCovers) {
  Prepared([&] {
    const fs::path from = place_.image("there");
    fs::create_directories(from / "deep/er");
    Write(from / "deep/file", std::string(100000, 'x'));
    chmod((from / "deep/file").c_str(), 04711);
    ASSERT_EQ(chown((from / "deep/er").c_str(), 5, 6), 0);
    fs::create_symlink("/else/where", from / "link");
    ASSERT_EQ(mkfifo((from / "fifo").c_str(), 0600), 0);
    for (int i = 0; i < 300; ++i) {
      Write(from / absl::StrCat("many", i), absl::StrCat(i));
    }
    step::MountFilesystem<const char*> step = NewTmpfs("/there");
    step.copy_up = true;
    EXPECT_EQ(Do(step), 0);
    EXPECT_NE(MountLine(from), "not mounted");
    EXPECT_EQ(Names(from).size(), 303U);
    EXPECT_EQ(Read(from / "deep/file"), std::string(100000, 'x'));
    EXPECT_EQ(Lstat(from / "deep/file").st_mode & 07777, 04711U);
    EXPECT_EQ(Lstat(from / "deep/er").st_gid, 6U);
    EXPECT_EQ(fs::read_symlink(from / "link"), "/else/where");
    EXPECT_TRUE(S_ISFIFO(Lstat(from / "fifo").st_mode));
    EXPECT_EQ(Read(from / "many299"), "299");
  });
}

TEST_P(MountSetup, RefusesToFillWithoutEnd) {
  Prepared([&] {
    fs::path deep = place_.image("there");
    for (int i = 0; i < 100; ++i) deep /= "d";
    fs::create_directories(deep);
    step::MountFilesystem<const char*> step = NewTmpfs("/there");
    step.copy_up = true;
    EXPECT_EQ(Do(step), ELOOP);
  });
}

TEST_P(MountSetup, NamesAnUnknownType) {
  Prepared([&] {
    step::MountFilesystem<const char*> step = NewTmpfs("/a");
    step.type = "nosuchfs";
    const raw::Result mounted = mounts::Run(step, rootfs_);
    EXPECT_EQ(mounted.error(), ENODEV);
    EXPECT_EQ(mounted.number, SYS_mount);
  });
}

// Without a network of its own a user namespace gets the host's /sys, and
// can't write to any of it.
TEST_P(MountSetup, BindsSysWhereItCannotMountIt) {
  Prepared(
      [&] {
        step::MountFilesystem<const char*> step = NewTmpfs("/sys");
        step.type = "sysfs";
        step.links = step::TargetLinks::kForbidden;
        EXPECT_EQ(Do(step), EPERM);
        step.substitute = "/sys";
        step.substitute_attributes = kAttrReadonly | kAttrNosuid;
        EXPECT_EQ(Do(step), 0);
        struct statfs status;
        ASSERT_EQ(statfs(place_.image("sys").c_str(), &status), 0);
        EXPECT_EQ(static_cast<unsigned long>(status.f_type),
                  static_cast<unsigned long>(SYSFS_MAGIC));
        EXPECT_TRUE(
            absl::StartsWith(MountLine(place_.image("sys")), "ro,nosuid"));
      },
      kNewMount | kNewUser);
}

class Devices : public MountSetup {
 protected:
  int Make(const char* path, mode_t mode, unsigned major, unsigned minor,
           unsigned uid = 0) {
    return mounts::Run(
               step::MakeDevice<const char*>{path, mode, major, minor, uid,
                                             /*gid=*/7},
               rootfs_)
        .error();
  }
};

TEST_P(Devices, AreMadeOnce) {
  Prepared([&] {
    EXPECT_EQ(Make("/dev/null", S_IFCHR | 0666, 1, 3, 5), 0);
    struct stat status = Lstat(place_.image("dev/null"));
    EXPECT_TRUE(S_ISCHR(status.st_mode));
    EXPECT_EQ(status.st_rdev, makedev(1, 3));
    EXPECT_EQ(status.st_uid, 5U);
    EXPECT_EQ(status.st_gid, 7U);
    EXPECT_EQ(Make("/dev/null", S_IFCHR | 0600, 1, 3, 9), 0) << "there already";
    status = Lstat(place_.image("dev/null"));
    EXPECT_EQ(status.st_uid, 5U) << "the one that was there is left alone";
    EXPECT_EQ(status.st_mode & 0777, 0666U);
    EXPECT_EQ(Make("/dev/null", S_IFCHR | 0666, 1, 5), EEXIST);
    EXPECT_EQ(Make("/dev/null", S_IFBLK | 0666, 1, 3), EEXIST);
    EXPECT_EQ(Make("/dev/block", S_IFBLK | 0600, 7, 0), 0);
    EXPECT_TRUE(S_ISBLK(Lstat(place_.image("dev/block")).st_mode));
    EXPECT_EQ(Make("/dev/pipe", S_IFIFO | 0600, 0, 0), 0);
    EXPECT_EQ(Make("/dev/pipe", S_IFIFO | 0600, 0, 0), 0);
    EXPECT_TRUE(S_ISFIFO(Lstat(place_.image("dev/pipe")).st_mode));
  });
}

TEST_P(Devices, AreNotMadeWhereALinkLeads) {
  Prepared([&] {
    fs::create_directory(place_.image("dev"));
    fs::create_symlink(place_ / "outside/node", place_.image("dev/null"));
    EXPECT_EQ(Make("/dev/null", S_IFCHR | 0666, 1, 3), EEXIST);
    EXPECT_TRUE(Names(place_ / "outside").empty());
  });
}

// Another container with the same rootfs exchanges /dev: what is made goes into
// the file system that was mounted there.
TEST_P(Devices, GoIntoTheMountedDev) {
  Prepared([&] {
    step::MountFilesystem<const char*> dev = NewTmpfs("/dev");
    dev.links = step::TargetLinks::kForbidden;
    ASSERT_EQ(Do(dev), 0);
    ASSERT_TRUE(rootfs_.dev.valid());
    // Over it, for in this mount namespace a mount point can't be renamed.
    ASSERT_TRUE(raw::Mount((place_ / "outside").c_str(),
                           place_.image("dev").c_str(), nullptr, kMountBind,
                           nullptr)
                    .ok());
    EXPECT_EQ(Make("/dev/null", S_IFCHR | 0666, 1, 3), 0);
    EXPECT_EQ(
        mounts::Run(step::MakeSymlink<const char*>{"/dev/fd", "/proc/self/fd"},
                    rootfs_)
            .error(),
        0);
    EXPECT_TRUE(Names(place_ / "outside").empty());
    EXPECT_EQ(Names(absl::StrCat("/proc/self/fd/", rootfs_.dev.get())),
              (std::vector<std::string>{"fd", "null"}));
  });
}

TEST_P(MountSetup, HidesPaths) {
  Prepared([&] {
    for (const char* name : {"a", "b"}) {
      fs::create_directory(place_.image(name));
      Write(place_.image(name) / "secret", "x");
      Write(place_.image(absl::StrCat("file-", name)), "secret");
    }
    for (const char* path :
         {"/a", "/b", "/file-a", "/file-b", "/none", "/file-a/none"}) {
      EXPECT_EQ(
          mounts::Run(step::MaskPath<const char*>{path, GetParam()}, rootfs_)
              .error(),
          0)
          << path;
    }
    for (const char* name : {"a", "b"}) {
      EXPECT_TRUE(Names(place_.image(name)).empty());
      EXPECT_EQ(WriteError(place_.image(name) / "new"), EROFS);
      EXPECT_TRUE(absl::StartsWith(MountLine(place_.image(name)),
                                   "ro,nosuid,nodev,noexec"));
      const fs::path file = place_.image(absl::StrCat("file-", name));
      EXPECT_EQ(Read(file), "");
      EXPECT_TRUE(absl::StartsWith(MountLine(file), "ro,nosuid,noexec"));
    }
    if (GetParam() == MountApi::kDetached) {
      EXPECT_EQ(Lstat(place_.image("a")).st_dev,
                Lstat(place_.image("b")).st_dev)
          << "one file system for all";
    }
  });
}

TEST_P(MountSetup, MovesTheRoot) {
  Prepared([&] {
    fs::create_directory(place_ / "second proc");
    ASSERT_TRUE(raw::Mount("proc", (place_ / "second proc").c_str(), "proc", {},
                           nullptr)
                    .ok());
    step::MountFilesystem<const char*> proc = NewTmpfs("/proc");
    proc.type = "proc";
    ASSERT_EQ(Do(proc), 0);
    EXPECT_EQ(mounts::Run(step::MoveRoot<const char*>{}, rootfs_).error(), 0);
    EXPECT_EQ(Names("/"), std::vector<std::string>{"proc"});
    EXPECT_EQ(fs::current_path(), "/");
    const std::string mounts = Read("/proc/self/mountinfo");
    int kernels = 0;
    for (const absl::string_view line : absl::StrSplit(mounts, '\n')) {
      kernels += absl::StrContains(line, " - proc ");
      kernels += absl::StrContains(line, " - sysfs ");
    }
    EXPECT_EQ(kernels, 1) << mounts;
    EXPECT_FALSE(rootfs_.directory.valid());
  });
}

// What is unmounted is so in the container only, though its root is shared.
TEST_P(MountSetup, MovesASharedRoot) {
  InChild(kNewMount, [&] {
    place_.Fill();
    ASSERT_TRUE(raw::Mount(nullptr, "/", nullptr,
                           kMountRecursive | kMountShared, nullptr)
                    .ok());
    ASSERT_EQ(MountTmpfs(place_ / "outside"), 0);
    fs::create_directory(place_ / "outside/proc");
    ASSERT_TRUE(raw::Mount("proc", (place_ / "outside/proc").c_str(), "proc",
                           {}, nullptr)
                    .ok());
    InChild(kNewMount, [&] {
      OpenRootfs(/*leave_peers=*/true);
      EXPECT_EQ(mounts::Run(step::MoveRoot<const char*>{}, rootfs_).error(), 0);
    });
    EXPECT_NE(MountLine("/proc"), "not mounted");
    EXPECT_NE(MountLine(place_ / "outside/proc"), "not mounted");
  });
}

// Somebody exchanges the target all the time: nothing is ever mounted or
// created outside of the rootfs (CVE-2021-30465, CVE-2024-45310).
TEST_P(MountSetup, KeepsInsideDuringARace) {
  Prepared([&] {
    fs::create_directory(place_.image("volume"));
    fs::create_directory(place_.image("volume/target"));
    fs::create_symlink(place_ / "outside", place_.image("volume/link"));
    const std::string a = place_.image("volume/target");
    const std::string b = place_.image("volume/link");
    const pid_t racer = fork();
    if (racer == 0) {
      for (;;) {
        (void)raw::Call(SYS_renameat2, AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(),
                        /*RENAME_EXCHANGE*/ 2);
      }
    }
    for (int i = 0; i < 300; ++i) {
      // Whether it works depends on the race.
      (void)Do(Binding(place_ / "source", "/volume/target/sub"));
      (void)raw::DetachMount(place_.image("volume/target/sub").c_str());
      (void)raw::DetachMount(place_.image("volume/link/sub").c_str());
    }
    kill(racer, SIGKILL);
    waitpid(racer, nullptr, 0);
    EXPECT_TRUE(Names(place_ / "outside").empty());
  });
}

INSTANTIATE_TEST_SUITE_P(Apis, MountSetup,
                         ::testing::Values(MountApi::kDetached,
                                           MountApi::kClassic));
INSTANTIATE_TEST_SUITE_P(Apis, Devices,
                         ::testing::Values(MountApi::kDetached,
                                           MountApi::kClassic));

class SentMount : public MountSetup {};

TEST_P(SentMount, ShowsOtherOwners) {
  Prepared([&] {
    ASSERT_EQ(chown((place_ / "source/file").c_str(), 3, 4), 0);
    step::SendMount<std::string> step;
    step.source = place_ / "source";
    step.uid_map = "0 100000 10\n";
    step.gid_map = "0 200000 10\n";
    const raw::Result made = MakeSentMount(step, getpid());
    ASSERT_TRUE(made.ok()) << made.number << " errno " << made.error();
    rootfs_.sent.reset(made.fd());
    step::BindMount<const char*> bind = Binding(place_ / "source", "/a");
    bind.source.slot = FdSlot::kSent;
    bind.set = kAttrReadonly;
    EXPECT_EQ(Do(bind), 0);
    const struct stat status = Lstat(place_.image("a/file"));
    EXPECT_EQ(status.st_uid, 100003U);
    EXPECT_EQ(status.st_gid, 200004U);
    EXPECT_EQ(Lstat(place_ / "source/file").st_uid, 3U);
    EXPECT_EQ(WriteError(place_.image("a/new")), EROFS);
  });
}

TEST_P(SentMount, NamesTheCallThatFails) {
  Prepared([&] {
    step::SendMount<std::string> step;
    step.source = place_ / "none";
    EXPECT_EQ(MakeSentMount(step, getpid()).error(), ENOENT);
    step.source = place_ / "source";
    // The kernel wants another namespace than that of the file system itself.
    const raw::Result mapped = MakeSentMount(step, getpid());
    EXPECT_EQ(mapped.error(), EPERM);
    EXPECT_EQ(mapped.number, SYS_mount_setattr);
  });
}

INSTANTIATE_TEST_SUITE_P(Apis, SentMount,
                         ::testing::Values(MountApi::kDetached));

}  // namespace
}  // namespace chmdocker::mounts
