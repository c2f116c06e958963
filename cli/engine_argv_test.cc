// What engines call, word by word.
#include <signal.h>

#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/flags.h"
#include "cli/log.h"
#include "cli/oci_commands.h"
#include "cli/run_options.h"
#include "cli/run_words.h"
#include "gflags/gflags.h"
#include "gtest/gtest.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {
namespace {

using List = std::vector<std::string>;

class EngineArgv : public ::testing::Test {
 protected:
  // The words behind the command's name.
  static List Behind(const List& words, const std::string& command) {
    const absl::StatusOr<GlobalWords> global = ReadGlobalFlags(words);
    EXPECT_TRUE(global.ok()) << global.status();
    if (!global.ok() || global->rest.empty()) return {};
    EXPECT_EQ(global->rest[0], command);
    return List(global->rest.begin() + 1, global->rest.end());
  }

 private:
  gflags::FlagSaver saver_;
};

TEST_F(EngineArgv, ContainerdsPrefixAndCreate) {
  const List words = Behind({"--root",
                             "/run/containerd/runc/k8s.io",
                             "--log",
                             "/b/log.json",
                             "--log-format",
                             "json",
                             "--systemd-cgroup",
                             "create",
                             "--bundle",
                             "/b",
                             "--pid-file",
                             "/b/init.pid",
                             "--console-socket",
                             "/tmp/pty",
                             "--no-pivot",
                             "--no-new-keyring",
                             "--preserve-fds",
                             "2",
                             "--pidfd-socket",
                             "/tmp/pidfd",
                             "id1"},
                            "create");
  const GlobalOptions global = *GetGlobalOptions(Face::kEngine);
  EXPECT_EQ(global.root, "/run/containerd/runc/k8s.io");
  EXPECT_EQ(global.log.file, "/b/log.json");
  EXPECT_EQ(global.log.format, LogFormat::kJson);
  EXPECT_EQ(global.cgroup_manager, CgroupManager::kSystemd);
  const absl::StatusOr<container::CreateOptions> create = ParseCreate(words);
  ASSERT_TRUE(create.ok()) << create.status();
  EXPECT_EQ(create->id, "id1");
  EXPECT_EQ(create->bundle, "/b");
  EXPECT_EQ(create->config, "config.json");
  EXPECT_EQ(create->pid_file, "/b/init.pid");
  EXPECT_EQ(create->console_socket, "/tmp/pty");
  EXPECT_EQ(create->pidfd_socket, "/tmp/pidfd");
  EXPECT_TRUE(create->no_pivot);
  EXPECT_TRUE(create->no_new_keyring);
  EXPECT_EQ(create->preserve_fds, 2u);
}

TEST_F(EngineArgv, LogsAreTextForEnginesAndJsonForPeople) {
  EXPECT_EQ(GetGlobalOptions(Face::kEngine)->log.format, LogFormat::kText);
  EXPECT_EQ(GetGlobalOptions(Face::kPerson)->log.format, LogFormat::kJson);
  EXPECT_EQ(GetGlobalOptions(Face::kEngine)->cgroup_manager,
            CgroupManager::kCgroupfs);
}

TEST_F(EngineArgv, GlobalFlagsOfRuncAndCrun) {
  Behind({"--debug", "--rootless=true", "--cgroup-manager", "disabled",
          "--lenient", "state", "x"},
         "state");
  const GlobalOptions global = *GetGlobalOptions(Face::kEngine);
  EXPECT_EQ(global.log.level, LogLevel::kDebug);
  EXPECT_EQ(global.rootless, Rootless::kYes);
  EXPECT_EQ(global.cgroup_manager, CgroupManager::kDisabled);
  EXPECT_TRUE(global.lenient);
}

TEST_F(EngineArgv, WrongGlobalValues) {
  Behind({"--rootless=maybe", "state"}, "state");
  EXPECT_EQ(GetGlobalOptions(Face::kEngine).status().message(),
            "--rootless \"maybe\": wants one of auto, false, true");
}

TEST_F(EngineArgv, ExecOfContainerdPodmanAndCrio) {
  for (const List& words :
       std::vector<List>{{"--process", "/b/p.json", "--console-socket", "/s",
                          "--detach", "--pid-file", "/b/e.pid", "id1"},
                         {"--pid-file", "/b/e.pid", "--process", "/b/p.json",
                          "--detach", "--console-socket", "/s", "id1"},
                         {"-p", "/b/p.json", "-d", "--console-socket=/s",
                          "-pid-file=/b/e.pid", "id1"}}) {
    const absl::StatusOr<ExecWords> exec = ParseExec(words);
    ASSERT_TRUE(exec.ok()) << exec.status();
    EXPECT_EQ(exec->process_file, "/b/p.json");
    EXPECT_EQ(exec->options.id, "id1");
    EXPECT_EQ(exec->options.console_socket, "/s");
    EXPECT_EQ(exec->options.pid_file, "/b/e.pid");
    EXPECT_TRUE(exec->options.detach);
    EXPECT_TRUE(exec->options.args.empty());
  }
  EXPECT_FALSE(ParseExec(List{"--process", "F", "id1"})->options.detach);
}

TEST_F(EngineArgv, ExecWithAllFlags) {
  const absl::StatusOr<ExecWords> exec = ParseExec(List{"--cwd",
                                                        "/w",
                                                        "-e",
                                                        "A=1",
                                                        "--env=B=2",
                                                        "-tu",
                                                        "1:2",
                                                        "-g",
                                                        "5",
                                                        "--additional-gids",
                                                        "6,7",
                                                        "--process-label",
                                                        "l",
                                                        "--apparmor",
                                                        "a",
                                                        "--no-new-privs",
                                                        "-c",
                                                        "CAP_KILL",
                                                        "--cap",
                                                        "CAP_CHOWN",
                                                        "--cgroup",
                                                        "c",
                                                        "--ignore-paused",
                                                        "--preserve-fds",
                                                        "1",
                                                        "--pidfd-socket",
                                                        "/p",
                                                        "id1",
                                                        "ls",
                                                        "-l",
                                                        "--help"});
  ASSERT_TRUE(exec.ok()) << exec.status();
  const container::ExecOptions& options = exec->options;
  EXPECT_EQ(options.cwd, "/w");
  EXPECT_EQ(options.env, (List{"A=1", "B=2"}));
  EXPECT_TRUE(options.terminal);
  EXPECT_EQ(options.user, "1:2");
  EXPECT_EQ(options.additional_gids, (std::vector<uint32_t>{5, 6, 7}));
  EXPECT_EQ(options.selinux_label, "l");
  EXPECT_EQ(options.apparmor_profile, "a");
  EXPECT_TRUE(options.no_new_privileges);
  EXPECT_EQ(options.capabilities, (List{"CAP_KILL", "CAP_CHOWN"}));
  EXPECT_EQ(options.cgroup, "c");
  EXPECT_TRUE(options.ignore_paused);
  EXPECT_EQ(options.preserve_fds, 1u);
  EXPECT_EQ(options.pidfd_socket, "/p");
  EXPECT_EQ(options.args, (List{"ls", "-l", "--help"}));
}

// CVE-2026-30892: a user that is read as another one.
TEST_F(EngineArgv, UsersAreReadStrictly) {
  for (const char* user : {"0", "1", "1:1", "01", "4294967294"}) {
    EXPECT_TRUE(ParseExec(List{"-u", user, "x", "ls"}).ok()) << user;
  }
  for (const char* user : {"1x", "-1", "+1", " 1", "1:", ":1", "1:2:3",
                           "4294967295", "4294967296", "root"}) {
    EXPECT_FALSE(ParseExec(List{"-u", user, "x", "ls"}).ok()) << user;
  }
}

TEST_F(EngineArgv, ExecNeedsOneCommand) {
  EXPECT_EQ(ParseExec(List{}).status().message(), "wants a container id");
  EXPECT_EQ(ParseExec(List{"x"}).status().message(),
            "Missing container command");
  EXPECT_FALSE(ParseExec(List{"-p", "f", "x", "ls"}).ok());
}

TEST_F(EngineArgv, Kill) {
  struct Case {
    List words;
    int signal;
    bool all;
  };
  for (const Case& wanted :
       std::vector<Case>{{{"id1", "9"}, SIGKILL, false},
                         {{"--all", "id1", "15"}, SIGTERM, true},
                         {{"-a", "id1", "9"}, SIGKILL, true},
                         {{"id1", "9", "--all"}, SIGKILL, true},
                         {{"id1", "KILL"}, SIGKILL, false},
                         {{"id1", "SIGTERM"}, SIGTERM, false},
                         {{"id1", "sigusr1"}, SIGUSR1, false},
                         {{"id1"}, SIGTERM, false},
                         {{"-s", "HUP", "id1"}, SIGHUP, false},
                         {{"id1", "RTMIN+3"}, 37, false},
                         {{"id1", "SIGRTMAX-1"}, 63, false},
                         {{"id1", "64"}, 64, false}}) {
    const absl::StatusOr<KillWords> kill = ParseKill(wanted.words);
    ASSERT_TRUE(kill.ok()) << kill.status();
    EXPECT_EQ(kill->which.id, "id1");
    EXPECT_EQ(kill->signal, wanted.signal) << wanted.words.back();
    EXPECT_EQ(kill->all, wanted.all) << wanted.words.back();
    EXPECT_FALSE(kill->which.regex);
  }
  EXPECT_TRUE(ParseKill(List{"--regex", "a.*", "KILL"})->which.regex);
  for (const char* signal :
       {"65", "-1", "KILLER", "SIG", "RTMIN+31", "RTMAX-31", "9 ", ""}) {
    EXPECT_FALSE(ParseKill(List{"id1", signal}).ok() && *signal != '\0')
        << signal;
  }
  EXPECT_FALSE(ParseKill(List{}).ok());
  EXPECT_FALSE(ParseKill(List{"id1", "9", "9"}).ok());
  // A signal that is misspelt must not be taken for a second container.
  EXPECT_FALSE(ParseKill(List{"id1", "id2"}).ok());
  EXPECT_EQ(ParseKill(List{"-s", "HUP", "id1", "id2"})->more,
            (List{"id1", "id2"}));
}

TEST_F(EngineArgv, Delete) {
  EXPECT_FALSE(ParseDelete(List{"id1"})->force);
  for (const List& words : std::vector<List>{
           {"--force", "id1"}, {"id1", "--force"}, {"-f", "id1"}}) {
    const absl::StatusOr<DeleteWords> parsed = ParseDelete(words);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_TRUE(parsed->force);
    EXPECT_EQ(parsed->which.id, "id1");
  }
  EXPECT_EQ(ParseDelete(List{}).status().message(), "wants a container id");
  EXPECT_FALSE(ParseDelete(List{"a", "b"}).ok());
}

TEST_F(EngineArgv, UpdateByFile) {
  for (const List& words : std::vector<List>{{"--resources=-", "id1"},
                                             {"--resources", "-", "id1"},
                                             {"-r", "-", "id1"},
                                             {"id1", "-r-"}}) {
    const absl::StatusOr<UpdateWords> update = ParseUpdate(words);
    ASSERT_TRUE(update.ok()) << update.status();
    EXPECT_EQ(update->resources_file, "-");
    EXPECT_EQ(update->ids, List{"id1"});
  }
}

TEST_F(EngineArgv, UpdateByFlags) {
  const absl::StatusOr<UpdateWords> update =
      ParseUpdate(List{"--memory",
                       "512m",
                       "--memory-reservation",
                       "1",
                       "--memory-swap",
                       "-1",
                       "--kernel-memory",
                       "2k",
                       "--kernel-memory-tcp",
                       "3kib",
                       "--cpu-period",
                       "100000",
                       "--cpu-quota",
                       "-1",
                       "--cpu-burst",
                       "7",
                       "--cpu-share",
                       "512",
                       "--cpu-rt-period",
                       "8",
                       "--cpu-rt-runtime",
                       "9",
                       "--cpu-idle",
                       "1",
                       "--cpuset-cpus",
                       "0-3",
                       "--cpuset-mems",
                       "0",
                       "--pids-limit",
                       "10",
                       "--blkio-weight",
                       "500",
                       "id1"});
  ASSERT_TRUE(update.ok()) << update.status();
  const spec::Resources& resources = update->resources;
  EXPECT_EQ(resources.memory.limit, 512 << 20);
  EXPECT_EQ(resources.memory.reservation, 1);
  EXPECT_EQ(resources.memory.swap, -1);
  EXPECT_EQ(resources.memory.kernel, 2048);
  EXPECT_EQ(resources.memory.kernel_tcp, 3072);
  EXPECT_EQ(resources.cpu.period, 100000u);
  EXPECT_EQ(resources.cpu.quota, -1);
  EXPECT_EQ(resources.cpu.burst, 7u);
  EXPECT_EQ(resources.cpu.shares, 512u);
  EXPECT_EQ(resources.cpu.realtime_period, 8u);
  EXPECT_EQ(resources.cpu.realtime_runtime, 9);
  EXPECT_EQ(resources.cpu.idle, 1);
  EXPECT_EQ(resources.cpu.cpus, "0-3");
  EXPECT_EQ(resources.cpu.mems, "0");
  EXPECT_EQ(resources.pids_limit, 10);
  EXPECT_EQ(resources.block_io.weight, 500);
  for (const char* bytes : {"1x", "-2", "m", "9999999999g", "1.5g", " 1"}) {
    EXPECT_FALSE(ParseUpdate(List{"--memory", bytes, "id1"}).ok()) << bytes;
  }
  EXPECT_FALSE(ParseUpdate(List{"--blkio-weight", "65536", "id1"}).ok());
  EXPECT_FALSE(ParseUpdate(List{"--l3-cache-schema", "x", "id1"}).ok());
}

TEST_F(EngineArgv, PsListAndEvents) {
  EXPECT_EQ(ParsePs(List{"--format", "json", "id1"})->format, "json");
  const absl::StatusOr<PsWords> ps = ParsePs(List{"id1", "-o", "pid,cmd"});
  EXPECT_EQ(ps->id, "id1");
  EXPECT_EQ(ps->ps_words, (List{"-o", "pid,cmd"}));
  EXPECT_EQ(ParsePs(List{})->id, "");
  EXPECT_EQ(ParseList(List{"--format=json"})->format, Format::kJson);
  EXPECT_EQ(ParseList(List{"-f", "table"})->format, Format::kText);
  EXPECT_TRUE(ParseList(List{"-q"})->quiet);
  EXPECT_FALSE(ParseList(List{"x"}).ok());
  EXPECT_TRUE(ParseEvents(List{"--stats", "id1"})->once);
  EXPECT_EQ(ParseEvents(List{"--interval=2s", "id1"})->interval,
            absl::Seconds(2));
  EXPECT_FALSE(ParseEvents(List{"--interval=0s", "id1"}).ok());
  // People's: without an id.
  EXPECT_EQ(ParseEvents(List{"--format", "json"})->view.format, "json");
  EXPECT_EQ(ParseEvents(List{"--since", "0"})->view.since,
            "1970-01-01T00:00:00.000000000Z");
  EXPECT_FALSE(ParseEvents(List{"--stats"}).ok());
  EXPECT_FALSE(ParseEvents(List{"--interval=2s"}).ok());
  EXPECT_FALSE(ParseEvents(List{"--format", "json", "id1"}).ok());
  EXPECT_FALSE(ParseEvents(List{"--since", "0", "id1"}).ok());
  EXPECT_FALSE(ParseEvents(List{"--filter", "type=image", "id1"}).ok());
}

TEST_F(EngineArgv, CheckpointIsRefusedWithItsHelp) {
  EXPECT_TRUE(
      absl::IsUnimplemented(kCheckpointCommand.parse(List{"--help"}).status()));
  EXPECT_TRUE(absl::IsUnimplemented(
      kRestoreCommand
          .parse(List{"--detach", "--pid-file", "F", "-no-subreaper",
                      "--bundle", "B", "id1"})
          .status()));
}

bool Nowhere() { return false; }
bool InBundle() { return true; }

TEST_F(EngineArgv, RunOfBuildkitAndPeople) {
  const absl::StatusOr<RunWords> buildkit = ParseRun(
      List{"--bundle", "/b", "--no-pivot", "--keep", "-no-subreaper", "id1"},
      Nowhere);
  ASSERT_TRUE(buildkit.ok()) << buildkit.status();
  const auto* run = std::get_if<container::RunOptions>(&*buildkit);
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(run->create.id, "id1");
  EXPECT_EQ(run->create.bundle, "/b");
  EXPECT_TRUE(run->create.no_pivot);
  EXPECT_TRUE(run->keep);
  EXPECT_FALSE(run->detach);
  const auto is_engine = [](const List& words, bool (*in_bundle)()) {
    return std::holds_alternative<container::RunOptions>(
        *ParseRun(words, in_bundle));
  };
  EXPECT_TRUE(is_engine({"-d", "id1"}, InBundle));
  EXPECT_FALSE(is_engine({"-d", "id1"}, Nowhere));
  EXPECT_TRUE(is_engine({"id1"}, InBundle));
  EXPECT_FALSE(is_engine({"id1"}, Nowhere));
  EXPECT_FALSE(is_engine({"/bin/sh"}, InBundle));
  EXPECT_FALSE(is_engine({"ls", "-l"}, InBundle));
  EXPECT_FALSE(is_engine({"--ti", "sh"}, InBundle));
  EXPECT_FALSE(ParseRun(List{"--ti", "--bundle", "b", "x"}, Nowhere).ok());
  EXPECT_FALSE(ParseRun(List{"--bundle", "b"}, Nowhere).ok());
  EXPECT_FALSE(ParseRun(List{"--bundle", "b", "x", "y"}, Nowhere).ok());
}

}  // namespace
}  // namespace chmdocker::cli
