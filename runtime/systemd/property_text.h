// Properties as text, for tests.
#ifndef CHMDOCKER_RUNTIME_SYSTEMD_PROPERTY_TEXT_H_
#define CHMDOCKER_RUNTIME_SYSTEMD_PROPERTY_TEXT_H_

#include <string>
#include <vector>

#include "runtime/systemd/message.h"

namespace chmdocker::systemd {

// "NAME=TYPE:VALUE,VALUE" of each. Read by the rules of the specification, and
// not by the code that is under test; what is not as these want it ends in "?".
std::vector<std::string> TextsOf(const Properties& properties);

}  // namespace chmdocker::systemd

#endif  // CHMDOCKER_RUNTIME_SYSTEMD_PROPERTY_TEXT_H_
