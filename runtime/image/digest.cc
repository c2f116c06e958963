#include "runtime/image/digest.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tomcrypt.h"

namespace chmdocker::image {

struct Sha256::State {
  hash_state hash;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  (void)sha256_init(&state_->hash);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

// Its errors are of null pointers, and of 2^61 bytes.
void Sha256::Update(absl::string_view data) {
  if (data.empty()) return;
  (void)sha256_process(&state_->hash,
                       reinterpret_cast<const unsigned char*>(data.data()),
                       data.size());
}

std::string Sha256::Digest() {
  std::array<unsigned char, kHexSize / 2> sum = {};
  (void)sha256_done(&state_->hash, sum.data());
  return absl::StrCat(
      kSha256, absl::BytesToHexString(absl::string_view(
                   reinterpret_cast<const char*>(sum.data()), sum.size())));
}

std::string DigestOf(absl::string_view data) {
  Sha256 hash;
  hash.Update(data);
  return hash.Digest();
}

bool IsDigest(absl::string_view text) {
  const auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  };
  return absl::StartsWith(text, kSha256) &&
         text.size() == kSha256.size() + kHexSize &&
         std::all_of(text.begin() + kSha256.size(), text.end(), is_hex);
}

absl::string_view HexOf(absl::string_view digest) {
  return digest.substr(kSha256.size());
}

}  // namespace chmdocker::image
