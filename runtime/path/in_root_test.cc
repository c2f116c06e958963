// Resolution inside a root, on real directories, by openat2 and by walking.
#include "runtime/path/in_root.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::path {
namespace {

namespace fs = std::filesystem;
using Open = raw::Result (*)(int, const char*, int);

// A root with a directory, a file and links of all kinds, beside an "outside"
// that nothing may reach.
class Tree {
 public:
  Tree() {
    std::string name = absl::StrCat(::testing::TempDir(), "/in_root.XXXXXX");
    base_ = mkdtemp(name.data());
    fs::create_directories(base_ / "outside");
    fs::create_directories(Root() / "etc/deep/er");
    fs::create_directories(Root() / "usr");
    std::ofstream(base_ / "outside/secret") << "outside";
    std::ofstream(Root() / "secret") << "inside";
    std::ofstream(Root() / "etc/file") << "file";
    fd_.reset(open(Root().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  ~Tree() { fs::remove_all(base_); }

  fs::path Root() const { return base_ / "root"; }
  fs::path Outside() const { return base_ / "outside"; }
  int fd() const { return fd_.get(); }
  void Link(const std::string& target, const std::string& name) const {
    fs::create_symlink(target, Root() / name);
  }

 private:
  fs::path base_;
  UniqueFd fd_;
};

std::string Read(raw::Result opened) {
  if (!opened.ok()) return absl::StrCat("errno ", opened.error());
  const UniqueFd fd(opened.fd());
  char text[64];
  const ssize_t size = read(fd.get(), text, sizeof(text));
  return size < 0 ? "unreadable" : std::string(text, size);
}

// Where a descriptor leads, below the root.
std::string Where(const Tree& tree, raw::Result opened) {
  if (!opened.ok()) return absl::StrCat("errno ", opened.error());
  const UniqueFd fd(opened.fd());
  const std::string found =
      fs::read_symlink(absl::StrCat("/proc/self/fd/", fd.get()));
  const std::string root = fs::canonical(tree.Root());
  return found.substr(0, root.size()) == root ? found.substr(root.size())
                                              : found;
}

class InRoot : public ::testing::TestWithParam<Open> {
 protected:
  raw::Result Call(const char* path, int flags) const {
    return GetParam()(tree_.fd(), path, flags);
  }
  Tree tree_;
};

TEST_P(InRoot, OpensPlainPaths) {
  EXPECT_EQ(Read(Call("etc/file", O_RDONLY)), "file");
  EXPECT_EQ(Read(Call("/etc/file", O_RDONLY)), "file");
  EXPECT_EQ(Read(Call("//etc/./deep/../file", O_RDONLY)), "file");
  EXPECT_EQ(Where(tree_, Call("etc/deep/er/", O_PATH)), "/etc/deep/er");
}

TEST_P(InRoot, OpensTheRootItself) {
  EXPECT_EQ(Where(tree_, Call(".", O_PATH)), "");
  EXPECT_EQ(Where(tree_, Call("/", O_PATH)), "");
  EXPECT_EQ(Where(tree_, Call("..", O_PATH)), "");
}

TEST_P(InRoot, StopsAtTheRoot) {
  EXPECT_EQ(Read(Call("../../../secret", O_RDONLY)), "inside");
  EXPECT_EQ(Read(Call("etc/../../outside/secret", O_RDONLY)),
            absl::StrCat("errno ", ENOENT));
}

TEST_P(InRoot, KeepsSymlinksInside) {
  tree_.Link("/secret", "absolute");
  tree_.Link("../../../secret", "etc/relative");
  tree_.Link("/", "usr/top");
  EXPECT_EQ(Read(Call("absolute", O_RDONLY)), "inside");
  EXPECT_EQ(Read(Call("etc/relative", O_RDONLY)), "inside");
  EXPECT_EQ(Read(Call("usr/top/usr/top/secret", O_RDONLY)), "inside");
}

TEST_P(InRoot, DoesNotReachOutsideByAbsoluteLink) {
  tree_.Link(tree_.Outside() / "secret", "escape");
  tree_.Link(tree_.Outside(), "escape_directory");
  EXPECT_EQ(Read(Call("escape", O_RDONLY)), absl::StrCat("errno ", ENOENT));
  EXPECT_EQ(Read(Call("escape_directory/secret", O_RDONLY)),
            absl::StrCat("errno ", ENOENT));
}

TEST_P(InRoot, FollowsDotDotBehindALink) {
  tree_.Link("/etc/deep/er", "usr/link");
  EXPECT_EQ(Read(Call("usr/link/../../file", O_RDONLY)), "file");
}

TEST_P(InRoot, OpensALinkItself) {
  tree_.Link("/secret", "link");
  const raw::Result opened = Call("link", O_PATH | O_NOFOLLOW);
  ASSERT_TRUE(opened.ok());
  const UniqueFd fd(opened.fd());
  struct stat status;
  ASSERT_EQ(fstat(fd.get(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
}

TEST_P(InRoot, GivesUpOnLoops) {
  tree_.Link("loop_b", "loop_a");
  tree_.Link("loop_a", "loop_b");
  EXPECT_EQ(Call("loop_a", O_PATH).error(), ELOOP);
}

TEST_P(InRoot, SaysWhatIsWrong) {
  EXPECT_EQ(Call("nowhere", O_PATH).error(), ENOENT);
  EXPECT_EQ(Call("nowhere/deeper", O_PATH).error(), ENOENT);
  EXPECT_EQ(Call("secret/below", O_PATH).error(), ENOTDIR);
  EXPECT_EQ(Call("secret/", O_PATH).error(), ENOTDIR);
  EXPECT_EQ(Call(std::string(300, 'x').c_str(), O_PATH).error(), ENAMETOOLONG);
  EXPECT_EQ(Call("secret", O_PATH | O_DIRECTORY).error(), ENOTDIR);
}

TEST_P(InRoot, LeavesNoDescriptorBehind) {
  tree_.Link("/etc/deep/../deep/er", "usr/link");
  const UniqueFd before(open("/dev/null", O_RDONLY | O_CLOEXEC));
  for (const char* path : {"usr/link/../er", "nowhere", "secret/x", "usr/.."}) {
    const raw::Result opened = Call(path, O_PATH);
    if (opened.ok()) close(opened.fd());
  }
  const UniqueFd after(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(after.get(), before.get() + 1);
}

INSTANTIATE_TEST_SUITE_P(Both, InRoot,
                         ::testing::Values(&OpenInRoot, &OpenInRootByWalking),
                         [](const ::testing::TestParamInfo<Open>& info) {
                           return info.index == 0 ? "Openat2" : "Walking";
                         });

TEST(CreateInRoot, CreatesWhatIsMissing) {
  const Tree tree;
  EXPECT_EQ(
      Where(tree, CreateInRoot(tree.fd(), "/a/b/c", FileKind::kDirectory)),
      "/a/b/c");
  EXPECT_TRUE(fs::is_directory(tree.Root() / "a/b/c"));
  EXPECT_EQ(Where(tree, CreateInRoot(tree.fd(), "a/b/f", FileKind::kRegular)),
            "/a/b/f");
  EXPECT_TRUE(fs::is_regular_file(tree.Root() / "a/b/f"));
}

TEST(CreateInRoot, OpensWhatExists) {
  const Tree tree;
  EXPECT_EQ(
      Where(tree, CreateInRoot(tree.fd(), "etc/file", FileKind::kRegular)),
      "/etc/file");
  EXPECT_EQ(fs::file_size(tree.Root() / "etc/file"), 4U);
  EXPECT_EQ(Where(tree, CreateInRoot(tree.fd(), "/", FileKind::kDirectory)),
            "");
}

TEST(CreateInRoot, CreatesBehindDanglingLinksInside) {
  const Tree tree;
  tree.Link("/made/here", "absolute");
  tree.Link("../made/there", "etc/relative");
  EXPECT_EQ(
      Where(tree, CreateInRoot(tree.fd(), "absolute/x", FileKind::kDirectory)),
      "/made/here/x");
  EXPECT_EQ(
      Where(tree, CreateInRoot(tree.fd(), "etc/relative", FileKind::kRegular)),
      "/made/there");
}

// CVE-2019-18837, CVE-2024-45310: what a link names outside stays untouched.
TEST(CreateInRoot, CreatesNothingOutside) {
  const Tree tree;
  tree.Link(tree.Outside(), "dev");
  tree.Link("../../outside/planted", "etc/planted");
  ASSERT_TRUE(CreateInRoot(tree.fd(), "dev/ptmx", FileKind::kRegular).ok());
  ASSERT_TRUE(CreateInRoot(tree.fd(), "etc/planted", FileKind::kRegular).ok());
  EXPECT_FALSE(fs::exists(tree.Outside() / "ptmx"));
  EXPECT_FALSE(fs::exists(tree.Outside() / "planted"));
}

TEST(CreateInRoot, GivesUpOnLoopsOfDanglingLinks) {
  const Tree tree;
  tree.Link("b/x", "a");
  tree.Link("a/x", "b");
  EXPECT_EQ(CreateInRoot(tree.fd(), "a", FileKind::kDirectory).error(), ELOOP);
}

TEST(CreateInRoot, SurvivesVeryDeepPaths) {
  const Tree tree;
  std::string path;
  for (int i = 0; i < 500; ++i) path += "d/";
  EXPECT_TRUE(CreateInRoot(tree.fd(), path.c_str(), FileKind::kDirectory).ok());
  EXPECT_EQ(CreateInRoot(tree.fd(), std::string(5000, 'd').c_str(),
                         FileKind::kDirectory)
                .error(),
            ENAMETOOLONG);
}

TEST(OpenWithoutSymlinks, RefusesThemEverywhere) {
  const Tree tree;
  tree.Link("etc", "link");
  EXPECT_EQ(Where(tree, OpenWithoutSymlinks(tree.fd(), "/etc/deep")),
            "/etc/deep");
  EXPECT_EQ(OpenWithoutSymlinks(tree.fd(), "link").error(), ELOOP);
  EXPECT_EQ(OpenWithoutSymlinks(tree.fd(), "/link/deep").error(), ELOOP);
  EXPECT_EQ(OpenWithoutSymlinks(tree.fd(), "etc/..").error(), EINVAL);
  EXPECT_EQ(OpenWithoutSymlinks(tree.fd(), "nowhere").error(), ENOENT);
}

TEST(OpenParentInRoot, SplitsOffTheLastName) {
  const Tree tree;
  const char* name = nullptr;
  EXPECT_EQ(Where(tree, OpenParentInRoot(tree.fd(), "/etc/deep/null", &name)),
            "/etc/deep");
  EXPECT_STREQ(name, "null");
  EXPECT_EQ(Where(tree, OpenParentInRoot(tree.fd(), "null", &name)), "");
}

TEST(OpenParentInRoot, RefusesNamesThatAreNone) {
  const Tree tree;
  const char* name = nullptr;
  for (const char* path : {"/", "etc/", "etc/.", "etc/.."}) {
    EXPECT_EQ(OpenParentInRoot(tree.fd(), path, &name).error(), EINVAL) << path;
  }
}

}  // namespace
}  // namespace chmdocker::path
