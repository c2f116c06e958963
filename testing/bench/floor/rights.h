// The rights that a container's process keeps.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_RIGHTS_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_RIGHTS_H_

#include <linux/filter.h>

namespace chmdocker::bench {

// Of `chmdocker spec`, or of docker: then with a filter for system calls.
struct Rights {
  sock_filter instructions[4096];
  unsigned short count;  // 0: no filter, and three capabilities
};

// A filter that is ready for the kernel, as bytes.
void ReadFilter(const char* file, Rights& rights);

// A limit of open files, capabilities, user and group 0, the filter.
void GiveUpRights(const Rights& rights);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_RIGHTS_H_
