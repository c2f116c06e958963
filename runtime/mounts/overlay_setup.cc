// MountOverlay.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/flags.h"
#include "runtime/base/number_text.h"
#include "runtime/base/text_buffer.h"
#include "runtime/mounts/mount_setup.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::mounts {
namespace {

// A page, less than which mount(2) takes.
constexpr size_t kMostData = 4096;

}  // namespace

// The names are relative, and short: a page holds 400 layers, with their full
// paths it would be 30, and a path may have ":" or "," in it.
raw::Result Run(const step::MountOverlay<const char*>& step) {
  raw::Result there = raw::Chdir(step.directory);
  if (there.ok()) there = raw::Chdir("lower");
  if (!there.ok()) return there;
  TextBuffer<kMostData> data;
  data.Append("lowerdir=");
  for (uint32_t i = 0; i < step.layers; ++i) {
    if (i > 0) data.Append(":");
    AppendNumber(data, i);
  }
  constexpr char kRest[] = ",upperdir=../upper,workdir=../work,userxattr";
  data.Append(kRest, sizeof(kRest));
  if (data.data()[data.size() - 1] != '\0') {
    return raw::Failure(E2BIG, SYS_mount);
  }
  return raw::Mount("overlay", "../merged", "overlay", MountFlags(),
                    data.data());
}

}  // namespace chmdocker::mounts
