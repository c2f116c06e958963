#include "cli/mount_flags.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/mounts_to_spec.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {
namespace {

using Reader = absl::Status (*)(absl::string_view, std::vector<spec::Mount>&);

std::string Words(const spec::Mount& mount) {
  std::string words;
  const auto add = [&](bool is, absl::string_view word) {
    if (is) absl::StrAppend(&words, " ", word);
  };
  add(mount.recursive, "tree");
  add(mount.flags.has(kMountReadonly), "ro");
  add(mount.recursive_set.has(kAttrReadonly),
      mount.recursive_optional ? "all-ro?" : "all-ro");
  for (const MountFlags propagation : mount.propagation) {
    add(propagation.has(kMountRecursive), "all");
    add(propagation.has(kMountShared), "shared");
    add(propagation.has(kMountSlave), "slave");
    add(propagation.has(kMountPrivate), "private");
  }
  for (const auto* maps : {&mount.uid_mappings, &mount.gid_mappings}) {
    for (const spec::IdMapping& map : *maps) {
      absl::StrAppend(&words, " ", map.container_id, "-", map.host_id, "-",
                      map.size);
    }
  }
  if (mount.type == "tmpfs") {
    add(!mount.flags.has(kMountNosuid), "suid");
    add(!mount.flags.has(kMountNodev), "dev");
    add(!mount.flags.has(kMountNoexec), "exec");
    add(mount.copy_up, "copy");
  }
  add(!mount.data.empty(), mount.data);
  return words;
}

// "SOURCE DESTINATION WORDS", or the error.
std::string Read(Reader read, absl::string_view text) {
  std::vector<spec::Mount> out;
  const absl::Status status = read(text, out);
  if (!status.ok()) return std::string(status.message());
  const spec::Mount& mount = out[0];
  EXPECT_EQ(mount.bind, mount.type == "bind");
  return absl::StrCat(mount.source, " ", mount.destination, Words(mount));
}

struct Case {
  const char* text;
  const char* wanted;
};

TEST(Volume, IsABind) {
  for (const Case& c : {
           Case{"/a:/b", "/a /b tree"},
           {"./a:/b/../c//d/", "./a /c/d tree"},
           {".:/b", ". /b tree"},
           {"..:/b", ".. /b tree"},
           {"/a:/b:rw", "/a /b tree"},
           {"/a:/b:ro", "/a /b tree ro all-ro?"},
           {"/a:/b:rro", "/a /b tree ro all-ro"},
           {"/a:/b:ro,rslave", "/a /b tree ro all-ro? all slave"},
           {"/a:/b:shared,nocopy,cached", "/a /b tree shared"},
           {"/a:/b:idmap=uids=0-1000-1#5-6-7;gids=0-10-2",
            "/a /b tree 0-1000-1 5-6-7 0-10-2"},
       }) {
    EXPECT_EQ(Read(ReadVolume, c.text), c.wanted) << c.text;
  }
  std::vector<spec::Mount> out;
  EXPECT_TRUE(ReadVolume("/a:/b", out).ok() && out[0].makes_source);
}

TEST(Volume, RefusesTheRest) {
  constexpr char kSpecification[] =
      "invalid volume specification; wants SRC:DST[:OPTION,...]";
  constexpr char kVolumes[] =
      "named volumes are not there yet; give an absolute path, or ./PATH, as "
      "the source";
  for (const Case& c : {
           Case{"", kSpecification},
           {":", kSpecification},
           {"/a:", kSpecification},
           {":/a", kSpecification},
           {"/a:/b:", kSpecification},
           {"/a::ro", kSpecification},
           {"/a:/b:ro:x", kSpecification},
           {"/a", kVolumes},
           {"data:/b", kVolumes},
           {".a:/b", kVolumes},
           {"~/a:/b", kVolumes},
           {"/a:b", "invalid mount path: 'b' mount path must be absolute"},
           {"/a:/", "invalid specification: destination can't be '/'"},
           {"/a:/x/..", "invalid specification: destination can't be '/'"},
           {"/a:/b:foo", "invalid mode: foo"},
           {"/a:/b:ro,rw", "invalid mode: ro,rw"},
           {"/a:/b:ro,rro", "invalid mode: ro,rro"},
           {"/a:/b:ro,", "invalid mode: ro,"},
           {"/a:/b:ro shared", "invalid mode: ro shared"},
           {"/a:/b:shared,private", "invalid mode: shared,private"},
           {"/a:/b:ro=true", "invalid mode: ro=true"},
       }) {
    EXPECT_EQ(Read(ReadVolume, c.text), c.wanted) << c.text;
  }
  for (const char* text : {"/a:/b:z", "/a:/b:ro,Z"}) {
    EXPECT_TRUE(absl::StrContains(Read(ReadVolume, text), "SELinux")) << text;
  }
  for (const char* text :
       {"idmap", "idmap=", "idmap=uids=0-0-1", "idmap=uids=0-0-1;gids=",
        "idmap=uids=0-0;gids=0-0-1", "idmap=uids=0-0-1;gids=0-0-x",
        "idmap=gids=0-0-1;uids=0-0-1", "idmap=uids=0-0-4294967296;gids=0-0-1",
        "idmap=uids=0-0-1;gids=0-0-1;"}) {
    EXPECT_TRUE(absl::StartsWith(Read(ReadVolume, absl::StrCat("/a:/b:", text)),
                                 "idmap: wants"))
        << text;
  }
}

TEST(Mount, HasKeysAndValues) {
  for (const Case& c : {
           Case{"type=bind,src=/a,dst=/b", "/a /b tree"},
           {"type=bind,source=./a,target=/b", "./a /b tree"},
           {"type=bind,src=/a,destination=/b,readonly",
            "/a /b tree ro all-ro?"},
           {"type=bind,src=/a,dst=/b,ro=1", "/a /b tree ro all-ro?"},
           {"type=bind,src=/a,dst=/b,ro=false", "/a /b tree"},
           {"type=bind,src=/a,dst=/b,bind-propagation=rshared",
            "/a /b tree all shared"},
           {"type=bind,src=/a,dst=/b,bind-recursive=disabled,ro", "/a /b ro"},
           {"type=bind,src=/a,dst=/b,bind-nonrecursive", "/a /b"},
           {"type=bind,src=/a,dst=/b,bind-recursive=writable,ro",
            "/a /b tree ro"},
           {"type=bind,src=/a,dst=/b,bind-recursive=readonly,ro",
            "/a /b tree ro all-ro"},
           {"type=bind,src=/a,dst=/b,consistency=cached", "/a /b tree"},
           {"type=bind,src=/a,dst=/b,idmap=uids=0-1-2;gids=3-4-5",
            "/a /b tree 0-1-2 3-4-5"},
           {"type=tmpfs,dst=/b", "tmpfs /b"},
           {"type=tmpfs,dst=/b,tmpfs-size=1m,tmpfs-mode=1770,ro",
            "tmpfs /b ro size=1048576,mode=1770"},
           {"type=tmpfs,dst=/b,tmpfs-mode=700", "tmpfs /b mode=0700"},
       }) {
    EXPECT_EQ(Read(ReadMount, c.text), c.wanted) << c.text;
  }
}

TEST(Mount, RefusesTheRest) {
  for (const Case& c : {
           Case{"type=bind,src=/a", "target is required"},
           {"type=bind,dst=/b", "field Source must not be empty"},
           {"type=bind,src=a,dst=/b",
            "invalid mount path: 'a' mount path must be absolute"},
           {"type=bind,src=/a,dst=b",
            "invalid mount path: 'b' mount path must be absolute"},
           {"type=bind,src=/a,dst=/",
            "invalid specification: destination can't be '/'"},
           {"type=foo,dst=/b", "mount type unknown: foo; wants bind or tmpfs"},
           {"type", "invalid field 'type' must be a key=value pair"},
           {"", "invalid field '' must be a key=value pair"},
           {"type=bind,", "invalid field '' must be a key=value pair"},
           {"foo=1,type=bind", "unexpected key 'foo' in 'foo=1,type=bind'"},
           {"type=bind,ro=x", "invalid value for ro: x"},
           {"type=tmpfs,tmpfs-size=x", "invalid value for tmpfs-size: x"},
           {"type=tmpfs,tmpfs-mode=8", "invalid value for tmpfs-mode: 8"},
           {"type=tmpfs,tmpfs-mode=17777",
            "invalid value for tmpfs-mode: 17777"},
           {"type=tmpfs,tmpfs-mode=", "invalid value for tmpfs-mode: "},
           {"type=tmpfs,src=/a,dst=/b", "field Source must not be specified"},
           {"type=bind,src=/a,dst=/b,tmpfs-size=1m",
            "cannot mix 'tmpfs-*' options with mount type 'bind'"},
           {"type=tmpfs,dst=/b,bind-propagation=shared",
            "cannot mix 'bind-*' options with mount type 'tmpfs'"},
           {"TYPE=bind", "unexpected key 'TYPE' in 'TYPE=bind'"},
           {"type=bind,\"src=/a,b\",dst=/b",
            "quotation marks are not understood; --volume takes commas"},
           {"bind-propagation=foo", "invalid value for bind-propagation: foo"},
           {"type=bind,src=/a,dst=/b,bind-recursive=readonly",
            "option 'bind-recursive=readonly' requires 'readonly' to be "
            "specified in conjunction"},
           {"bind-recursive=foo", "invalid value for bind-recursive: foo"},
       }) {
    EXPECT_EQ(Read(ReadMount, c.text), c.wanted) << c.text;
  }
  for (const char* text : {"src=data,dst=/b", "type=volume,src=data,dst=/b",
                           "volume-nocopy=true"}) {
    EXPECT_TRUE(absl::StartsWith(Read(ReadMount, text), "named volumes"))
        << text;
  }
}

TEST(Tmpfs, IsDockers) {
  for (const Case& c : {
           Case{"/b", "tmpfs /b"},
           {"/b/", "tmpfs /b"},
           {"/b:size=1m,mode=700", "tmpfs /b size=1m,mode=700"},
           {"/b:rw,exec,suid,dev", "tmpfs /b suid dev exec"},
           {"/b:ro,exec,noexec", "tmpfs /b ro"},
           {"/b:tmpcopyup,uid=7", "tmpfs /b copy uid=7"},
           {"b", "invalid mount path: 'b' mount path must be absolute"},
           {"/", "invalid specification: destination can't be '/'"},
           {"/b:", "invalid tmpfs option \"\""},
           {"/b:foo", "invalid tmpfs option \"foo\""},
           {"/b:size", "invalid tmpfs option \"size\""},
           {"/b:exec=1", "invalid tmpfs option \"exec=1\""},
           {"/b:bind", "invalid tmpfs option \"bind\""},
           {"/b:huge=always", "invalid tmpfs option \"huge=always\""},
       }) {
    EXPECT_EQ(Read(ReadTmpfs, c.text), c.wanted) << c.text;
  }
}

// Destinations of the mounts, or the error.
std::string Spec(spec::ContainerSpec& spec,
                 const std::vector<const char*>& volumes,
                 const std::string& directory = "/here") {
  std::vector<spec::Mount> flags;
  for (const char* text : volumes) {
    const Reader read = absl::StrContains(text, ':') ? ReadVolume : ReadTmpfs;
    EXPECT_EQ(read(text, flags), absl::OkStatus());
  }
  const absl::Status status = MountsToSpec(flags, directory, spec);
  if (!status.ok()) return std::string(status.message());
  std::string all;
  for (const spec::Mount& mount : spec.mounts) {
    absl::StrAppend(&all, all.empty() ? "" : " ", mount.destination);
  }
  return all;
}
std::string Rootfs(const std::vector<const char*>& volumes) {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.root.path = "/root";
  return Spec(spec, volumes);
}

TEST(MountsToSpec, SortsByDepth) {
  EXPECT_EQ(Rootfs({"/a/b/c", "/z", "/a/b", "/a"}),
            "/proc /dev /dev/pts /dev/shm /dev/mqueue /sys /z /a /a/b /a/b/c");
}

TEST(MountsToSpec, TakesDefaultsThatAreCovered) {
  EXPECT_EQ(Rootfs({"/dev/shm", "/sys"}),
            "/proc /dev /dev/pts /dev/mqueue /sys /dev/shm");
  EXPECT_EQ(Rootfs({"/x:/dev", "/development"}),
            "/proc /sys /dev /development");
}

TEST(MountsToSpec, HasADestinationOnce) {
  EXPECT_EQ(Rootfs({"/a", "/b:/a"}), "Duplicate mount point: /a");
}

TEST(MountsToSpec, ReadsRelativeSources) {
  spec::ContainerSpec spec = spec::TutorialDefaults();
  EXPECT_EQ(Spec(spec, {"./a:/b"}), "/proc /b");
  EXPECT_EQ(spec.mounts.back().source, "/here/./a");
  EXPECT_EQ(Spec(spec, {"./a:/c"}, ""),
            "the mount on /c: its source is relative, and the working "
            "directory has been removed");
}

TEST(MountsToSpec, ArePrivateByDefault) {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.root.path = "/root";
  Spec(spec, {"/a:/b"});
  EXPECT_EQ(spec.mounts.back().propagation,
            std::vector{kMountRecursive | kMountPrivate});
  EXPECT_TRUE(spec.rootfs_propagation.empty());
  Spec(spec, {"/a:/c:rshared"});
  EXPECT_TRUE(spec.rootfs_propagation.has(kMountShared));
  spec::ContainerSpec tutorial = spec::TutorialDefaults();
  Spec(tutorial, {"/a:/b"});
  EXPECT_TRUE(tutorial.mounts.back().propagation.empty());
  EXPECT_EQ(Spec(tutorial, {"/a:/c:rslave"}),
            "the mount on /c: shared and slave need --rootfs DIR; without it "
            "all is private");
}

}  // namespace
}  // namespace chmdocker::cli
