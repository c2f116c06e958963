// The directory that the last path led to, held open for the next one: what is
// mounted on, created and hidden in a container lies side by side.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_PATH_HELD_PARENT_H_
#define CHMDOCKER_RUNTIME_PATH_HELD_PARENT_H_

#include <stddef.h>

#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"

namespace chmdocker::path {

class HeldParent {
 public:
  // Returns the directory that holds the last component of `path` below `root`,
  // which stays this object's until the next call, or is `root` itself.
  // `*name` is that component. EINVAL: it is "", "." or "..".
  //
  // The same descriptor is returned for the same directory as long as it is
  // told of every mount that could cover the way there: one on what is reached
  // from here by `*name`, without following a symlink, can't; of any other,
  // a hook's for example, tell Forget().
  raw::Result Open(int root, const char* path, const char** name);

  void Forget() { held_.reset(); }

 private:
  // Longer ones are opened each time.
  static constexpr size_t kLongest = 256;

  UniqueFd held_;
  int root_ = -1;
  size_t length_ = 0;
  char directory_[kLongest] = {};
};

}  // namespace chmdocker::path

#endif  // CHMDOCKER_RUNTIME_PATH_HELD_PARENT_H_
