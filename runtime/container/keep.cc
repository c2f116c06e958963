#include "runtime/container/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/event_log.h"
#include "runtime/container/instance.h"
#include "runtime/container/keeper.h"
#include "runtime/container/keeper_report.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/state/directory.h"
#include "runtime/state/kept.h"
#include "runtime/state/names.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/close_from.h"
#include "runtime/sys/pipe.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/clone.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::container {
namespace {

constexpr size_t kIdBytes = 32;

absl::StatusOr<std::string> RandomBytes() {
  std::string bytes(kIdBytes, '\0');
  if (getrandom(bytes.data(), kIdBytes, 0) != static_cast<ssize_t>(kIdBytes)) {
    return ErrnoError(errno, "getrandom");
  }
  return bytes;
}

constexpr const char* kQualities[] = {
    "brave",  "brisk",  "calm",   "clever", "cosy",  "eager",  "fair",  "fleet",
    "gentle", "glad",   "keen",   "kind",   "light", "lively", "lucid", "merry",
    "mild",   "modest", "neat",   "nimble", "plain", "proud",  "quick", "quiet",
    "ready",  "sharp",  "silent", "sleek",  "spry",  "still",  "sunny", "warm"};
constexpr const char* kAnimals[] = {
    "badger", "beaver",  "bison",   "crane",  "curlew", "dipper", "dormouse",
    "eider",  "falcon",  "ferret",  "finch",  "gannet", "gecko",  "heron",
    "ibex",   "jackdaw", "kestrel", "lark",   "lynx",   "marmot", "marten",
    "newt",   "otter",   "owl",     "petrel", "plover", "puffin", "raven",
    "seal",   "stoat",   "swift",   "wren"};

// As "quiet_otter"; when that is taken, with digits of the id behind.
std::string GeneratedName(absl::string_view bytes, int attempt) {
  const auto pick = [&](size_t at) {
    return static_cast<unsigned char>(bytes[at]) % 32;
  };
  std::string name = absl::StrCat(kQualities[pick(0)], "_", kAnimals[pick(1)]);
  if (attempt > 0) {
    absl::StrAppend(&name, "_", absl::BytesToHexString(bytes.substr(2, 4)));
  }
  return name;
}

absl::Status Name(const Runtime& runtime, const std::string& bytes,
                  const std::string& id, std::string& name) {
  const state::Places places = PlacesOf(runtime);
  if (!name.empty()) return state::ClaimName(places, name, id);
  absl::Status claimed;
  for (int attempt = 0; attempt < 2; ++attempt) {
    name = GeneratedName(bytes, attempt);
    claimed = state::ClaimName(places, name, id);
    if (!absl::IsAlreadyExists(claimed)) break;
  }
  return claimed;
}

// Of the caller's it keeps standard error, for warnings, and the starter's
// ends.
void KeepOnly(Starter& starter) {
  constexpr int kFirst = 3;
  int next = kFirst;
  std::vector<int*> kept = {&starter.report};
  if (starter.client >= 0) kept.push_back(&starter.client);
  // Out of each other's way first.
  for (int* const fd : kept) {
    *fd = fcntl(*fd, F_DUPFD_CLOEXEC, kFirst + static_cast<int>(kept.size()));
  }
  for (int* const fd : kept) {
    (void)raw::Dup3(*fd, next, O_CLOEXEC);
    *fd = next++;
  }
  sys::CloseFrom(next);
}

// What the starter hears of one that somebody else has started meanwhile.
absl::Status RunsAlready() { return absl::AlreadyExistsError("it runs"); }

// In the new process.
[[noreturn]] void KeepInChild(const Runtime& runtime, const std::string& id,
                              const Describe& describe, Starter starter) {
  constexpr int kFailure = 125;
  KeepOnly(starter);
  (void)raw::Setsid();
  absl::StatusOr<Instance> instance = Open(KeptRuntime(runtime), id);
  absl::Status failure = instance.status();
  if (instance.ok() && state::IsAlive(instance->record.init)) {
    failure = RunsAlready();
  } else if (instance.ok() && instance->record.kept) {
    instance->record.kept->stop_wanted = false;
    instance->record.kept->restarts = 0;
    failure = Keep(runtime, *std::move(instance), describe, starter);
  }
  Report(starter.report, failure);
  _exit(kFailure);
}

// The ends of a connection to attach by. Who is attached from the start loses
// nothing, although they read more slowly than the container writes, but the
// container does not wait for them for ever.
struct Connection {
  UniqueFd ours;
  UniqueFd monitors;
};
absl::StatusOr<Connection> Connect() {
  constexpr timeval kPatience = {10, 0};
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return ErrnoError(errno, "socketpair");
  }
  Connection connection{UniqueFd(ends[0]), UniqueFd(ends[1])};
  if (setsockopt(ends[1], SOL_SOCKET, SO_SNDTIMEO, &kPatience,
                 sizeof(kPatience)) != 0) {
    return ErrnoError(errno, "setsockopt SO_SNDTIMEO");
  }
  return connection;
}

// True: there is nothing to be started. Who wants to attach to what waits for
// its next start has a start of their own.
absl::StatusOr<bool> RunsOrWillRun(const Runtime& runtime,
                                   const std::string& id, bool attaches) {
  CHM_ASSIGN_OR_RETURN(const state::Record record,
                       state::Peek(KeptRuntime(runtime).root, id));
  CHM_RETURN_IF_ERROR(AwaitLeaving(record));
  {
    CHM_ASSIGN_OR_RETURN(const Instance instance,
                         Open(KeptRuntime(runtime), id));
    if (!instance.record.kept) return NotKept(id);
    if (state::IsAlive(instance.record.init)) return true;
    if (!state::IsAlive(instance.record.monitor)) return false;
    if (!attaches) {
      (void)raw::Kill(instance.record.monitor.pid, SIGTERM);
      return true;
    }
  }
  CHM_RETURN_IF_ERROR(StopKept(runtime, id, std::nullopt, std::nullopt));
  return false;
}

}  // namespace

absl::StatusOr<std::string> CreateKept(const Runtime& runtime,
                                       state::Kept kept) {
  CHM_ASSIGN_OR_RETURN(const std::string bytes, RandomBytes());
  std::string id = absl::BytesToHexString(bytes);
  CHM_ASSIGN_OR_RETURN(
      state::Directory directory,
      state::Directory::Create(PlacesOf(runtime).containers, id));
  absl::Status status = Name(runtime, bytes, id, kept.name);
  state::Record record;
  record.id = id;
  record.phase = state::Phase::kStopped;
  record.created = Now();
  record.owner = geteuid();
  record.new_keyring = false;
  record.own_pid_namespace = true;
  record.kept = std::move(kept);
  if (status.ok()) status = directory.Save(record);
  if (status.ok()) {
    TellOf(runtime, record, "create");
    return id;
  }
  state::ReleaseName(PlacesOf(runtime), record.kept->name, id);
  (void)directory.Remove();
  return status;
}

absl::Status StartKept(const Runtime& runtime, const std::string& id,
                       const Describe& describe, UniqueFd* attached) {
  CHM_ASSIGN_OR_RETURN(const bool runs,
                       RunsOrWillRun(runtime, id, attached != nullptr));
  if (runs) return absl::OkStatus();
  Connection connection;
  if (attached != nullptr) {
    CHM_ASSIGN_OR_RETURN(connection, Connect());
  }
  CHM_ASSIGN_OR_RETURN(sys::Pipe report, sys::MakePipe());
  const raw::Result forked = raw::Fork();
  CHM_RETURN_IF_ERROR(sys::CallStatus(forked));
  if (forked.value == 0) {
    KeepInChild(runtime, id, describe,
                {report.write.get(), connection.monitors.get()});
  }
  report.write.reset();
  absl::Status status = ReadReport(report.read.get());
  if (status == RunsAlready()) return absl::OkStatus();
  if (status.ok() && attached != nullptr) {
    *attached = std::move(connection.ours);
  }
  return status;
}

}  // namespace chmdocker::container
