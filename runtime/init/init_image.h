// The bytes of chmdocker-init, as linked into chmdocker.
#ifndef CHMDOCKER_RUNTIME_INIT_INIT_IMAGE_H_
#define CHMDOCKER_RUNTIME_INIT_INIT_IMAGE_H_

#include "absl/strings/string_view.h"

namespace chmdocker::init {

// A static ELF executable.
absl::string_view InitImage();

}  // namespace chmdocker::init

#endif  // CHMDOCKER_RUNTIME_INIT_INIT_IMAGE_H_
