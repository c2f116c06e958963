// What every process of a container takes from it. Pure data.
#ifndef CHMDOCKER_RUNTIME_EXEC_CONTAINER_PART_H_
#define CHMDOCKER_RUNTIME_EXEC_CONTAINER_PART_H_

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/security/landlock_plan.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/container_spec.h"

namespace chmdocker::exec {

struct ContainerPart {
  std::string id;
  bool new_keyring = true;
  bool user_namespace = false;  // another one than chmdocker's
  std::optional<uint32_t> personality;
  std::optional<spec::MemoryPolicy> memory_policy;
  security::SeccompFilter filter;     // without instructions: none
  security::Restriction restriction;  // of no files and ports: none
  // Of a hook: the file that is run, whatever args[0] says, with no variable
  // that is not in the process's env. Empty: it is no hook.
  std::string hook;
  // Descriptors from 3 on that the command gets.
  uint32_t preserved_fds = 0;
};

}  // namespace chmdocker::exec

#endif  // CHMDOCKER_RUNTIME_EXEC_CONTAINER_PART_H_
