// What is mounted on, in a root whose mount namespace may be another one.
#ifndef CHMDOCKER_RUNTIME_IMAGE_MOUNT_POINT_H_
#define CHMDOCKER_RUNTIME_IMAGE_MOUNT_POINT_H_

#include <string>

namespace chmdocker::image {

// Whether something is mounted on `name` in `directory`. No symlink is
// followed, and what is not there is none.
bool IsMountPoint(int directory, const std::string& name);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_MOUNT_POINT_H_
