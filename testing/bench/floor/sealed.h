// What a floor costs with a defence against CVE-2019-5736 in it: what is in the
// container before the command is no file of the host's, but a sealed copy, as
// large as chmdocker-init.
//
// Whatever fails ends the process with kFailure.
#ifndef CHMDOCKER_TESTING_BENCH_FLOOR_SEALED_H_
#define CHMDOCKER_TESTING_BENCH_FLOOR_SEALED_H_

namespace chmdocker::bench {

// The word of a command line that asks for it, and what the copy finds in its
// place.
inline constexpr char kSealed[] = "--sealed";
inline constexpr char kInside[] = "--inside";

bool Is(const char* word, const char* wanted);

// A sealed memfd with the calling program.
int SealSelf();

// Becomes it: in a child that has the caller's memory. `argv` is the caller's,
// with kSealed in it.
[[noreturn]] void ExecSealed(int file, char** argv);

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_FLOOR_SEALED_H_
