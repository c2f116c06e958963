// SHA-256, and digests as OCI's image specification writes them:
// "sha256:HEX". Pure.
#ifndef CHMDOCKER_RUNTIME_IMAGE_DIGEST_H_
#define CHMDOCKER_RUNTIME_IMAGE_DIGEST_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace chmdocker::image {

inline constexpr absl::string_view kSha256 = "sha256:";
inline constexpr size_t kHexSize = 64;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(absl::string_view data);
  // "sha256:HEX" of all data. Ends the object's use.
  std::string Digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string DigestOf(absl::string_view data);

// Whether it is "sha256:" and 64 of 0-9a-f: safe as a part of a file's name.
// Other algorithms are not supported.
bool IsDigest(absl::string_view text);

// The part behind "sha256:" of what IsDigest.
absl::string_view HexOf(absl::string_view digest);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_DIGEST_H_
