#include "testing/bench/bundle.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/hierarchy.h"
#include "runtime/host/facts.h"
#include "runtime/oci/version.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::string> MakeDirectory(const std::string& parent) {
  std::string name = absl::StrCat(parent, "/chmdocker-bench.XXXXXX");
  if (mkdtemp(name.data()) != nullptr) return name;
  return absl::UnavailableError(
      absl::StrCat("mkdtemp ", name, ": ", strerror(errno)));
}

// A runtime's state is kept in memory: on a disk, what is measured would be its
// journal. /run is a tmpfs wherever a distribution's init has started the host.
const char* StateParent() {
  struct statfs filesystem;
  const bool in_memory =
      statfs("/run", &filesystem) == 0 && filesystem.f_type == TMPFS_MAGIC;
  return in_memory ? "/run" : "/dev/shm";
}

absl::Status Failed(const std::error_code& error, const std::string& path) {
  return absl::UnavailableError(absl::StrCat(path, ": ", error.message()));
}

absl::Status Rewrite(
    const std::string& path,
    std::initializer_list<std::pair<absl::string_view, absl::string_view>>
        changes) {
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

}  // namespace

absl::StatusOr<Bundle> Bundle::Create(const std::string& chmdocker,
                                      const std::string& command) {
  Bundle bundle;
  const char* const temporary = getenv("TMPDIR");
  absl::StatusOr<std::string> made =
      MakeDirectory(temporary == nullptr ? "/tmp" : temporary);
  if (!made.ok()) return made.status();
  bundle.directory_ = *std::move(made);
  made = MakeDirectory(StateParent());
  if (!made.ok()) return made.status();
  bundle.state_ = *std::move(made);
  absl::Status status = bundle.Fill(chmdocker, command);
  if (!status.ok()) return status;
  return bundle;
}

Bundle::Bundle(Bundle&& other) noexcept
    : directory_(std::exchange(other.directory_, "")),
      state_(std::exchange(other.state_, "")) {}

Bundle::~Bundle() {
  std::error_code ignored;
  for (const std::string& directory : {directory_, state_}) {
    if (!directory.empty()) fs::remove_all(directory, ignored);
  }
}

std::string Bundle::rootfs() const {
  return absl::StrCat(directory_, "/rootfs");
}

std::string Bundle::StateOf(const std::string& runtime) const {
  return absl::StrCat(state_, "/", runtime);
}

absl::Status Bundle::Fill(const std::string& chmdocker,
                          const std::string& command) {
  // What a container's mounts need: a runtime makes it only the first time.
  for (const char* name : {"/proc", "/dev", "/sys"}) {
    std::error_code error;
    fs::create_directories(absl::StrCat(rootfs(), name), error);
    if (error) return Failed(error, rootfs());
  }
  std::error_code error;
  const std::string copy = absl::StrCat(rootfs(), "/true");
  if (!fs::copy_file(command, copy, error)) return Failed(error, copy);
  const absl::Status made =
      Measure({{chmdocker, "spec", "--bundle", directory_}}, Errors::kShown)
          .status();
  if (!made.ok()) return made;
  return Rewrite(
      absl::StrCat(directory_, "/config.json"),
      {{"\"terminal\": true", "\"terminal\": false"}, {"\"sh\"", "\"/true\""}});
}

std::vector<std::string> CgroupWords() {
  std::vector<std::string> words;
  const absl::StatusOr<std::vector<host::CgroupDirectory>> all =
      cgroups::FindHierarchies();
  if (!all.ok()) return words;
  for (const host::CgroupDirectory& hierarchy : *all) {
    std::string own = hierarchy.own;
    if (hierarchy.controllers.empty()) own.resize(own.rfind('/') + 1);
    if (own == "/") own.clear();
    words.push_back(
        absl::StrCat(hierarchy.controllers, "=", hierarchy.path, own));
  }
  return words;
}

}  // namespace chmdocker::bench
