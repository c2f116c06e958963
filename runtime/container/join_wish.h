// Another container, one of whose namespaces a new one is to be in. Pure data.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_JOIN_WISH_H_
#define CHMDOCKER_RUNTIME_CONTAINER_JOIN_WISH_H_

#include <string>

#include "runtime/base/flags.h"

namespace chmdocker::container {

struct JoinWish {
  CloneFlags kind;        // one bit
  std::string container;  // its id or name
};

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_JOIN_WISH_H_
