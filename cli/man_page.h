// The manual page, from the tables that parsing and help are made from. Pure.
#ifndef CHMDOCKER_CLI_MAN_PAGE_H_
#define CHMDOCKER_CLI_MAN_PAGE_H_

#include <string>

namespace chmdocker::cli {

// chmdocker(1), for man(1): groff's man macros.
std::string ManPage();

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_MAN_PAGE_H_
