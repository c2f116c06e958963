#include "runtime/oci/config.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"

namespace chmdocker::oci {
namespace {

using spec::ContainerSpec;

// A configuration with this for its fields beside the necessary ones.
std::string Config(absl::string_view fields) {
  return absl::StrCat(R"({"ociVersion": "1.0.2", "root": {"path": "r"})",
                      fields.empty() ? "" : ", ", fields, "}");
}

std::string Linux(absl::string_view fields) {
  return Config(absl::StrCat(R"("linux": {)", fields, "}"));
}

std::string Process(absl::string_view fields) {
  return Config(absl::StrCat(R"("process": {"cwd": "/", )", fields, "}"));
}

std::string Error(absl::string_view json) {
  ParseOptions options;
  options.bundle = "/b";
  const absl::StatusOr<ContainerSpec> spec = ParseConfig(json, options);
  EXPECT_TRUE(absl::IsInvalidArgument(spec.status())) << spec.status();
  return std::string(spec.status().message());
}

struct Case {
  const char* name;
  std::string json;
  const char* message;
};

class Refuses : public ::testing::TestWithParam<Case> {};

TEST_P(Refuses, NamesTheField) {
  EXPECT_EQ(Error(GetParam().json), GetParam().message);
}

const Case kDocuments[] = {
    {"NoText", "", "json: there is no text"},
    {"NoObject", "[]", "must be an object and is an array"},
    {"Null", "null", "must be an object and is null"},
    {"NoVersion", R"({"root": {"path": "r"}})", "ociVersion: is missing"},
    {"NullVersion", R"({"ociVersion": null})", "ociVersion: is missing"},
    {"OldVersion", R"({"ociVersion": "0.9.0"})",
     "ociVersion: \"0.9.0\" is not supported; versions from 1.0.0 to 1.3.0 and "
     "later 1.x are"},
    {"NewVersion", R"({"ociVersion": "2.0.0"})",
     "ociVersion: \"2.0.0\" is not supported; versions from 1.0.0 to 1.3.0 and "
     "later 1.x are"},
    {"MalformedVersion", R"({"ociVersion": "1.x"})",
     "ociVersion: \"1.x\" is not supported; versions from 1.0.0 to 1.3.0 and "
     "later 1.x are"},
    {"NumericVersion", R"({"ociVersion": 1})",
     "ociVersion: must be a string and is a number"},
    {"NoRoot", R"({"ociVersion": "1.0.0"})", "root: is missing"},
    {"NoRootPath", R"({"ociVersion": "1.0.0", "root": {}})",
     "root.path: is missing"},
    {"EmptyRootPath", R"({"ociVersion": "1.0.0", "root": {"path": ""}})",
     "root.path: is empty"},
    {"NulInText", Config(R"("hostname": "a\u0000b")"),
     "hostname: \"a\\000b\" contains a NUL byte"},
    {"NulInList", Config(R"("process": {"args": ["a", "b\u0000"]})"),
     "process.args[1]: \"b\\000\" contains a NUL byte"},
    {"NulInKey", Config(R"("annotations": {"a\u0000": "b"})"),
     "annotations[\"a\\000\"]: \"a\\000\" contains a NUL byte"},
    {"AnnotationOfNoText", Config(R"("annotations": {"a.b": 1})"),
     "annotations[\"a.b\"]: must be a string and is a number"},
    {"AnnotationArray", Config(R"("annotations": ["a"])"),
     "annotations: must be an object and is an array"},
    {"LastOfTwoKeys", Config(R"("hostname": "a", "hostname": [])"),
     "hostname: must be a string and is an array"},
    {"Windows", Config(R"("windows": {"layerFolders": []})"),
     "windows: is for another platform; --lenient ignores it"},
    {"Vm", Config(R"("vm": {})"),
     "vm: is for another platform; --lenient ignores it"},
    {"HookWithoutPath", Config(R"("hooks": {"poststop": [{"args": []}]})"),
     "hooks.poststop[0].path: is missing"},
    {"HookTimeout",
     Config(R"("hooks": {"poststart": [{"path": "/a", "timeout": 0}]})"),
     "hooks.poststart[0].timeout: 0 is not in the range 1 to 2147483"},
    {"HooksOfNoArray", Config(R"("hooks": {"prestart": {}})"),
     "hooks.prestart: must be an array and is an object"},
};

const Case kMounts[] = {
    {"NoDestination", Config(R"("mounts": [{"type": "proc"}])"),
     "mounts[0].destination: is missing"},
    {"EmptyDestination",
     Config(R"("mounts": [{"destination": "", "type": "proc"}])"),
     "mounts[0].destination: is empty"},
    {"NoType", Config(R"("mounts": [{"destination": "/a"}])"),
     "mounts[0].type: is missing"},
    {"BindWithoutSource",
     Config(R"("mounts": [{"destination": "/a", "options": ["bind"]}])"),
     "mounts[0].source: is missing"},
    {"OptionOfNoText", Config(R"("mounts": [{"destination": "/a", "type": "t"},
                          {"destination": "/b", "options": ["ro", null]}])"),
     "mounts[1].options[1]: must be a string and is null"},
    {"MountMapping", Config(R"("mounts": [{"destination": "/a", "type": "t",
                           "uidMappings": [{"containerID": 0, "size": 1}]}])"),
     "mounts[0].uidMappings[0].hostID: is missing"},
};

const Case kProcess[] = {
    {"NoCwd", Config(R"("process": {"args": ["a"]})"),
     "process.cwd: is missing"},
    {"ArgsOfNoArray", Process(R"("args": "sh")"),
     "process.args: must be an array and is a string"},
    {"Terminal", Process(R"("terminal": "yes")"),
     "process.terminal: must be a truth value and is a string"},
    {"UidTooLarge", Process(R"("user": {"uid": 4294967295})"),
     "process.user.uid: 4294967295 is not in the range 0 to 4294967294"},
    {"UidOf33Bits", Process(R"("user": {"uid": 4294967296})"),
     "process.user.uid: 4294967296 is not in the range 0 to 4294967294"},
    {"UidOf65Bits", Process(R"("user": {"uid": 18446744073709551616})"),
     "process.user.uid: 18446744073709551616 is not in the range 0 to "
     "4294967294"},
    {"NegativeGid", Process(R"("user": {"gid": -1})"),
     "process.user.gid: -1 is not in the range 0 to 4294967294"},
    {"UidWithFraction", Process(R"("user": {"uid": 1.0})"),
     "process.user.uid: 1.0 is no whole number"},
    {"UidWithExponent", Process(R"("user": {"uid": 1e3})"),
     "process.user.uid: 1e3 is no whole number"},
    {"UidAsText", Process(R"("user": {"uid": "1"})"),
     "process.user.uid: must be a number and is a string"},
    {"AdditionalGid", Process(R"("user": {"additionalGids": [1, -2]})"),
     "process.user.additionalGids[1]: -2 is not in the range 0 to 4294967294"},
    {"Umask", Process(R"("user": {"umask": 512})"),
     "process.user.umask: 512 is not in the range 0 to 511"},
    {"Rlimit",
     Process(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": 1, "hard": 1},
                            {"type": "RLIMIT_FOO", "soft": 1, "hard": 1}])"),
     "process.rlimits[1].type: unknown \"RLIMIT_FOO\""},
    {"RlimitWithoutType", Process(R"("rlimits": [{"soft": 1, "hard": 1}])"),
     "process.rlimits[0].type: is missing"},
    {"RlimitWithoutHard",
     Process(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": 1}])"),
     "process.rlimits[0].hard: is missing"},
    {"NegativeRlimit",
     Process(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": -1}])"),
     "process.rlimits[0].soft: -1 is not in the range 0 to "
     "18446744073709551615"},
    {"OomScore", Process(R"("oomScoreAdj": -1001)"),
     "process.oomScoreAdj: -1001 is not in the range -1000 to 1000"},
    {"NoPolicy", Process(R"("scheduler": {})"),
     "process.scheduler.policy: is missing"},
    {"Policy", Process(R"("scheduler": {"policy": "SCHED_FOO"})"),
     "process.scheduler.policy: unknown \"SCHED_FOO\""},
    {"SchedulerFlag",
     Process(R"("scheduler": {"policy": "SCHED_RR", "flags": ["F"]})"),
     "process.scheduler.flags[0]: unknown \"F\""},
    {"Nice", Process(R"("scheduler": {"policy": "SCHED_RR", "nice": 20})"),
     "process.scheduler.nice: 20 is not in the range -20 to 19"},
    {"IoClass", Process(R"("ioPriority": {"class": "IOPRIO_CLASS_NONE"})"),
     "process.ioPriority.class: unknown \"IOPRIO_CLASS_NONE\""},
    {"IoPriority",
     Process(R"("ioPriority": {"class": "IOPRIO_CLASS_RT", "priority": 8})"),
     "process.ioPriority.priority: 8 is not in the range 0 to 7"},
    {"Affinity", Process(R"("execCPUAffinity": {"initial": "3-1"})"),
     "process.execCPUAffinity.initial: \"3-1\" is no list of processors, for "
     "example \"0-3,7\""},
    {"ConsoleSize", Process(R"("consoleSize": {"height": 65536, "width": 1})"),
     "process.consoleSize.height: 65536 is not in the range 0 to 65535"},
    {"CommandLine", Process(R"("commandLine": "cmd")"),
     "process.commandLine: is for Windows; --lenient ignores it"},
};

const Case kLinux[] = {
    {"Namespace", Linux(R"("namespaces": [{"type": "net"}])"),
     "linux.namespaces[0].type: unknown \"net\""},
    {"NamespaceTwice", Linux(R"("namespaces": [{"type": "pid"}, {"type": "uts"},
                             {"type": "pid", "path": "/p"}])"),
     "linux.namespaces[2].type: names a namespace a second time"},
    {"NamespaceWithoutType", Linux(R"("namespaces": [{"path": "/p"}])"),
     "linux.namespaces[0].type: is missing"},
    {"MappingSize", Linux(R"("gidMappings": [{"containerID": 0, "hostID": 0,
                               "size": 4294967296}])"),
     "linux.gidMappings[0].size: 4294967296 is not in the range 0 to "
     "4294967295"},
    {"Clock", Linux(R"("timeOffsets": {"realtime": {"secs": 1}})"),
     "linux.timeOffsets.realtime: is no clock of a time namespace; monotonic "
     "and boottime are"},
    {"Nanoseconds",
     Linux(R"("timeOffsets": {"boottime": {"nanosecs": 1000000000}})"),
     "linux.timeOffsets.boottime.nanosecs: 1000000000 is not in the range 0 to "
     "999999999"},
    {"DeviceType", Linux(R"("devices": [{"path": "/d", "type": "x"}])"),
     "linux.devices[0].type: unknown \"x\""},
    {"DeviceMajor",
     Linux(R"("devices": [{"path": "/d", "type": "c", "major": 4096}])"),
     "linux.devices[0].major: 4096 is not in the range 0 to 4095"},
    {"Propagation", Linux(R"("rootfsPropagation": "rw")"),
     "linux.rootfsPropagation: unknown \"rw\""},
    {"Sysctl", Linux(R"("sysctl": {"net.a": 1})"),
     "linux.sysctl[\"net.a\"]: must be a string and is a number"},
    {"Personality", Linux(R"("personality": {"domain": "LINUX64"})"),
     "linux.personality.domain: unknown \"LINUX64\""},
    {"PersonalityFlag",
     Linux(R"("personality": {"domain": "LINUX", "flags": ["A"]})"),
     "linux.personality.flags[0]: is no known flag; --lenient ignores it"},
    {"MemoryPolicy", Linux(R"("memoryPolicy": {"mode": "MPOL_FOO"})"),
     "linux.memoryPolicy.mode: unknown \"MPOL_FOO\""},
    {"MemoryNodes",
     Linux(R"("memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0-1024"})"),
     "linux.memoryPolicy.nodes: \"0-1024\" is no list of memory nodes, for "
     "example \"0-3,7\""},
    {"IntelRdt", Linux(R"("intelRdt": {"closID": "a"})"),
     "linux.intelRdt: is not supported; --lenient ignores it"},
    {"SeccompDefault", Linux(R"("seccomp": {"syscalls": []})"),
     "linux.seccomp.defaultAction: is missing"},
    {"SeccompAction",
     Linux(R"("seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls":
             [{"names": ["a"], "action": "ALLOW"}]})"),
     "linux.seccomp.syscalls[0].action: unknown \"ALLOW\""},
    {"SeccompFlag", Linux(R"("seccomp": {"defaultAction": "SCMP_ACT_ALLOW",
                          "flags": ["SECCOMP_FILTER_FLAG_FOO"]})"),
     "linux.seccomp.flags[0]: unknown \"SECCOMP_FILTER_FLAG_FOO\""},
    {"SeccompIndex",
     Linux(R"("seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls":
             [{"names": ["a"], "action": "SCMP_ACT_LOG", "args":
               [{"index": 6, "value": 1, "op": "SCMP_CMP_EQ"}]}]})"),
     "linux.seccomp.syscalls[0].args[0].index: 6 is not in the range 0 to 5"},
    {"SeccompOperator",
     Linux(R"("seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls":
             [{"names": ["a"], "action": "SCMP_ACT_LOG", "args":
               [{"index": 0, "value": 1, "op": "=="}]}]})"),
     "linux.seccomp.syscalls[0].args[0].op: unknown \"==\""},
    {"DeviceRuleAccess",
     Linux(R"("resources": {"devices": [{"allow": true}]})"),
     "linux.resources.devices[0].access: is missing"},
    {"DeviceRuleLetters",
     Linux(R"("resources": {"devices": [{"allow": true, "access": "rwx"}]})"),
     "linux.resources.devices[0].access: \"rwx\" is not made of the letters r, "
     "w and m"},
    {"DeviceRuleType",
     Linux(R"("resources": {"devices": [{"allow": true, "type": "p",
                                         "access": "r"}]})"),
     "linux.resources.devices[0].type: unknown \"p\""},
    {"MemoryLimit", Linux(R"("resources": {"memory": {"limit": -2}})"),
     "linux.resources.memory.limit: -2 is not in the range -1 to "
     "9223372036854775807"},
    {"BlockWeight", Linux(R"("resources": {"blockIO": {"weight": 65536}})"),
     "linux.resources.blockIO.weight: 65536 is not in the range 0 to 65535"},
    {"ThrottleRate", Linux(R"("resources": {"blockIO": {"throttleReadBpsDevice":
             [{"major": 1, "minor": 1}]}})"),
     "linux.resources.blockIO.throttleReadBpsDevice[0].rate: is missing"},
    {"Unified", Linux(R"("resources": {"unified": {"pids.max": 1}})"),
     "linux.resources.unified[\"pids.max\"]: must be a string and is a number"},
};

std::string Name(const ::testing::TestParamInfo<Case>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Document, Refuses, ::testing::ValuesIn(kDocuments),
                         Name);
INSTANTIATE_TEST_SUITE_P(Mounts, Refuses, ::testing::ValuesIn(kMounts), Name);
INSTANTIATE_TEST_SUITE_P(Process, Refuses, ::testing::ValuesIn(kProcess), Name);
INSTANTIATE_TEST_SUITE_P(Linux, Refuses, ::testing::ValuesIn(kLinux), Name);

class RefusesText : public ::testing::TestWithParam<Case> {};

TEST_P(RefusesText, SaysWhere) {
  // What follows is the reader's own text.
  EXPECT_EQ(Error(GetParam().json).rfind(GetParam().message, 0), 0)
      << Error(GetParam().json);
}

const Case kTexts[] = {
    {"Brace", "{", "json: line 1, column 2 (byte 1): "},
    {"SecondLine", "{\n  \"a\": tru\n}", "json: line 2, column 8 (byte 9): "},
    {"TrailingGarbage", "{} x", "json: line 1, column 4 (byte 3): "},
    {"TrailingComma", "{\"a\": 1,}", "json: line 1, column 8 (byte 7): "},
    {"Comment", "/* */ {}", "json: line 1, column 1 (byte 0): "},
    {"ByteOrderMark", "\xef\xbb\xbf{}", "json: line 1, column 1 (byte 0): "},
    {"Utf16", std::string("{\0}\0", 4), "json: line 1, column 2 (byte 1): "},
    {"IllFormedUtf8", "{\"a\": \"\xff\"}", "json: line 1, column 8 (byte 7): "},
    {"ControlCharacter", "{\"a\": \"\x01\"}",
     "json: line 1, column 8 (byte 7): "},
    {"NulByte", std::string("{}\0", 3), "json: line 1, column 3 (byte 2): "},
    {"NotANumber", "{\"a\": NaN}", "json: line 1, column 7 (byte 6): "},
    {"LeadingZero", "{\"a\": 01}", "json: line 1, column 7 (byte 6): "},
};
INSTANTIATE_TEST_SUITE_P(Text, RefusesText, ::testing::ValuesIn(kTexts), Name);

ContainerSpec Parse(absl::string_view json) {
  ParseOptions options;
  options.bundle = "/b/c";
  absl::StatusOr<ContainerSpec> spec = ParseConfig(json, options);
  EXPECT_TRUE(spec.ok()) << spec.status();
  return spec.ok() ? *std::move(spec) : ContainerSpec();
}

TEST(ParseConfig, TakesEveryVersion1) {
  for (const char* version :
       {"1.0.0", "1.0.2-dev", "1.3.0+dev", "1.42.0", "1.2"}) {
    Parse(absl::StrCat(R"({"ociVersion": ")", version,
                       R"(", "root": {"path": "/r"}})"));
  }
}

TEST(ParseConfig, StartsRelativePathsInTheBundle) {
  EXPECT_EQ(Parse(Config("")).root.path, "/b/c/r");
  const ContainerSpec spec = Parse(
      R"({"ociVersion": "1.0.0", "root": {"path": "./x/.././../r/"}, "mounts": [
          {"destination": "/a", "source": "v", "options": ["bind"]},
          {"destination": "/a", "source": "/v/../w", "options": ["rbind"]},
          {"destination": "/a", "source": "shm", "type": "tmpfs"}]})");
  EXPECT_EQ(spec.root.path, "/b/r");
  EXPECT_EQ(spec.mounts[0].source, "/b/c/v");
  EXPECT_EQ(spec.mounts[1].source, "/v/../w");
  EXPECT_EQ(spec.mounts[2].source, "shm");
}

TEST(ParseConfig, TellsBindMountsByTheirOptions) {
  const ContainerSpec spec = Parse(Config(R"("mounts": [
      {"destination": "/a", "source": "/s", "type": "none",
       "options": ["rbind"]},
      {"destination": "/a", "source": "/s", "type": "bind"},
      {"destination": "/a", "source": "/s", "type": "tmpfs",
       "options": ["bind"]},
      {"destination": "/a", "source": "/s", "type": "tmpfs"}])"));
  EXPECT_TRUE(spec.mounts[0].bind && spec.mounts[0].recursive);
  EXPECT_TRUE(spec.mounts[1].bind && !spec.mounts[1].recursive);
  EXPECT_TRUE(spec.mounts[2].bind);
  EXPECT_FALSE(spec.mounts[3].bind);
}

TEST(ParseConfig, GivesNothingUnasked) {
  const ContainerSpec spec = Parse(Config(""));
  ASSERT_TRUE(spec.process.user.has_value());
  EXPECT_EQ(spec.process.user->uid, 0U);
  ASSERT_TRUE(spec.process.capabilities.has_value());
  EXPECT_EQ(spec.process.capabilities->bounding, 0U);
  EXPECT_TRUE(spec.namespaces.empty());
  EXPECT_EQ(spec.user_namespace, spec::UserNamespace::kNever);
  EXPECT_FALSE(spec.seccomp.has_value());
}

TEST(ParseConfig, FillsDev) {
  const ContainerSpec spec = Parse(Linux(R"("devices": [
      {"path": "/dev/zero", "type": "c", "major": 1, "minor": 5,
       "fileMode": 384}])"));
  ASSERT_EQ(spec.devices.size(), 6U);
  EXPECT_EQ(spec.devices[0].path, "/dev/null");
  EXPECT_EQ(spec.devices[5].path, "/dev/zero");
  EXPECT_EQ(spec.devices[5].permissions, 0600U);
  ASSERT_EQ(spec.symlinks.size(), 5U);
  EXPECT_EQ(spec.symlinks[0].path, "/dev/fd");
}

TEST(ParseConfig, LeavesWhatIsMountedInDev) {
  const ContainerSpec spec = Parse(Config(R"("mounts": [
      {"destination": "/dev/null", "source": "/s", "options": ["bind"]},
      {"destination": "/dev/./ptmx", "source": "/s", "options": ["bind"]}])"));
  ASSERT_EQ(spec.devices.size(), 5U);
  EXPECT_EQ(spec.devices[0].path, "/dev/zero");
  ASSERT_EQ(spec.symlinks.size(), 4U);
}

TEST(ParseConfig, LeavesTheHostsDevAlone) {
  const ContainerSpec spec = Parse(Config(R"("mounts": [
      {"destination": "/dev/", "source": "/dev", "options": ["rbind"]}],
      "linux": {"devices": [{"path": "/dev/fuse", "type": "c"},
                            {"path": "/fuse", "type": "c"}]})"));
  EXPECT_TRUE(spec.symlinks.empty());
  ASSERT_EQ(spec.devices.size(), 1U);
  EXPECT_EQ(spec.devices[0].path, "/fuse");
}

TEST(ParseConfig, CountsTheLastOfTwoKeys) {
  const ContainerSpec spec = Parse(Config(
      R"("hostname": [], "hostname": "h",
         "annotations": {"b": "1", "a": "1", "b": "2"})"));
  EXPECT_EQ(spec.hostname, "h");
  ASSERT_EQ(spec.annotations.size(), 2U);
  EXPECT_EQ(spec.annotations[1].second, "2");
}

TEST(ParseConfig, WarnsOfWhatItLeavesOut) {
  std::vector<std::string> warnings;
  ParseOptions options;
  options.lenient = true;
  options.bundle = "/b";
  options.warn = [&](absl::string_view line) { warnings.emplace_back(line); };
  const absl::StatusOr<ContainerSpec> spec = ParseConfig(
      Config(R"("vm": {}, "mounts": [{"destination": "a", "type": "t"}],
          "process": {"cwd": "/", "user": {"username": "u"},
          "capabilities": {"bounding": ["CAP_FOO", "CAP_CHOWN"]}},
          "linux": {"intelRdt": {}, "resources": {"memory": {"kernel": 1}}})"),
      options);
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->process.capabilities->bounding, 1U);
  EXPECT_EQ(spec->mounts[0].destination, "/a");
  const std::vector<std::string> expected = {
      "process.user.username: is for Windows; ignored",
      "process.capabilities.bounding[0]: unknown \"CAP_FOO\"; ignored",
      "mounts[0].destination: is no absolute path; taken as relative to /",
      "linux.resources.memory.kernel: is obsolete; ignored",
      "linux.intelRdt: is not supported; ignored",
      "vm: is for another platform; ignored",
  };
  EXPECT_EQ(warnings, expected);
}

TEST(ParseConfig, SurvivesDeepNesting) {
  const std::string deep(1 << 20, '[');
  EXPECT_EQ(Error(Config(absl::StrCat("\"a\": ", deep))).rfind("json: ", 0), 0);
  const std::string end(1 << 20, ']');
  EXPECT_EQ(Parse(Config(absl::StrCat("\"a\": ", deep, end))).root.path,
            "/b/c/r");
}

TEST(ParseConfig, TakesSeveralMegabytes) {
  std::string fields = R"("annotations": {)";
  for (int i = 0; i < 100000; ++i) {
    absl::StrAppend(&fields, i == 0 ? "" : ",", "\"key", i % 50000,
                    "\": \"0123456789 0123456789 0123456789 ", i, "\"");
  }
  EXPECT_EQ(Parse(Config(fields + "}")).annotations.size(), 50000U);
}

TEST(ParseProcess, LeavesCapabilitiesToTheContainer) {
  const absl::StatusOr<spec::Process> process =
      ParseProcess(R"({"args": ["a"], "cwd": "/", "user": {"uid": 5}})", {});
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ(process->user->uid, 5U);
  EXPECT_FALSE(process->capabilities.has_value());
  EXPECT_EQ(ParseProcess(R"({"args": [1]})", {}).status().message(),
            "process.args[0]: must be a string and is a number");
}

TEST(ParseResources, IsTheObjectAlone) {
  const absl::StatusOr<spec::Resources> resources =
      ParseResources(R"({"pids": {"limit": 0}, "cpu": {}})", {});
  ASSERT_TRUE(resources.ok()) << resources.status();
  EXPECT_EQ(resources->pids_limit, 0);
  EXPECT_FALSE(resources->cpu.shares.has_value());
  EXPECT_EQ(ParseResources(R"({"pids": 5})", {}).status().message(),
            "resources.pids: must be an object and is a number");
}

}  // namespace
}  // namespace chmdocker::oci
