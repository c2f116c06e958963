#include "cli/run_words.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/create_flags.h"
#include "cli/device_flag.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/keeping.h"
#include "cli/limit_values.h"
#include "cli/limits.h"
#include "cli/mount_flags.h"
#include "cli/network_flags.h"
#include "cli/processors.h"
#include "cli/rights.h"
#include "cli/rights_values.h"
#include "cli/run_options.h"
#include "cli/size.h"
#include "cli/ulimit.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/join_wish.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/landlock.h"
#include "runtime/spec/resources.h"
#include "runtime/state/directory.h"

namespace chmdocker::cli {
namespace {

struct Both {
  RunOptions person;
  container::RunOptions engine;
  bool is_person = false;  // one of its flags was given
  bool is_engine = false;
};

template <auto... kFields>
absl::Status Person(void* both, absl::string_view text) {
  static_cast<Both*>(both)->is_person = true;
  return Into<&Both::person, kFields...>(both, text);
}
// The same with a reader of its own.
template <auto kRead, auto... kFields>
absl::Status PersonBy(void* both, absl::string_view text) {
  static_cast<Both*>(both)->is_person = true;
  return ReadInto<kRead, &Both::person, kFields...>(both, text);
}

absl::Status TiInto(void* both, absl::string_view text) {
  CHM_RETURN_IF_ERROR(Person<&RunOptions::tty>(both, text));
  return Person<&RunOptions::interactive>(both, text);
}

using spec::Landlock;

template <int64_t kLeast>
absl::Status ReadPort(absl::string_view text, std::vector<uint32_t>& out) {
  int64_t port = 0;
  CHM_RETURN_IF_ERROR(ReadNumber(text, kLeast, 65535, port));
  out.push_back(static_cast<uint32_t>(port));
  return absl::OkStatus();
}
absl::Status ReadEffort(absl::string_view text, bool& best_effort) {
  best_effort = text == "best-effort";
  return best_effort || text == "strict"
             ? absl::OkStatus()
             : absl::InvalidArgumentError("wants strict or best-effort");
}

absl::Status RequireInto(void* both, absl::string_view text) {
  if (text != "fresh-proc") {
    return absl::InvalidArgumentError("wants fresh-proc");
  }
  return Person<&RunOptions::require_fresh_proc>(both, "true");
}

// The last word about a kind counts.
absl::Status ReadNamespace(absl::string_view text, const char* own,
                           const char* more, CloneFlags kind,
                           RunOptions& options) {
  options.host_namespaces = options.host_namespaces.without(kind);
  std::erase_if(options.joins, [&](const container::JoinWish& join) {
    return join.kind == kind;
  });
  if (text == own) return absl::OkStatus();
  if (text == "host") {
    options.host_namespaces |= kind;
    return absl::OkStatus();
  }
  const bool joinable = (kNewNet | kNewIpc | kNewPid).has(kind);
  if (joinable && absl::ConsumePrefix(&text, "container:")) {
    options.joins.push_back({kind, std::string(text)});
    return state::CheckId(text);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "wants ", own, more, joinable ? ", container:NAME" : "", " or host"));
}
template <uint64_t kBit>
absl::Status Namespace(void* both, absl::string_view text) {
  Both& options = *static_cast<Both*>(both);
  options.is_person = true;
  return ReadNamespace(text, kBit == kNewNet.bits() ? "none" : "private",
                       /*more=*/"", CloneFlags(kBit), options.person);
}

absl::Status ReadIpc(void* both, absl::string_view text) {
  Both& options = *static_cast<Both*>(both);
  options.is_person = true;
  options.person.no_shared_memory = text == "none";
  // All can be joined by who may join at all.
  if (text == "none" || text == "shareable") text = "private";
  return ReadNamespace(text, "private", ", shareable, none", kNewIpc,
                       options.person);
}

// What a container may use without a cgroup, and with one.
template <auto kRead, auto... kFields>
constexpr auto Plain = PersonBy<kRead, &RunOptions::limits, kFields...>;
template <auto kRead, auto... kFields>
absl::Status Limit(void* both, absl::string_view text) {
  static_cast<Both*>(both)->person.limits.need_cgroup = true;
  return Plain<kRead, kFields...>(both, text);
}

using spec::Resources;

template <auto kRead, auto kField>
constexpr auto Memory =
    Limit<kRead, &Limits::resources, &Resources::memory, kField>;
template <auto kRead, auto kField>
constexpr auto Cpu = Limit<kRead, &Limits::resources, &Resources::cpu, kField>;

absl::Status ReadWord(absl::string_view text, std::string& out) {
  return ReadValue(text, out);
}
absl::Status ReadSwitch(absl::string_view text, std::optional<bool>& out) {
  return ReadValue(text, out);
}
absl::Status ReadMicroseconds(absl::string_view text,
                              std::optional<uint64_t>& out) {
  return ReadValue(text, out);
}

// The id of the container is its name; state::CheckId says what one may be.
absl::Status ReadName(absl::string_view text, std::string& out) {
  CHM_RETURN_IF_ERROR(state::CheckId(text));
  return ReadValue(text, out);
}

template <auto... kFields>
absl::Status EngineInto(void* both, absl::string_view text) {
  static_cast<Both*>(both)->is_engine = true;
  return Into<&Both::engine, kFields...>(both, text);
}
template <auto kField>
constexpr auto Create = EngineInto<&container::RunOptions::create, kField>;

absl::Status DetachInto(void* both, absl::string_view text) {
  absl::Status read =
      Into<&Both::person, &RunOptions::keeping, &Keeping::detach>(both, text);
  read.Update(Into<&Both::engine, &container::RunOptions::detach>(both, text));
  return read;
}

// What docker's users type first, and needs a network that there is not.
absl::Status RefusePublish(void*, absl::string_view) {
  return absl::InvalidArgumentError(
      "containers have no network of their own to publish ports of; --net host "
      "shares the host's");
}

absl::Status NoSubreaper(void* both, absl::string_view) {
  static_cast<Both*>(both)->is_engine = true;
  return absl::OkStatus();
}

using container::CreateOptions;

constexpr Flag kFlags[] = {
    {"ti", "", "", "enable tty", TiInto},
    {"tty", "t", "", "give the command a pseudo-terminal of its own",
     Person<&RunOptions::tty>},
    {"interactive", "i", "", "pass standard input to the command",
     Person<&RunOptions::interactive>},
    {"env", "e", "NAME=VALUE",
     "set an environment variable; NAME alone passes the caller's on "
     "(repeatable)",
     Person<&RunOptions::env>},
    {"env-file", "", "FILE",
     "set the variables of FILE, one a line as for --env; # begins a comment "
     "(repeatable)",
     Person<&RunOptions::env_files>},
    {"entrypoint", "", "[COMMAND]",
     "run COMMAND with the words behind the image, instead of what the image "
     "says; empty: the words alone",
     Person<&RunOptions::entrypoint>},
    {"workdir", "w", "DIR", "directory the command starts in",
     Person<&RunOptions::workdir>},
    {"hostname", "", "NAME", "host name inside the container",
     Person<&RunOptions::hostname>},
    {"rootfs", "", "DIR",
     "use DIR as the root directory instead of the host's; the environment is "
     "then PATH, HOME, TERM and --env",
     Person<&RunOptions::rootfs>},
    {"read-only", "", "", "make the root file system of --rootfs read-only",
     Person<&RunOptions::readonly>},
    {"readonly", "", "", "the same", Person<&RunOptions::readonly>},
    {"init", "", "",
     "stay as pid 1, which passes signals on to the command and reaps",
     Person<&RunOptions::init>},
    {"require", "", "WHAT",
     "fail rather than do without: fresh-proc, a /proc of the container's own",
     RequireInto},
    {"dry-run", "", "", "print the plan and do nothing",
     Person<&RunOptions::dry_run>},
    {"explain", "", "",
     "print each step as it happens, with its time and result",
     Person<&RunOptions::explain>},
    {"format", "", "FORMAT",
     "print plan and steps as text or json (default: text)",
     Person<&RunOptions::format>},
    {"detach", "d", "",
     "print the container's id and return when its command runs; the container "
     "is kept until rm",
     DetachInto, "KEEPING IT"},
    {"rm", "", "", "remove the container when it has ended",
     Person<&RunOptions::keeping, &Keeping::remove>},
    {"restart", "", "POLICY",
     "with --detach, start it again when it has ended: no, on-failure[:N], "
     "always, unless-stopped (default: no)",
     PersonBy<ReadRestart, &RunOptions::keeping, &Keeping::restart>},
    {"stop-signal", "", "SIGNAL", "what stop sends (default: TERM)",
     PersonBy<ReadStopSignal, &RunOptions::keeping, &Keeping::stop_signal>},
    {"stop-timeout", "", "SECONDS",
     "how long stop waits before it kills (default: 10)",
     Person<&RunOptions::keeping, &Keeping::stop_timeout>},
    {"cidfile", "", "FILE", "with --detach, write the container's id to FILE",
     Person<&RunOptions::keeping, &Keeping::cidfile>},
    {"label", "l", "NAME[=VALUE]", "what ps --filter finds (repeatable)",
     PersonBy<ReadLabel, &RunOptions::keeping, &Keeping::labels>},
    {"log-opt", "", "OPTION",
     "max-size=SIZE of a file of the log, max-file=N of them (default: 10m, 3; "
     "repeatable)",
     PersonBy<ReadLogOption, &RunOptions::keeping, &Keeping::log>},
    {"name", "", "NAME",
     "put the container on record under NAME, for list, stats, update, ...",
     Limit<ReadName, &Limits::name>},
    {"volume", "v", "SRC:DST[:OPTIONS]",
     "show a path of the host at DST; OPTIONS: ro, rro (or fail, with all "
     "below "
     "it), rshared, rslave, ..., idmap=uids=...;gids=... (repeatable)",
     PersonBy<ReadVolume, &RunOptions::mounts>, "MOUNTS"},
    {"mount", "", "KEY=VALUE,...",
     "type=bind,src=PATH,dst=PATH[,readonly] or "
     "type=tmpfs,dst=PATH[,tmpfs-size=SIZE][,tmpfs-mode=MODE] (repeatable)",
     PersonBy<ReadMount, &RunOptions::mounts>},
    {"tmpfs", "", "DST[:OPTIONS]",
     "an empty directory in memory; OPTIONS: size=64m, mode=700, exec, ... "
     "(repeatable)",
     PersonBy<ReadTmpfs, &RunOptions::mounts>},
    {"net", "", "MODE",
     "none: a network of its own, without interfaces but lo; host: the host's, "
     "with its ports; container:NAME: that of a running container (default: "
     "none)",
     Namespace<kNewNet.bits()>, "NAMESPACES"},
    {"publish", "p", "PORT", "refused: see --net", RefusePublish},
    {"network", "", "MODE", "the same", Namespace<kNewNet.bits()>},
    {"ipc", "", "MODE",
     "private, or shareable: the same; none: without a /dev/shm; host: System "
     "V "
     "and POSIX IPC, and /dev/shm, are the host's; container:NAME: those of a "
     "container but for its /dev/shm",
     ReadIpc},
    {"pid", "", "MODE",
     "private; host or container:NAME: the processes of these are seen; needs "
     "a cgroup, to end its own by",
     Namespace<kNewPid.bits()>},
    {"uts", "", "MODE", "private, or host: the host name is the host's",
     Namespace<kNewUts.bits()>},
    {"userns", "", "MODE",
     "private, or host: an ordinary user gets no user namespace",
     Namespace<kNewUser.bits()>},
    {"add-host", "", "NAME:IP",
     "a host in /etc/hosts; also NAME=IP (repeatable)",
     PersonBy<ReadHost, &RunOptions::network, &NetworkFlags::hosts>,
     "NAMES OF HOSTS"},
    {"dns", "", "IP",
     "a server in /etc/resolv.conf, instead of the host's (repeatable)",
     PersonBy<ReadServer, &RunOptions::network, &NetworkFlags::servers>},
    {"dns-search", "", "DOMAIN",
     "a domain that names are looked up in; .: none (repeatable)",
     PersonBy<ReadSearch, &RunOptions::network, &NetworkFlags::search>},
    {"dns-option", "", "OPTION",
     "an option of resolv.conf(5), as ndots:2 (repeatable)",
     PersonBy<ReadResolverOption, &RunOptions::network,
              &NetworkFlags::options>},
    {"dns-opt", "", "OPTION", "the same",
     PersonBy<ReadResolverOption, &RunOptions::network,
              &NetworkFlags::options>},
    {"memory", "m", "SIZE", "limit of memory, 6m or more",
     Memory<ReadMemory, &spec::MemoryResources::limit>, "LIMITS"},
    {"memory-swap", "", "SIZE",
     "limit of memory and swap together; -1: unlimited",
     Memory<ReadSwap, &spec::MemoryResources::swap>},
    {"memory-reservation", "", "SIZE",
     "memory that it keeps when the host runs short",
     Memory<ReadMemory, &spec::MemoryResources::reservation>},
    {"memory-swappiness", "", "N",
     "how readily it is swapped out, 0 to 100 (cgroup v1)",
     Memory<ReadSwappiness, &spec::MemoryResources::swappiness>},
    {"oom-kill-disable", "", "",
     "let it wait for memory instead of killing it (cgroup v1)",
     Memory<ReadSwitch, &spec::MemoryResources::disable_oom_killer>},
    {"oom-score-adj", "", "N",
     "who is killed first when the host runs out of memory, -1000 to 1000",
     Plain<ReadOomScore, &Limits::oom_score_adj>},
    {"cpus", "", "NUMBER", "number of CPUs, as 0.5 or 2",
     Limit<ReadCpus, &Limits::cpus>},
    {"cpu-shares", "c", "N", "weight against others, 2 to 262144",
     Cpu<ReadShares, &spec::CpuResources::shares>},
    {"cpu-period", "", "MICROSECONDS", "period of the quota, 1000 to 1000000",
     Cpu<ReadPeriod, &spec::CpuResources::period>},
    {"cpu-quota", "", "MICROSECONDS",
     "time in each period, 1000 or more; -1: unlimited",
     Cpu<ReadQuota, &spec::CpuResources::quota>},
    {"cpu-burst", "", "MICROSECONDS", "unused time that may be saved up",
     Cpu<ReadMicroseconds, &spec::CpuResources::burst>},
    {"cpuset-cpus", "", "LIST", "CPUs that it runs on, as 0-3,7",
     Cpu<ReadNumbers, &spec::CpuResources::cpus>},
    {"cpuset-mems", "", "LIST", "memory nodes that it uses, as 0,1",
     Cpu<ReadNumbers, &spec::CpuResources::mems>},
    {"pids-limit", "", "N",
     "number of processes and threads; -1 or 0: unlimited",
     Limit<ReadPids, &Limits::resources, &Resources::pids_limit>},
    {"blkio-weight", "", "N", "weight of block I/O, 10 to 1000",
     Limit<ReadWeight, &Limits::resources, &Resources::block_io,
           &spec::BlockIoResources::weight>},
    {"blkio-weight-device", "", "PATH:N",
     "the same for one block device (repeatable)",
     Limit<ReadDeviceWeight, &Limits::weight_devices>},
    {"device-read-bps", "", "PATH:SIZE",
     "bytes a second read from a block device (repeatable)",
     Limit<ReadByteRate, &Limits::read_bps>},
    {"device-write-bps", "", "PATH:SIZE",
     "bytes a second written to one (repeatable)",
     Limit<ReadByteRate, &Limits::write_bps>},
    {"device-read-iops", "", "PATH:N",
     "read operations a second on one (repeatable)",
     Limit<ReadOperationRate, &Limits::read_iops>},
    {"device-write-iops", "", "PATH:N",
     "write operations a second on one (repeatable)",
     Limit<ReadOperationRate, &Limits::write_iops>},
    {"device", "", "SRC[:DST[:RWM]]",
     "allow a device, or those in a directory; with --rootfs, make its node "
     "(repeatable)",
     Limit<ReadDevice, &Limits::devices>},
    {"cgroup-parent", "", "PATH",
     "make the cgroup below PATH: absolute, of the hierarchies; else from the "
     "caller's own",
     Limit<ReadWord, &Limits::cgroup_parent>},
    {"ulimit", "", "TYPE=SOFT[:HARD]",
     "limit of each process, as nofile=1024:4096; -1: unlimited (repeatable)",
     Plain<ReadUlimit, &Limits::ulimits>},
    {"shm-size", "", "SIZE", "size of /dev/shm of --rootfs (default: 64m)",
     Plain<ReadShmSize, &Limits::shm_size>},
    {"user", "u", "NAME|UID[:GROUP|GID]",
     "run the command as this user of the container's /etc/passwd and "
     "/etc/group",
     Person<&RunOptions::rights, &Rights::user>, "RIGHTS"},
    {"group-add", "", "GROUP|GID", "a further group of the user (repeatable)",
     Person<&RunOptions::rights, &Rights::groups>},
    {"cap-add", "", "NAME",
     "add a capability, or ALL, to docker's or, without --rootfs, the caller's "
     "(repeatable)",
     PersonBy<ReadCapability, &RunOptions::rights, &Rights::added>},
    {"cap-drop", "", "NAME", "take a capability, or ALL (repeatable)",
     PersonBy<ReadCapability, &RunOptions::rights, &Rights::dropped>},
    {"security-opt", "", "OPTION",
     "seccomp=FILE|builtin|unconfined, no-new-privileges[=false], "
     "apparmor=PROFILE, label=disable|PART:VALUE, systempaths=unconfined "
     "(repeatable)",
     PersonBy<ReadSecurityOption, &RunOptions::rights, &Rights::security>},
    {"privileged", "", "",
     "all capabilities and devices, no seccomp profile, nothing hidden or "
     "read-only",
     Person<&RunOptions::rights, &Rights::privileged>},
    {"sysctl", "", "NAME=VALUE",
     "set a kernel parameter of the container's namespaces (repeatable)",
     PersonBy<ReadSysctl, &RunOptions::rights, &Rights::sysctl>},
    {"ro", "", "PATH",
     "read and execute files at or below PATH, and list its directories "
     "(repeatable)",
     Person<&RunOptions::landlock, &Landlock::readable>, "ACCESS BY LANDLOCK"},
    {"rw", "", "PATH",
     "do anything at or below PATH: also write, make, remove, move, use "
     "devices (repeatable)",
     Person<&RunOptions::landlock, &Landlock::writable>},
    {"net-connect", "", "PORT", "connect to a TCP port (repeatable)",
     PersonBy<ReadPort<1>, &RunOptions::landlock, &Landlock::connect_ports>},
    {"net-bind", "", "PORT",
     "listen on a TCP port; 0: on what the kernel chooses (repeatable)",
     PersonBy<ReadPort<0>, &RunOptions::landlock, &Landlock::bind_ports>},
    {"landlock", "", "MODE",
     "strict: fail if this kernel can't refuse all the rest; best-effort: "
     "refuse what it can (default: strict)",
     PersonBy<ReadEffort, &RunOptions::landlock, &Landlock::best_effort>},
    {"bundle", "b", "DIR", kBundleText, Create<&CreateOptions::bundle>,
     "CONTAINER OF A BUNDLE"},
    {"config", "f", "FILE", kConfigText, Create<&CreateOptions::config>},
    {"keep", "", "", "keep the container when its command has ended",
     EngineInto<&container::RunOptions::keep>},
    {"console-socket", "", "SOCKET", kConsoleSocketText,
     Create<&CreateOptions::console_socket>},
    {"pid-file", "", "FILE", kPidFileText, Create<&CreateOptions::pid_file>},
    {"pidfd-socket", "", "SOCKET", kPidfdSocketText,
     Create<&CreateOptions::pidfd_socket>},
    {"no-pivot", "", "", kNoPivotText, Create<&CreateOptions::no_pivot>},
    {"no-new-keyring", "", "", kNoNewKeyringText,
     Create<&CreateOptions::no_new_keyring>},
    {"preserve-fds", "", "N", kPreserveFdsText,
     Create<&CreateOptions::preserve_fds>},
    {"no-subreaper", "", "", kNoSubreaperText, NoSubreaper},
};

bool IsImage(absl::string_view word) {
  return !word.empty() && !absl::StartsWith(word, "/") &&
         !absl::StartsWith(word, "./") && !absl::StartsWith(word, "../");
}

}  // namespace

absl::Span<const Flag> RunFlags() { return kFlags; }

absl::StatusOr<RunWords> ParseRun(Words words,
                                  const std::function<bool()>& in_bundle) {
  Both both;
  CHM_ASSIGN_OR_RETURN(std::vector<std::string> rest,
                       ReadFlags({kFlags, &both, Order::kFlagsFirst}, words));
  if (both.is_engine && both.is_person) {
    return absl::InvalidArgumentError(
        "flags of a container from a bundle and of a container for a command "
        "don't go together");
  }
  const bool is_id = !both.is_person && rest.size() == 1 &&
                     !absl::StrContains(rest[0], '/') && in_bundle();
  if (both.is_engine || is_id) {
    CHM_ASSIGN_OR_RETURN(both.engine.create.id, OnlyId(rest));
    return std::move(both.engine);
  }
  CHM_RETURN_IF_ERROR(CheckKeeping(both.person.keeping));
  // On the host's own root file system commands have paths: all else is an
  // image's name.
  if (both.person.rootfs.empty() && !rest.empty() && IsImage(rest[0])) {
    both.person.image = std::move(rest[0]);
    rest.erase(rest.begin());
  }
  both.person.command = std::move(rest);
  if (both.person.entrypoint && both.person.image.empty()) {
    return absl::InvalidArgumentError("--entrypoint: is for images");
  }
  if (both.person.keeping.detach || !both.person.image.empty()) {
    both.person.words.assign(words.begin(), words.end());
  }
  return std::move(both.person);
}

}  // namespace chmdocker::cli
