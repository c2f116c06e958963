// Flag words as text, with the kernel's own names.
#ifndef CHMDOCKER_RUNTIME_BASE_FLAG_NAMES_H_
#define CHMDOCKER_RUNTIME_BASE_FLAG_NAMES_H_

#include <string>

#include "runtime/base/flags.h"

namespace chmdocker {

// "CLONE_NEWNS|CLONE_NEWPID"; "0" when empty; bits without a name in hex.
std::string FlagNames(CloneFlags flags);
std::string FlagNames(MountFlags flags);
std::string FlagNames(MountAttributes flags);

// "mount, pid": the words that people use for namespaces, in the order of
// namespaces(7)'s table.
std::string NamespaceWords(CloneFlags flags);

// "ro,nosuid": the words of mount(8).
std::string OptionWords(MountFlags flags);
std::string OptionWords(MountAttributes flags);

}  // namespace chmdocker

#endif  // CHMDOCKER_RUNTIME_BASE_FLAG_NAMES_H_
