#include "runtime/launch/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/init/init_image.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

// Linux 6.3; not in the headers of Debian 12.
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace chmdocker::launch {
namespace {

// mmap(2) wants a multiple of the page size; 64 KiB is the largest there is on
// the machines chmdocker runs on. The gap is a hole.
constexpr size_t kPlanAlignment = 65536;

absl::StatusOr<UniqueFd> CreateMemfd() {
  constexpr char kName[] = "chmdocker-init";
  raw::Result created = raw::MemfdCreate(kName, MFD_ALLOW_SEALING | MFD_EXEC);
  // Before Linux 6.3 every memfd is executable, and the flag unknown.
  if (created.error() == EINVAL) {
    created = raw::MemfdCreate(kName, MFD_ALLOW_SEALING);
  }
  absl::StatusOr<UniqueFd> file = sys::CallFd(created, "\"chmdocker-init\"");
  if (created.error() == EACCES) {
    return WithHint(file.status(),
                    "sysctl vm.memfd_noexec=2 forbids executable memfds; "
                    "chmdocker needs 0 or 1");
  }
  return file;
}

absl::Status WriteAll(int fd, const void* data, size_t size, size_t offset) {
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    const raw::Result wrote =
        raw::Pwrite(fd, next, size, static_cast<off_t>(offset));
    CHM_RETURN_IF_ERROR(sys::CallStatus(wrote, "to the memfd of init"));
    next += wrote.value;
    offset += static_cast<size_t>(wrote.value);
    size -= static_cast<size_t>(wrote.value);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SealedInit> SealInit(const std::vector<uint64_t>& plan_image) {
  const absl::string_view init = init::InitImage();
  SealedInit sealed;
  sealed.plan_size = plan_image.size() * sizeof(plan_image[0]);
  sealed.plan_offset =
      (init.size() + kPlanAlignment - 1) / kPlanAlignment * kPlanAlignment;
  CHM_ASSIGN_OR_RETURN(sealed.file, CreateMemfd());
  const int fd = sealed.file.get();
  CHM_RETURN_IF_ERROR(WriteAll(fd, init.data(), init.size(), 0));
  CHM_RETURN_IF_ERROR(
      WriteAll(fd, plan_image.data(), sealed.plan_size, sealed.plan_offset));
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::AddSeals(fd,
                    F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
      "F_ADD_SEALS"));
  return sealed;
}

}  // namespace chmdocker::launch
