#include "cli/rights.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/rights_to_spec.h"
#include "cli/rights_values.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/process.h"

namespace chmdocker::cli {
namespace {

constexpr spec::CapabilitySet kDocker = spec::kDefaultCapabilities;
constexpr spec::CapabilitySet kChown = 1;
constexpr spec::CapabilitySet kNetAdmin = 1 << 12;
constexpr spec::CapabilitySet kAll = (spec::CapabilitySet{1} << 41) - 1;

spec::ContainerSpec Confined(const Rights& rights) {
  spec::ContainerSpec spec = spec::ConfinedDefaults();
  RightsToSpec(rights, spec);
  return spec;
}
spec::ContainerSpec Tutorial(const Rights& rights) {
  spec::ContainerSpec spec = spec::TutorialDefaults();
  RightsToSpec(rights, spec);
  return spec;
}

Rights With(const std::vector<std::string>& added,
            const std::vector<std::string>& dropped = {}) {
  Rights rights;
  for (const std::string& name : added) {
    EXPECT_EQ(ReadCapability(name, rights.added), absl::OkStatus());
  }
  for (const std::string& name : dropped) {
    EXPECT_EQ(ReadCapability(name, rights.dropped), absl::OkStatus());
  }
  return rights;
}
Rights Secured(const std::vector<std::string>& options) {
  Rights rights;
  for (const std::string& option : options) {
    EXPECT_EQ(ReadSecurityOption(option, rights.security), absl::OkStatus())
        << option;
  }
  return rights;
}
spec::CapabilitySet Bounding(const Rights& rights) {
  return Confined(rights).process.capabilities->bounding;
}

TEST(Capabilities, AreDockersByDefault) {
  const spec::Process process = Confined({}).process;
  EXPECT_EQ(process.capabilities->bounding, kDocker);
  EXPECT_EQ(process.capabilities->effective, kDocker);
  EXPECT_EQ(process.capabilities->permitted, kDocker);
  EXPECT_EQ(process.capabilities->inheritable, 0U);
  EXPECT_EQ(process.capabilities->ambient, 0U);
  EXPECT_EQ(process.capabilities->optional, kDocker);
  EXPECT_FALSE(Tutorial({}).process.capabilities);
}

TEST(Capabilities, AreAddedAndDroppedAsDockerDoes) {
  EXPECT_EQ(Bounding(With({"net_admin"})), kDocker | kNetAdmin);
  EXPECT_EQ(Bounding(With({}, {"CAP_CHOWN"})), kDocker & ~kChown);
  EXPECT_EQ(Bounding(With({"Chown"}, {"CHOWN"})), kDocker);
  EXPECT_EQ(Bounding(With({"NET_ADMIN"}, {"all"})), kNetAdmin);
  EXPECT_EQ(Bounding(With({}, {"ALL"})), 0U);
  EXPECT_EQ(Bounding(With({"ALL"})), kAll);
  EXPECT_EQ(Bounding(With({"ALL"}, {"cap_net_admin"})), kAll & ~kNetAdmin);
}

// What was asked for by name is missed when it can't be had.
TEST(Capabilities, OnesThatWereNamedAreNotOptional) {
  EXPECT_EQ(
      Confined(With({"net_admin", "chown"})).process.capabilities->optional,
      kDocker & ~kChown);
  EXPECT_EQ(Confined(With({"ALL"})).process.capabilities->optional, kAll);
}

TEST(Capabilities, OfTheTutorialAreTheCallers) {
  const spec::Process process = Tutorial(With({}, {"net_admin"})).process;
  ASSERT_TRUE(process.capabilities);
  EXPECT_EQ(process.capabilities->bounding, kAll & ~kNetAdmin);
  EXPECT_FALSE(process.user);
}

TEST(Capabilities, HaveNoOtherNames) {
  CapabilityChoice choice;
  EXPECT_EQ(ReadCapability("foo", choice).message(),
            "unknown capability: \"CAP_FOO\"; capabilities(7) has their names");
  for (const char* name : {"", "CAP_", "CAP_ALL", "cap_foo", "CHOWN,KILL"}) {
    EXPECT_FALSE(ReadCapability(name, choice).ok()) << name;
  }
}

TEST(SecurityOptions, Filters) {
  EXPECT_TRUE(Confined({}).default_seccomp);
  EXPECT_FALSE(Tutorial({}).default_seccomp);
  EXPECT_TRUE(Tutorial(Secured({"seccomp=builtin"})).default_seccomp);
  EXPECT_FALSE(Confined(Secured({"seccomp=unconfined"})).default_seccomp);
  EXPECT_FALSE(Confined(Secured({"seccomp:unconfined"})).default_seccomp);
  EXPECT_FALSE(Confined(Secured({"seccomp=/a/file"})).default_seccomp);
  EXPECT_EQ(Secured({"seccomp=x", "seccomp=a=b"}).security.seccomp, "a=b");
}

TEST(SecurityOptions, NoNewPrivileges) {
  const auto of = [](const std::vector<std::string>& options) {
    return Confined(Secured(options)).process.no_new_privileges;
  };
  EXPECT_TRUE(of({}));
  EXPECT_FALSE(of({"no-new-privileges=false"}));
  EXPECT_FALSE(of({"no-new-privileges:false"}));
  EXPECT_TRUE(of({"no-new-privileges=false", "no-new-privileges"}));
  EXPECT_FALSE(Tutorial({}).process.no_new_privileges);
  EXPECT_TRUE(
      Tutorial(Secured({"no-new-privileges=true"})).process.no_new_privileges);
}

TEST(SecurityOptions, Labels) {
  const auto of = [](const std::vector<std::string>& options) {
    return Confined(Secured(options)).process.selinux_label;
  };
  EXPECT_EQ(of({"label=disable"}), "");
  EXPECT_EQ(of({"label=type:spc_t"}), "system_u:system_r:spc_t:s0");
  EXPECT_EQ(of({"label:level:s0:c1,c2", "label=user:u", "label=role:r"}),
            "u:r:container_t:s0:c1,c2");
  EXPECT_EQ(Confined(Secured({"apparmor=box"})).process.apparmor_profile,
            "box");
}

TEST(SecurityOptions, SystemPaths) {
  EXPECT_FALSE(Confined({}).masked_paths.empty());
  const spec::ContainerSpec open =
      Confined(Secured({"systempaths=unconfined"}));
  EXPECT_TRUE(open.masked_paths.empty());
  EXPECT_TRUE(open.readonly_paths.empty());
  EXPECT_TRUE(open.default_seccomp);
}

TEST(SecurityOptions, NothingElse) {
  SecurityOptions options;
  for (const char* text :
       {"", "seccomp", "seccomp=", "foo=bar", "no-new-privileges=maybe",
        "no-new-privileges=", "label=", "label=foo",
        "label=type:", "label=type", "label=foo:bar", "systempaths=x",
        "systempaths", "apparmor="}) {
    EXPECT_FALSE(ReadSecurityOption(text, options).ok()) << text;
  }
}

TEST(Privileged, HasAllAndHidesNothing) {
  Rights rights;
  rights.privileged = true;
  const spec::ContainerSpec spec = Confined(rights);
  EXPECT_EQ(spec.process.capabilities->bounding, kAll);
  EXPECT_EQ(spec.process.capabilities->optional, kAll);
  EXPECT_FALSE(spec.process.no_new_privileges);
  EXPECT_FALSE(spec.default_seccomp);
  EXPECT_TRUE(spec.masked_paths.empty());
  EXPECT_TRUE(spec.readonly_paths.empty());
  for (const spec::Mount& mount : spec.mounts) {
    EXPECT_FALSE(mount.flags.has(kMountReadonly)) << mount.destination;
  }
}

TEST(Privileged, IsLimitedByWhatElseIsAsked) {
  Rights rights = With({}, {"net_admin"});
  rights.privileged = true;
  rights.security.seccomp = "builtin";
  rights.security.no_new_privileges = true;
  const spec::ContainerSpec spec = Confined(rights);
  EXPECT_EQ(spec.process.capabilities->bounding, kAll & ~kNetAdmin);
  EXPECT_TRUE(spec.default_seccomp);
  EXPECT_TRUE(spec.process.no_new_privileges);
}

TEST(Sysctl, TheLastOfANameCounts) {
  std::vector<std::pair<std::string, std::string>> sysctl;
  EXPECT_EQ(ReadSysctl("a.b=1", sysctl), absl::OkStatus());
  EXPECT_EQ(ReadSysctl("c=x=y", sysctl), absl::OkStatus());
  EXPECT_EQ(ReadSysctl("a.b=", sysctl), absl::OkStatus());
  EXPECT_EQ(sysctl, (std::vector<std::pair<std::string, std::string>>{
                        {"c", "x=y"}, {"a.b", ""}}));
  EXPECT_FALSE(ReadSysctl("a.b", sysctl).ok());
  EXPECT_FALSE(ReadSysctl("=1", sysctl).ok());
}

}  // namespace
}  // namespace chmdocker::cli
