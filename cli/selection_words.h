// Which containers a command means, as words. Pure data.
#ifndef CHMDOCKER_CLI_SELECTION_WORDS_H_
#define CHMDOCKER_CLI_SELECTION_WORDS_H_

#include <string>

namespace chmdocker::cli {

struct Selection {
  std::string id;      // or a POSIX extended regular expression
  bool regex = false;  // all whose id it finds
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_SELECTION_WORDS_H_
