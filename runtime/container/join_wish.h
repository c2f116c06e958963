// Another container, one of whose namespaces a new one is to be in. Pure data.
#ifndef CHMDOCKER_RUNTIME_CONTAINER_JOIN_WISH_H_
#define CHMDOCKER_RUNTIME_CONTAINER_JOIN_WISH_H_

#include <string>
#include <vector>

#include "runtime/base/flags.h"

namespace chmdocker::container {

struct JoinWish {
  CloneFlags kind;        // one bit
  std::string container;  // its id or name
};

// The one of that kind; null: there is none. It belongs to `joins`.
inline const JoinWish* FindJoin(const std::vector<JoinWish>& joins,
                                CloneFlags kind) {
  for (const JoinWish& join : joins) {
    if (join.kind == kind) return &join;
  }
  return nullptr;
}

}  // namespace chmdocker::container

#endif  // CHMDOCKER_RUNTIME_CONTAINER_JOIN_WISH_H_
