// Names of images: "[REGISTRY/]PATH[:TAG]". Pure.
#ifndef CHMDOCKER_RUNTIME_IMAGE_REFERENCE_H_
#define CHMDOCKER_RUNTIME_IMAGE_REFERENCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::image {

// What people write is short for a full name, by docker's rules: "busybox" is
// docker.io/library/busybox:latest.
struct Reference {
  std::string repository;  // "docker.io/library/busybox"
  std::string tag;         // "latest"

  std::string Full() const;
  // As docker shows it: "busybox", and "busybox:latest".
  std::string FamiliarRepository() const;
  std::string Familiar() const;
  bool operator==(const Reference&) const = default;
};

// InvalidArgument for what is none; a name with a digest is none either.
absl::StatusOr<Reference> ParseReference(absl::string_view text);

// Whether `text` may be the beginning of an image's id, "sha256:" in front or
// not.
bool IsIdPrefix(absl::string_view text);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_REFERENCE_H_
