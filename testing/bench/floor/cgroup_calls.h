// A container's cgroups: one in each hierarchy of the host, and the rules for
// devices of the one that has them: of v1's controller, or of v2 where that is
// alone, as a program.
//
// Whatever fails ends the process with kFailure.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_CGROUP_CALLS_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_CGROUP_CALLS_H_

namespace chmdocker::bench {

inline constexpr int kMostHierarchies = 16;

struct Hierarchy {
  const char* controllers;  // empty: cgroup v2
  const char* directory;
  char own[256];  // the container's cgroup

  bool unified() const { return controllers[0] == '\0'; }
};

struct Cgroups {
  const char* id;
  Hierarchy hierarchies[kMostHierarchies];
  int count;
};

// The words ID [CONTROLLERS=DIRECTORY]..., which name the cgroups: one below
// each DIRECTORY. It takes the words apart; RestoreWords puts them together
// again.
void ReadCgroups(char** words, Cgroups& cgroups);
void RestoreWords(const Cgroups& cgroups);

// Both return the directory that the first process shall be born in, or -1.
int MakeCgroups(const Cgroups& cgroups);
int OpenUnified(const Cgroups& cgroups);

// The caller itself, into those of v1: as one thread, so that nothing waits for
// a grace period.
void EnterCgroups(const Cgroups& cgroups);
void RemoveCgroups(const Cgroups& cgroups);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_CGROUP_CALLS_H_
