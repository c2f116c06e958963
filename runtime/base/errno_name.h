// Names and texts of errno values, as errno(3) lists them.
#ifndef CHMDOCKER_RUNTIME_BASE_ERRNO_NAME_H_
#define CHMDOCKER_RUNTIME_BASE_ERRNO_NAME_H_

#include <string>

namespace chmdocker {

// "ENOENT" for 2; "errno 9999" for a number that Linux does not define.
std::string ErrnoName(int error);

// "ENOENT (no such file or directory)": the form in which every error message
// of this project names an errno.
std::string ErrnoText(int error);

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_ERRNO_NAME_H_
