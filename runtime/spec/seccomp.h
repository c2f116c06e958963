// OCI linux.seccomp: which system calls the container may make. Pure data.
#ifndef CHMDOCKER_RUNTIME_SPEC_SECCOMP_H_
#define CHMDOCKER_RUNTIME_SPEC_SECCOMP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chmdocker::spec {

enum class SeccompAction : uint8_t {
  kKillThread,  // SCMP_ACT_KILL, SCMP_ACT_KILL_THREAD
  kKillProcess,
  kTrap,
  kErrno,
  kTrace,
  kAllow,
  kLog,
  kNotify,
};

enum class SeccompOperator : uint8_t {
  kNotEqual,
  kLess,
  kLessOrEqual,
  kEqual,
  kGreaterOrEqual,
  kGreater,
  kMaskedEqual,  // (argument & value) == value_two
};

struct SeccompCondition {
  uint32_t index = 0;  // of the argument, 0 to 5
  uint64_t value = 0;
  uint64_t value_two = 0;
  SeccompOperator op = SeccompOperator::kEqual;
};

// linux.seccomp.syscalls[].
struct SeccompRule {
  std::vector<std::string> names;
  SeccompAction action = SeccompAction::kAllow;
  std::optional<uint32_t> errno_ret;         // of kErrno and kTrace
  std::vector<SeccompCondition> conditions;  // all of them must hold
};

struct Seccomp {
  SeccompAction default_action = SeccompAction::kAllow;
  std::optional<uint32_t> default_errno_ret;
  std::vector<std::string> architectures;  // "SCMP_ARCH_X86_64", ...
  uint32_t flags = 0;  // SECCOMP_FILTER_FLAG_* of seccomp(2)
  std::vector<SeccompRule> rules;
  std::string listener_path;  // of the socket that gets the listener
  std::string listener_metadata;
};

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_SECCOMP_H_
