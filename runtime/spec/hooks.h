// OCI hooks: programs that are run at points of a container's life. Pure data.
#ifndef CHMDOCKER_RUNTIME_SPEC_HOOKS_H_
#define CHMDOCKER_RUNTIME_SPEC_HOOKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chmdocker::spec {

struct Hook {
  std::string path;               // absolute
  std::vector<std::string> args;  // argv, with argv[0]; empty: the path
  std::vector<std::string> env;   // all of its environment
  std::optional<uint32_t> timeout_seconds;
};

struct Hooks {
  std::vector<Hook> prestart;
  std::vector<Hook> create_runtime;
  std::vector<Hook> create_container;
  std::vector<Hook> start_container;
  std::vector<Hook> poststart;
  std::vector<Hook> poststop;
};

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_HOOKS_H_
