#include "runtime/spec/validate.h"

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"

namespace chmdocker::spec {
namespace {

ContainerSpec Good() {
  ContainerSpec spec = RootfsDefaults();
  spec.process.args = {"/bin/sh"};
  spec.process.env = {"A=", "B=x=y"};
  spec.root.path = "/rootfs";
  return spec;
}

TEST(Validate, PassesTheDefaults) {
  EXPECT_EQ(Validate(Good()), absl::OkStatus());
  ContainerSpec tutorial = TutorialDefaults();
  tutorial.process.args = {"/bin/sh"};
  EXPECT_EQ(Validate(tutorial), absl::OkStatus());
}

struct Case {
  const char* name;
  std::function<void(ContainerSpec&)> damage;
  const char* message;
};

class Refuses : public ::testing::TestWithParam<Case> {};

TEST_P(Refuses, NamesTheField) {
  ContainerSpec spec = Good();
  GetParam().damage(spec);
  const absl::Status status = Validate(spec);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(), GetParam().message);
}

const Case kCases[] = {
    {"NoCommand", [](ContainerSpec& s) { s.process.args.clear(); },
     "process.args: there is no command"},
    {"EmptyCommand", [](ContainerSpec& s) { s.process.args = {""}; },
     "process.args: there is no command"},
    {"NulInArgument",
     [](ContainerSpec& s) { s.process.args.push_back(std::string("a\0b", 3)); },
     "process.args[1]: \"a\\000b\" contains a NUL byte"},
    {"NamelessVariable", [](ContainerSpec& s) { s.process.env = {"=x"}; },
     "process.env[0]: \"=x\" is not of the form NAME=value"},
    {"VariableWithoutValue", [](ContainerSpec& s) { s.process.env = {"A"}; },
     "process.env[0]: \"A\" is not of the form NAME=value"},
    {"RelativeCwd", [](ContainerSpec& s) { s.process.cwd = "tmp"; },
     "process.cwd: \"tmp\" is not an absolute path"},
    {"NoCwdInRootfs", [](ContainerSpec& s) { s.process.cwd = ""; },
     "process.cwd: \"\" is not an absolute path"},
    {"RelativeRoot", [](ContainerSpec& s) { s.root.path = "rootfs"; },
     "root.path: \"rootfs\" is not an absolute path"},
    {"HostRoot", [](ContainerSpec& s) { s.root.path = "//"; },
     "root.path: \"//\" is the host's own root directory"},
    {"LongHostname",
     [](ContainerSpec& s) { s.hostname = std::string(65, 'h'); },
     "hostname: "
     "\"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\" is "
     "longer than 64 bytes"},
    {"HostnameOfTheHost",
     [](ContainerSpec& s) {
       s.hostname = "h";
       s.namespaces = s.namespaces.without(kNewUts);
     },
     "hostname: \"h\" would change the host's name: it needs a new uts "
     "namespace"},
    {"MountsOnTheHost",
     [](ContainerSpec& s) { s.namespaces = s.namespaces.without(kNewMount); },
     "mounts: would be mounted on the host: they need a new mount namespace"},
    {"RelativeMount", [](ContainerSpec& s) { s.mounts[1].destination = "dev"; },
     "mounts[1].destination: \"dev\" is not an absolute path"},
    {"RelativeMask", [](ContainerSpec& s) { s.masked_paths = {"proc"}; },
     "linux.maskedPaths: \"proc\" is not an absolute path"},
    {"DevicesOnTheHost", [](ContainerSpec& s) { s.root.path = ""; },
     "linux: devices, masked and read-only paths need a root file system"},
};

INSTANTIATE_TEST_SUITE_P(Fields, Refuses, ::testing::ValuesIn(kCases),
                         [](const ::testing::TestParamInfo<Case>& info) {
                           return info.param.name;
                         });

TEST(Validate, RefusesAReadonlyHost) {
  ContainerSpec spec = TutorialDefaults();
  spec.process.args = {"sh"};
  spec.root.readonly = true;
  EXPECT_TRUE(absl::IsInvalidArgument(Validate(spec)));
}

}  // namespace
}  // namespace chmdocker::spec
