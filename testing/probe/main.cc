// Runs inside a container and tells what it finds there, or does what a test
// wants a command to do:
//
//   probe fact ns. fact uid_map exit 3
#include <string>
#include <vector>

#include "testing/probe/actions.h"

int main(int argc, char** argv) {
  return chmdocker::probe::RunActions(
      std::vector<std::string>(argv + 1, argv + argc));
}
