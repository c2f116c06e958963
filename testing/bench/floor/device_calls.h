// The rules for devices of cgroup v2: BPF_PROG_TYPE_CGROUP_DEVICE.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_DEVICE_CALLS_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_DEVICE_CALLS_H_

namespace chmdocker::bench {

// Any node may be made, and the default devices of OCI may be used. A failure
// ends the process with kFailure.
void AttachDeviceProgram(int cgroup);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_DEVICE_CALLS_H_
