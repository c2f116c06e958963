// The documents that are written: state, features and the template.
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/oci/config.h"
#include "runtime/oci/features.h"
#include "runtime/oci/spec_template.h"
#include "runtime/oci/state_json.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/validate.h"

namespace chmdocker::oci {
namespace {

State SomeState() {
  return {.id = "c1",
          .status = "created",
          .pid = 42,
          .bundle = "/b/\"c\"",
          .annotations = {{"a/b", "\n"}}};
}

TEST(StateJson, IsOneLineForHooks) {
  EXPECT_EQ(StateJson(SomeState()),
            R"({"ociVersion":"1.3.0","id":"c1","status":"created","pid":42,)"
            R"("bundle":"/b/\"c\"","annotations":{"a/b":"\n"}})");
  State stopped = SomeState();
  stopped.pid = 0;
  stopped.annotations.clear();
  EXPECT_EQ(StateJson(stopped),
            R"({"ociVersion":"1.3.0","id":"c1","status":"created",)"
            R"("bundle":"/b/\"c\""})");
}

TEST(StateJson, HasRuncsFieldsForEngines) {
  State stopped = SomeState();
  stopped.pid = 0;
  EXPECT_EQ(StateJson(stopped, {.rootfs = "/r", .created = "t", .owner = "o"}),
            R"({
  "ociVersion": "1.3.0",
  "id": "c1",
  "status": "created",
  "pid": 0,
  "bundle": "/b/\"c\"",
  "annotations": {
    "a/b": "\n"
  },
  "rootfs": "/r",
  "created": "t",
  "owner": "o"
}
)");
}

TEST(FeaturesJson, IsMadeOfTheTables) {
  const absl::string_view architectures[] = {"SCMP_ARCH_X86_64"};
  FeaturesInput input;
  input.version = "1.2";
  input.commit = "abc";
  input.seccomp_architectures = architectures;
  const std::string json = FeaturesJson(input);
  for (const char* part :
       {R"("ociVersionMin": "1.0.0",
    "ociVersionMax": "1.3.0",
    "hooks": [
        "prestart",
        "createRuntime",
        "createContainer",
        "startContainer",
        "poststart",
        "poststop"
    ],
    "mountOptions": [
        "async",)",
        R"("namespaces": [
            "cgroup",
            "ipc",
            "mount",
            "network",
            "pid",
            "time",
            "user",
            "uts"
        ],
        "capabilities": [
            "CAP_CHOWN",)",
        R"("seccomp": {
            "enabled": true,
            "actions": [
                "SCMP_ACT_ALLOW",)",
        R"("archs": [
                "SCMP_ARCH_X86_64"
            ],)",
        R"("intelRdt": {
            "enabled": false
        },
        "memoryPolicy": {
            "modes": [
                "MPOL_DEFAULT",)",
        R"("mountExtensions": {
            "idmap": {
                "enabled": true
            }
        },
        "netDevices": {
            "enabled": true
        })",
        R"("chmdocker.version": "1.2",
        "chmdocker.commit": "abc",)",
        "\"rro\"", "\"tmpcopyup\"", "\"CAP_CHECKPOINT_RESTORE\""}) {
    EXPECT_TRUE(absl::StrContains(json, part)) << part << "\nin\n" << json;
  }
}

TEST(FeaturesJson, SaysWhatThereIsNot) {
  FeaturesInput input;
  input.selinux = false;
  const std::string json = FeaturesJson(input);
  EXPECT_TRUE(absl::StrContains(json, R"("seccomp": {
            "enabled": false
        },)"));
  EXPECT_TRUE(absl::StrContains(json, R"("selinux": {
            "enabled": false
        },)"));
  EXPECT_FALSE(absl::StrContains(json, "commit"));
}

spec::ContainerSpec Parse(const std::string& json) {
  ParseOptions options;
  options.bundle = "/b";
  absl::StatusOr<spec::ContainerSpec> spec = ParseConfig(json, options);
  EXPECT_TRUE(spec.ok()) << spec.status() << json;
  return spec.ok() ? *std::move(spec) : spec::ContainerSpec();
}

TEST(SpecTemplateJson, IsTakenAsItIs) {
  const spec::ContainerSpec spec = Parse(SpecTemplateJson({}));
  EXPECT_EQ(spec::Validate(spec), absl::OkStatus());
  EXPECT_EQ(spec.process.args, std::vector<std::string>{"sh"});
  EXPECT_TRUE(spec.process.terminal);
  EXPECT_TRUE(spec.process.no_new_privileges);
  EXPECT_EQ(spec.process.capabilities->bounding, 1U << 29 | 1U << 5 | 1U << 10);
  EXPECT_EQ(spec.process.capabilities->ambient, 0U);
  EXPECT_EQ(spec.process.rlimits[0].hard, 1024U);
  EXPECT_EQ(spec.root.path, "/b/rootfs");
  EXPECT_TRUE(spec.root.readonly);
  EXPECT_EQ(spec.namespaces, kNewMount | kNewNet | kNewUts | kNewPid | kNewIpc |
                                 CloneFlags(CLONE_NEWCGROUP));
  const spec::ContainerSpec defaults = spec::RootfsDefaults();
  EXPECT_EQ(spec.masked_paths, defaults.masked_paths);
  EXPECT_EQ(spec.readonly_paths, defaults.readonly_paths);
  ASSERT_EQ(spec.mounts.size(), 7U);
  EXPECT_EQ(spec.mounts[6].type, "cgroup");
  EXPECT_TRUE(spec.mounts[6].flags.has(kMountReadonly));
  // The mounts that both have are the same but for /proc's options.
  for (size_t i = 1; i < defaults.mounts.size(); ++i) {
    EXPECT_EQ(spec.mounts[i].destination, defaults.mounts[i].destination);
    EXPECT_EQ(spec.mounts[i].flags, defaults.mounts[i].flags);
    EXPECT_EQ(spec.mounts[i].data, defaults.mounts[i].data);
  }
  EXPECT_FALSE(spec.resources.devices[0].allow);
}

TEST(SpecTemplateJson, SuitsAnOrdinaryUser) {
  const spec::ContainerSpec spec =
      Parse(SpecTemplateJson(RootlessUser{.uid = 1000, .gid = 100}));
  EXPECT_EQ(spec::Validate(spec), absl::OkStatus());
  EXPECT_EQ(spec.namespaces, kNewMount | kNewUser | kNewUts | kNewPid |
                                 kNewIpc | CloneFlags(CLONE_NEWCGROUP));
  EXPECT_EQ(spec.uid_mappings[0], (spec::IdMapping{0, 1000, 1}));
  EXPECT_EQ(spec.gid_mappings[0], (spec::IdMapping{0, 100, 1}));
  EXPECT_EQ(spec.mounts[2].data, "newinstance,ptmxmode=0666,mode=0620");
  EXPECT_TRUE(spec.mounts[5].bind && spec.mounts[5].recursive);
  EXPECT_EQ(spec.mounts[5].source, "/sys");
  EXPECT_TRUE(spec.resources.devices.empty());
}

}  // namespace
}  // namespace chmdocker::oci
