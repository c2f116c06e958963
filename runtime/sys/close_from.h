// What a process has inherited, and shall not keep.
#ifndef CHMDOCKER_RUNTIME_SYS_CLOSE_FROM_H_
#define CHMDOCKER_RUNTIME_SYS_CLOSE_FROM_H_

namespace chmdocker::sys {

// Closes all descriptors from `first` on. Where close_range(2) is missing
// (before Linux 5.9), those below 1024: no more are open so early.
void CloseFrom(unsigned first);

}  // namespace chmdocker::sys

#endif  // CHMDOCKER_RUNTIME_SYS_CLOSE_FROM_H_
