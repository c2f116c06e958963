// What the two floors of the OCI form have in common: what the kernel has to do
// for the bundle that `chmdocker spec` writes, in the order of
// runtime/plan/planner.cc. No checks that cost a call, no reports. Of what a
// start does with cgroup v2 alone, the program for devices is left out.
//
// Whatever fails ends the process with kFailure.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_OCI_TASK_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_OCI_TASK_H_

namespace chmdocker::bench {

inline constexpr int kFailure = 125;
inline constexpr int kMostHierarchies = 16;

struct Hierarchy {
  const char* controllers;  // empty: cgroup v2
  const char* directory;
  char own[256];  // the container's cgroup

  bool unified() const { return controllers[0] == '\0'; }
};

struct Task {
  const char* rootfs;
  char* command;  // a file of the rootfs
  const char* id;
  Hierarchy hierarchies[kMostHierarchies];
  int count;
};

// As a statement: all that is here has to work.
void Must(bool worked);

// The words ID [CONTROLLERS=DIRECTORY]..., which name the cgroups: one below
// each DIRECTORY.
void ReadCgroups(char** words, Task& task);

// Returns the directory that the first process shall be born in, or -1.
int MakeCgroups(const Task& task);
void RemoveCgroups(const Task& task);

// The first process's part, but for its command.
void BecomeContainer(const Task& task);
[[noreturn]] void ExecCommand(const Task& task);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_OCI_TASK_H_
