// What Landlock lets the command do, beside what its rights do: landlock(7).
// Pure data.
#ifndef CHMDOCKER_RUNTIME_SPEC_LANDLOCK_H_
#define CHMDOCKER_RUNTIME_SPEC_LANDLOCK_H_

#include <cstdint>
#include <string>
#include <vector>

namespace chmdocker::spec {

// Files are restricted if a path is named, TCP ports if a port is: then to
// those that are.
struct Landlock {
  // Absolute, in the container: what is there, or below, may be read and
  // executed, and its directories listed; ...
  std::vector<std::string> readable;
  // ... or anything be done with it.
  std::vector<std::string> writable;
  std::vector<uint32_t> connect_ports;
  std::vector<uint32_t> bind_ports;  // 0: the kernel's choice
  // What this kernel can't refuse is let through, instead of being an error.
  bool best_effort = false;

  bool restricts_files() const {
    return !readable.empty() || !writable.empty();
  }
  bool restricts_ports() const {
    return !connect_ports.empty() || !bind_ports.empty();
  }
};

}  // namespace chmdocker::spec

#endif  // CHMDOCKER_RUNTIME_SPEC_LANDLOCK_H_
