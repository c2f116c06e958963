// What is compared: the ways to run one command in the tutorial's namespaces,
// and in an OCI bundle.
#ifndef CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_
#define CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_

#include <string>
#include <vector>

#include "testing/bench/bundle.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/runner.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {

struct Contestant {
  std::string name;
  // Run one after the other. The first word of each is a file, or empty for a
  // program that is not installed.
  std::vector<Argv> commands;
  std::string floor;  // the name of what it is measured against
  // Removes what a failure has left, if anything can be.
  Argv cleanup = {};
  // What has to be done before it is tried out.
  std::vector<Argv> prepare = {};
  // The runtime whose container must run, if any.
  std::string beside = {};
  // Whether it is the start of one container, of which many can be made side by
  // side.
  bool is_start = false;

  bool installed() const { return !commands[0][0].empty(); }
  bool is_floor() const { return name == floor; }
};

// A container that runs while others are measured, which enter it.
struct Running {
  std::string runtime;
  std::vector<Argv> start;
  std::vector<Argv> end;
  std::string pid_file;
};

// The tutorial's namespaces around a host that is shared; the bundle that
// `chmdocker spec` writes, run by one program in either of two ways, or in the
// three calls of an engine; the same with docker's rights; a process more in a
// container that runs; and the start of any program.
inline constexpr char kFloor[] = "floor";
inline constexpr char kOciFloor[] = "OCI floor";
inline constexpr char kOciFloorInPlace[] = "OCI floor, in place";
inline constexpr char kCycleFloor[] = "OCI floor, three calls";
inline constexpr char kProfileFloor[] = "OCI floor, profile";
inline constexpr char kExecFloor[] = "exec floor";
inline constexpr char kHello[] = "hello world";
// The same with chmdocker's kind of init in it (floor/sealed.h): the least that
// it can cost. Each is a contestant beside its floor.
inline constexpr char kSealedFloor[] = "floor, sealed";
inline constexpr char kSealedOciFloor[] = "OCI floor, sealed";
inline constexpr char kSealedExecFloor[] = "exec floor, sealed";

struct Field {
  std::vector<Contestant> contestants;  // each floor is the first of its group
  std::vector<Running> running;
};

// What `options` chooses, installed or not, with the floors that it needs.
Field Contestants(const Options& options, const Programs& programs,
                  const Bundles& bundles, const Workspace& workspace);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_CONTESTANTS_H_
