#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/input.h"
#include "cli/limits_to_spec.h"
#include "cli/oci_commands.h"
#include "cli/processors.h"
#include "cli/selection.h"
#include "cli/size.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/oci/config.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cli {
namespace {

using spec::BlockIoResources;
using spec::CpuResources;
using spec::MemoryResources;
using spec::Resources;

template <auto kField>
constexpr auto Cpu = Into<&UpdateWords::resources, &Resources::cpu, kField>;
template <auto kField>
constexpr auto Memory =
    ReadInto<ReadBytes, &UpdateWords::resources, &Resources::memory, kField>;

absl::Status RefuseRdt(void*, absl::string_view) {
  return absl::UnimplementedError("intelRdt is not supported");
}

// A quota of docker's period, as run's --cpus; the flags behind it may change
// both.
absl::Status CpusInto(void* words, absl::string_view text) {
  auto& update = *static_cast<UpdateWords*>(words);
  CHM_RETURN_IF_ERROR(ReadCpus(text, update.cpus));
  SetCpus(update.cpus.value_or(0), update.resources.cpu);
  return absl::OkStatus();
}

constexpr Flag kFlags[] = {
    {"resources", "r", "FILE",
     "read linux.resources as JSON from FILE, - is standard input; other flags "
     "are passed over then",
     Into<&UpdateWords::resources_file>},
    {"memory", "m", "BYTES", "memory limit; -1: none",
     Memory<&MemoryResources::limit>},
    {"memory-reservation", "", "BYTES", "memory that is kept for it",
     Memory<&MemoryResources::reservation>},
    {"memory-swap", "", "BYTES", "limit of memory and swap together; -1: none",
     Memory<&MemoryResources::swap>},
    {"kernel-memory", "", "BYTES", "limit of the kernel's memory (cgroup v1)",
     Memory<&MemoryResources::kernel>},
    {"kernel-memory-tcp", "", "BYTES", "limit of TCP buffers (cgroup v1)",
     Memory<&MemoryResources::kernel_tcp>},
    {"cpus", "", "NUMBER", "number of CPUs, as 0.5 or 2", CpusInto},
    {"cpu-period", "", "MICROSECONDS", "period of the quota",
     Cpu<&CpuResources::period>},
    {"cpu-quota", "", "MICROSECONDS", "time in each period; -1: no limit",
     Cpu<&CpuResources::quota>},
    {"cpu-burst", "", "MICROSECONDS", "unused time that may be saved",
     Cpu<&CpuResources::burst>},
    {"cpu-share", "", "N", "weight against other containers",
     Cpu<&CpuResources::shares>},
    {"cpu-shares", "c", "N", "the same", Cpu<&CpuResources::shares>},
    {"cpu-rt-period", "", "MICROSECONDS", "period of real-time processes",
     Cpu<&CpuResources::realtime_period>},
    {"cpu-rt-runtime", "", "MICROSECONDS", "time of real-time processes",
     Cpu<&CpuResources::realtime_runtime>},
    {"cpu-idle", "", "N", "1: runs when nothing else does",
     Cpu<&CpuResources::idle>},
    {"cpuset-cpus", "", "LIST", "processors, as 0-3,7",
     Cpu<&CpuResources::cpus>},
    {"cpuset-mems", "", "LIST", "memory nodes, as 0-3,7",
     Cpu<&CpuResources::mems>},
    {"pids-limit", "", "N", "number of processes and threads; -1: no limit",
     Into<&UpdateWords::resources, &Resources::pids_limit>},
    {"blkio-weight", "", "N", "weight of block I/O, 10 to 1000",
     Into<&UpdateWords::resources, &Resources::block_io,
          &BlockIoResources::weight>},
    {"l3-cache-schema", "", "SCHEMA", "not supported", RefuseRdt},
    {"mem-bw-schema", "", "SCHEMA", "not supported", RefuseRdt},
};

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(UpdateWords parsed, ParseUpdate(words));
  // Shared: std::function wants to be able to copy what it has.
  return Doing([update = std::make_shared<UpdateWords>(std::move(parsed))](
                   const Session& session) -> absl::Status {
    if (!update->resources_file.empty()) {
      CHM_ASSIGN_OR_RETURN(const std::string json,
                           ReadInput(update->resources_file));
      CHM_ASSIGN_OR_RETURN(
          update->resources,
          oci::ParseResources(
              json, {session.runtime.lenient, session.runtime.warn, ""}));
    }
    if (update->cpus) {
      CHM_RETURN_IF_ERROR(CheckCpus(
          *update->cpus, static_cast<uint32_t>(sysconf(_SC_NPROCESSORS_ONLN))));
    }
    return ForEachId(update->ids, [&](const std::string& word) {
      const container::Target target =
          container::FindTarget(session.runtime, word);
      return container::Update(target.runtime, target.id, update->resources);
    });
  });
}

}  // namespace

absl::StatusOr<UpdateWords> ParseUpdate(Words words) {
  UpdateWords update;
  CHM_ASSIGN_OR_RETURN(update.ids, ReadFlags({kFlags, &update}, words));
  if (update.ids.empty()) {
    return absl::InvalidArgumentError("wants a container id");
  }
  return update;
}

constexpr Command kUpdateCommand = {"update",
                                    "update",
                                    "Change what containers may use",
                                    "update [options] CONTAINER...",
                                    "",
                                    kFlags,
                                    Parse,
                                    kExitOciFailure};

}  // namespace chmdocker::cli
