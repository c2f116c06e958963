#include "testing/bench/bundle.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "runtime/oci/version.h"
#include "runtime/security/default_profile.h"
#include "runtime/spec/defaults.h"
#include "testing/bench/programs.h"
#include "testing/bench/runner.h"
#include "testing/bench/seccomp_json.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {
namespace {

namespace fs = std::filesystem;

// What is to be found in the text, and what it becomes.
using Changes = std::vector<std::pair<std::string, std::string>>;

// Known to crun 1.8 and runc 1.1.
constexpr char kOldVersion[] = "1.0.2";

constexpr char kSpecCapabilities[] =
    "\"CAP_AUDIT_WRITE\",\n\t\t\t\t\"CAP_KILL\",\n\t\t\t\t"
    "\"CAP_NET_BIND_SERVICE\"";
constexpr char kDockerCapabilities[] =
    R"("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL",
       "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE",
       "CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_MKNOD", "CAP_AUDIT_WRITE",
       "CAP_SETFCAP")";

absl::Status Failed(const std::error_code& error, const std::string& path) {
  return absl::UnavailableError(absl::StrCat(path, ": ", error.message()));
}

absl::Status Rewrite(const std::string& path, const Changes& changes) {
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  for (const auto& change : changes) {
    if (absl::StrReplaceAll({change}, &text) == 0) {
      return absl::InternalError(
          absl::StrCat(path, ": has no ", change.first, " to replace"));
    }
  }
  std::ofstream out(path);
  out << text;
  out.close();
  return out.good() ? absl::OkStatus()
                    : absl::UnavailableError(absl::StrCat(path, ": write"));
}

absl::Status MakeRootfs(const std::string& rootfs, const Programs& programs) {
  // What a container's mounts need: a runtime makes it only the first time.
  // Without /usr, systemd-nspawn takes it for no operating system.
  for (const char* name : {"/proc", "/dev", "/sys", "/usr"}) {
    std::error_code error;
    fs::create_directories(absl::StrCat(rootfs, name), error);
    if (error) return Failed(error, rootfs);
  }
  for (const auto& [file, name] :
       {std::pair(programs.command, "/true"), {programs.wait, "/wait"}}) {
    std::error_code error;
    const std::string copy = absl::StrCat(rootfs, name);
    if (!fs::copy_file(file, copy, error)) return Failed(error, copy);
  }
  return absl::OkStatus();
}

absl::Status MakeBundle(const std::string& directory, const std::string& rootfs,
                        const std::string& command, const Programs& programs,
                        Changes changes) {
  std::error_code error;
  if (!fs::create_directory(directory, error)) return Failed(error, directory);
  absl::Status made =
      Measure({{programs.chmdocker, "spec", "--bundle", directory}},
              Errors::kShown)
          .status();
  if (!made.ok()) return made;
  changes.insert(
      changes.end(),
      {{absl::StrCat("\"ociVersion\": \"", oci::kOciVersion),
        absl::StrCat("\"ociVersion\": \"", kOldVersion)},
       {"\"terminal\": true", "\"terminal\": false"},
       {"\"path\": \"rootfs\"", absl::StrCat("\"path\": \"", rootfs, "\"")},
       {"\"sh\"", absl::StrCat("\"", command, "\"")}});
  return Rewrite(absl::StrCat(directory, "/config.json"), changes);
}

Changes ForProfile() {
  const spec::Seccomp profile =
      security::DefaultProfile(spec::kDefaultCapabilities);
  return {
      {kSpecCapabilities, kDockerCapabilities},
      {"\"linux\": {",
       absl::StrCat("\"linux\": {\n\"seccomp\": ", SeccompJson(profile), ",")}};
}

}  // namespace

absl::StatusOr<Bundles> MakeBundles(const Workspace& workspace,
                                    const Programs& programs) {
  const auto below = [&](const char* name) {
    return absl::StrCat(workspace.directory(), "/", name);
  };
  Bundles bundles = {below("rootfs"), below("plain"), below("profile"),
                     below("waiting")};
  absl::Status status = MakeRootfs(bundles.rootfs, programs);
  if (status.ok()) {
    status = MakeBundle(bundles.plain, bundles.rootfs, "/true", programs, {});
  }
  if (status.ok()) {
    status = MakeBundle(bundles.profile, bundles.rootfs, "/true", programs,
                        ForProfile());
  }
  if (status.ok()) {
    status = MakeBundle(bundles.waiting, bundles.rootfs, "/wait", programs, {});
  }
  if (!status.ok()) return status;
  return bundles;
}

}  // namespace chmdocker::bench
