#include "runtime/cgroups/device_filter.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/resource.h>

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
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/device_program.h"
#include "runtime/cgroups/device_rules.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/bpf.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/resources.h"

namespace chmdocker::cgroups {
namespace {

// By which chmdocker knows its programs from those of a service manager or an
// engine's hook.
constexpr char kName[BPF_OBJ_NAME_LEN] = "chmdocker_dev";
// Of the helper functions that the license is about, none is called.
constexpr char kLicense[] = "Apache-2.0";
// BPF_CGROUP_MAX_PROGS in the kernel.
constexpr uint32_t kMostPrograms = 64;

bpf_attr Attributes() {
  bpf_attr attributes;
  memset(&attributes, 0, sizeof(attributes));
  return attributes;
}

uint64_t Address(const void* data) { return reinterpret_cast<uintptr_t>(data); }

raw::Result LoadProgram(const std::vector<bpf_insn>& program) {
  bpf_attr load = Attributes();
  load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  load.insns = Address(program.data());
  load.insn_cnt = static_cast<uint32_t>(program.size());
  load.license = Address(kLicense);
  memcpy(load.prog_name, kName, sizeof(kName));
  return raw::Bpf(BPF_PROG_LOAD, &load);
}

// Before Linux 5.11 a program counts as locked memory, of which the caller may
// have as good as none left.
absl::StatusOr<UniqueFd> Load(const std::vector<bpf_insn>& program) {
  raw::Result loaded = LoadProgram(program);
  raw::Rlimit old;
  const raw::Rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
  if (loaded.error() == EPERM &&
      raw::Prlimit(RLIMIT_MEMLOCK, &unlimited, &old).ok()) {
    loaded = LoadProgram(program);
    (void)raw::Prlimit(RLIMIT_MEMLOCK, &old, nullptr);
  }
  if (loaded.ok()) return UniqueFd(loaded.fd());
  const char* hint = "";
  if (loaded.error() == EINVAL) {
    hint = "this kernel was built without CONFIG_CGROUP_BPF";
  } else if (loaded.error() == E2BIG || loaded.error() == EFAULT) {
    hint = "there are more rules for devices than it takes";
  }
  return WithHint(
      sys::CallStatus(loaded, "BPF_PROG_LOAD of a program for devices"), hint);
}

absl::StatusOr<bool> IsOurs(int program) {
  bpf_prog_info info;
  memset(&info, 0, sizeof(info));
  bpf_attr get = Attributes();
  get.info.bpf_fd = static_cast<uint32_t>(program);
  get.info.info_len = sizeof(info);
  get.info.info = Address(&info);
  CHM_RETURN_IF_ERROR(sys::CallStatus(raw::Bpf(BPF_OBJ_GET_INFO_BY_FD, &get),
                                      "BPF_OBJ_GET_INFO_BY_FD"));
  return strncmp(info.name, kName, sizeof(info.name)) == 0;
}

// Chmdocker's programs among those of `cgroup`.
absl::StatusOr<std::vector<UniqueFd>> FindOurs(int cgroup) {
  uint32_t ids[kMostPrograms];
  bpf_attr query = Attributes();
  query.query.target_fd = static_cast<uint32_t>(cgroup);
  query.query.attach_type = BPF_CGROUP_DEVICE;
  query.query.prog_ids = Address(ids);
  query.query.prog_cnt = kMostPrograms;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Bpf(BPF_PROG_QUERY, &query), "BPF_PROG_QUERY"));
  std::vector<UniqueFd> ours;
  for (uint32_t i = 0; i < query.query.prog_cnt; ++i) {
    bpf_attr get = Attributes();
    get.prog_id = ids[i];
    const raw::Result got = raw::Bpf(BPF_PROG_GET_FD_BY_ID, &get);
    if (got.error() == ENOENT) continue;  // it has gone meanwhile
    CHM_ASSIGN_OR_RETURN(UniqueFd program,
                         sys::CallFd(got, "BPF_PROG_GET_FD_BY_ID"));
    CHM_ASSIGN_OR_RETURN(const bool is_ours, IsOurs(program.get()));
    if (is_ours) ours.push_back(std::move(program));
  }
  return ours;
}

// `replaced` is a program that is taken off in the same moment, or -1.
raw::Result Attach(int cgroup, int program, int replaced) {
  bpf_attr attach = Attributes();
  attach.target_fd = static_cast<uint32_t>(cgroup);
  attach.attach_bpf_fd = static_cast<uint32_t>(program);
  attach.attach_type = BPF_CGROUP_DEVICE;
  attach.attach_flags = BPF_F_ALLOW_MULTI;
  if (replaced >= 0) {
    attach.attach_flags |= BPF_F_REPLACE;
    attach.replace_bpf_fd = static_cast<uint32_t>(replaced);
  }
  return raw::Bpf(BPF_PROG_ATTACH, &attach);
}

absl::Status Detach(int cgroup, int program) {
  bpf_attr detach = Attributes();
  detach.target_fd = static_cast<uint32_t>(cgroup);
  detach.attach_bpf_fd = static_cast<uint32_t>(program);
  detach.attach_type = BPF_CGROUP_DEVICE;
  return sys::CallStatus(raw::Bpf(BPF_PROG_DETACH, &detach), "BPF_PROG_DETACH");
}

// Attaches `program` and takes `old` off.
absl::Status Exchange(const Cgroup& cgroup, int program,
                      std::vector<UniqueFd> old) {
  raw::Result attached = raw::Failure(EINVAL, SYS_bpf);
  if (!old.empty()) {
    attached = Attach(cgroup.fd(), program, old.back().get());
    if (attached.ok()) old.pop_back();
  }
  // EINVAL: before Linux 5.6, or there is none to replace. While both are
  // attached, both must allow.
  if (attached.error() == EINVAL) attached = Attach(cgroup.fd(), program, -1);
  CHM_RETURN_IF_ERROR(sys::CallStatus(attached, sys::Quoted(cgroup.path())));
  for (const UniqueFd& one : old) {
    CHM_RETURN_IF_ERROR(Detach(cgroup.fd(), one.get()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SetDeviceFilter(const Cgroup& cgroup, const DeviceAccess& access,
                             OldFilter old) {
  std::vector<UniqueFd> ours;
  if (old == OldFilter::kMayBe) {
    CHM_ASSIGN_OR_RETURN(ours, FindOurs(cgroup.fd()));
  }
  if (!access.IsUnlimited()) {
    CHM_ASSIGN_OR_RETURN(const UniqueFd program, Load(DeviceProgram(access)));
    return Exchange(cgroup, program.get(), std::move(ours));
  }
  for (const UniqueFd& one : ours) {
    CHM_RETURN_IF_ERROR(Detach(cgroup.fd(), one.get()));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cgroups
