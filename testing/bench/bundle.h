// What containers of the OCI form are made from and kept in, while they are
// measured.
#ifndef CHMDOCKER_TESTING_BENCH_BUNDLE_H_
#define CHMDOCKER_TESTING_BENCH_BUNDLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chmdocker::bench {

// A bundle with the configuration that `chmdocker spec` writes, less the
// terminal, and a root file system in which /true is the command. Removed in
// the end.
class Bundle {
 public:
  // The files of chmdocker and of the command.
  static absl::StatusOr<Bundle> Create(const std::string& chmdocker,
                                       const std::string& command);
  Bundle(Bundle&& other) noexcept;
  Bundle& operator=(Bundle&&) = delete;
  ~Bundle();

  const std::string& directory() const { return directory_; }
  std::string rootfs() const;
  // Where a runtime keeps its containers: beside where engines have it, which
  // is memory on most hosts.
  std::string StateOf(const std::string& runtime) const;

 private:
  Bundle() = default;
  absl::Status Fill(const std::string& chmdocker, const std::string& command);

  std::string directory_;
  std::string state_;
};

// "CONTROLLERS=DIRECTORY" of each cgroup hierarchy: where a container's cgroup
// is made, as the OCI floor wants it.
std::vector<std::string> CgroupWords();

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_BUNDLE_H_
