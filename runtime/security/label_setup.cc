#include "runtime/security/label_setup.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "runtime/base/text_buffer.h"
#include "runtime/path/procfs.h"
#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/keyring.h"

namespace chmdocker::security {
namespace {

// Longer than any label: what is written to these files is one page at most.
using Label = TextBuffer<4096>;

// KEY_USR_SEARCH and KEY_OTH_SEARCH of the kernel's <linux/key.h>.
constexpr uint32_t kUserSearch = 0x00080000;
constexpr uint32_t kOtherSearch = 0x00000008;

// Without a module that knows the file it is EINVAL, or there is none.
bool IsUnknown(raw::Result written) {
  return written.error() == EINVAL || written.error() == ENOENT;
}

// AppArmor's own file is there since Linux 5.8, beside that of whichever
// module is the first.
raw::Result WriteApparmor(const Label& label) {
  const raw::Result own =
      path::WriteInProc("self/attr/apparmor/exec", label.data(), label.size());
  // ENOENT of the write, and not of the file, is about the profile.
  if (own.error() != ENOENT || own.number == SYS_write) return own;
  return path::WriteInProc("self/attr/exec", label.data(), label.size());
}

raw::Result SetApparmor(const char* profile, step::Note& note) {
  Label label;
  label.Append("exec ").Append(profile);
  const raw::Result written = WriteApparmor(label);
  if (written.error() == ENOENT && written.number == SYS_write) {
    note.Append("there is no such profile loaded");
    return written;
  }
  if (!IsUnknown(written)) return written;
  // Nothing confines the command, as was asked for.
  if (strcmp(profile, "unconfined") == 0) return {};
  note.Append("AppArmor is not enabled, or this is no name of a profile");
  return raw::Failure(EOPNOTSUPP, written.number);
}

// An empty label takes back what was asked for before.
raw::Result SetSelinux(const char* file, const char* label, step::Note& note) {
  const raw::Result written = path::WriteInProc(file, label, strlen(label));
  if (!IsUnknown(written)) return written;
  note.Append("SELinux is not enabled, or its policy does not know the label");
  return raw::Failure(EOPNOTSUPP, written.number);
}

// The permissions in "TYPE;UID;GID;PERMISSIONS;NAME", hexadecimal; false when
// there are none.
bool ParsePermissions(const char* text, uint32_t* permissions) {
  for (int field = 0; field < 3; ++field) {
    text = strchr(text, ';');
    if (text == nullptr) return false;
    ++text;
  }
  *permissions = 0;
  for (; *text != ';'; ++text) {
    const char* const digits = "0123456789abcdef";
    const char* digit = *text == '\0' ? nullptr : strchr(digits, *text);
    if (digit == nullptr) return false;
    *permissions = *permissions << 4 | static_cast<uint32_t>(digit - digits);
  }
  return true;
}

// Further processes of the container join the keyring, for which they must
// find it.
raw::Result MakeSearchable(long keyring, bool user_namespace) {
  char text[512];
  const raw::Result described = raw::DescribeKey(keyring, text, sizeof(text));
  if (!described.ok()) return described;
  uint32_t permissions = 0;
  if (static_cast<size_t>(described.value) > sizeof(text) ||
      !ParsePermissions(text, &permissions)) {
    return raw::Failure(EPROTO, SYS_keyctl);
  }
  return raw::SetKeyPermissions(
      keyring, permissions | (user_namespace ? kOtherSearch : kUserSearch));
}

}  // namespace

raw::Result Run(const step::SetExecLabel<const char*>& step, step::Note& note) {
  switch (step.kind) {
    case step::LabelKind::kApparmor:
      return SetApparmor(step.label, note);
    case step::LabelKind::kSelinux:
      return SetSelinux("self/attr/exec", step.label, note);
  }
  return raw::Failure(EINVAL, SYS_write);
}

raw::Result Run(const step::JoinKeyring<const char*>& step, step::Note& note) {
  constexpr char kKeyLabel[] = "self/attr/keycreate";
  const bool labelled = step.label[0] != '\0';
  if (labelled) {
    const raw::Result set = SetSelinux(kKeyLabel, step.label, note);
    if (!set.ok()) return set;
  }
  const bool named = step.name[0] != '\0';
  const raw::Result joined =
      raw::JoinSessionKeyring(named ? step.name : nullptr);
  // Only a filter, which the command has as well, forbids a new keyring: as
  // docker's does, in whose container this may be.
  if (!named && joined.error() == EPERM) {
    return raw::Failure(ENOSYS, SYS_keyctl);
  }
  if (joined.error() == EDQUOT) {
    note.Append(
        "the user has too many keys, of which each container takes one; sysctl "
        "kernel.keys.maxkeys allows more, and --no-new-keyring takes none");
  }
  if (!joined.ok()) return joined;
  if (labelled) {
    const raw::Result unset = SetSelinux(kKeyLabel, "", note);
    if (!unset.ok()) return unset;
  }
  if (!named) return {};
  return MakeSearchable(joined.value, step.user_namespace);
}

}  // namespace chmdocker::security
