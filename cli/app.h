// chmdocker's command line, from words to exit code.
#ifndef CHMDOCKER_CLI_APP_H_
#define CHMDOCKER_CLI_APP_H_

#include <string>
#include <vector>

#include "cli/options_to_spec.h"

namespace chmdocker::cli {

// `words` are argv without argv[0]. Prints what there is to print.
int Main(const std::vector<std::string>& words, const Caller& caller);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_APP_H_
