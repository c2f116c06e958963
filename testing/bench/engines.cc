#include "testing/bench/engines.h"

#include <unistd.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "testing/bench/bundle.h"
#include "testing/bench/contestants.h"
#include "testing/bench/programs.h"
#include "testing/bench/runner.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {
namespace {

Contestant Engine(absl::string_view name, Argv argv) {
  return {std::string(name), {std::move(argv)}, kProfileFloor};
}

std::string MachineOf(const Workspace& workspace) {
  return workspace.IdOf("nspawn");
}

Argv Nspawn(const Bundles& bundles, const Workspace& workspace) {
  return {FindProgram("systemd-nspawn"),
          "--quiet",
          "--register=no",
          "--keep-unit",
          "--private-network",
          absl::StrCat("--machine=", MachineOf(workspace)),
          absl::StrCat("--directory=", bundles.rootfs),
          "/true"};
}

// With a store of its own, cgroups below one of ours, and runc, which there is
// for every host; limits as the bundles have them, and not those that only
// CAP_SYS_RESOURCE may set.
Argv Podman(const Workspace& workspace,
            std::initializer_list<std::string> words) {
  Argv argv = {FindProgram("podman"),
               absl::StrCat("--root=", workspace.directory(), "/podman"),
               absl::StrCat("--runroot=", workspace.StateOf("podman-run")),
               absl::StrCat("--tmpdir=", workspace.StateOf("podman-tmp")),
               "--storage-driver=vfs",
               "--cgroup-manager=cgroupfs",
               "--events-backend=none",
               "--runtime=runc",
               "--log-level=error"};
  argv.insert(argv.end(), words);
  return argv;
}

Argv PodmanRun(const Bundles& bundles, const Workspace& workspace,
               std::initializer_list<std::string> words) {
  Argv argv = Podman(
      workspace, {"run", "--network=none", "--ulimit=nofile=1024:1024",
                  "--ulimit=nproc=1024:1024",
                  absl::StrCat("--cgroup-parent=/", workspace.IdOf("podman"))});
  argv.insert(argv.end(), words);
  argv.insert(argv.end(), {"--rootfs", bundles.rootfs});
  return argv;
}

Argv With(Argv argv, const char* last) {
  argv.emplace_back(last);
  return argv;
}

void AddPodman(const Bundles& bundles, const Workspace& workspace,
               Field& field) {
  Contestant run = Engine(
      "podman run", With(PodmanRun(bundles, workspace, {"--rm"}), "/true"));
  run.is_start = true;
  field.contestants.push_back(std::move(run));
  const std::string id = workspace.IdOf("podman-waiting");
  Contestant exec = {
      "podman exec", {Podman(workspace, {"exec", id, "/true"})}, kExecFloor};
  exec.beside = "podman";
  field.contestants.push_back(std::move(exec));
  const std::string pid_file = workspace.StateOf("podman.pid");
  field.running.push_back(
      {"podman",
       {With(PodmanRun(bundles, workspace,
                       {"--detach", "--name", id, "--pidfile", pid_file}),
             "/wait")},
       {Podman(workspace, {"rm", "--force", "--time=0", id})},
       pid_file});
}

// Its daemon makes containers from images only.
std::string DockerImage(const Workspace& workspace) {
  return absl::StrCat("chmdocker-", workspace.IdOf("image"));
}

Contestant Docker(const Bundles& bundles, const Workspace& workspace) {
  const std::string file = FindProgram("docker");
  const std::string image = DockerImage(workspace);
  Contestant docker = Engine(
      "docker run", {file, "run", "--rm", "--network=none", image, "/true"});
  docker.prepare = {
      {file, "info"},
      {"/bin/sh", "-c", "tar -C \"$1\" -c . | \"$2\" import - \"$3\"", "sh",
       bundles.rootfs, file, image}};
  docker.is_start = true;
  return docker;
}

}  // namespace

void AddEngines(const Bundles& bundles, const Workspace& workspace,
                Field& field) {
  field.contestants.push_back(
      Engine("systemd-nspawn", Nspawn(bundles, workspace)));
  AddPodman(bundles, workspace, field);
  field.contestants.push_back(Docker(bundles, workspace));
}

void ForgetEngines(const Workspace& workspace) {
  rmdir(absl::StrCat("/run/systemd/nspawn/propagate/", MachineOf(workspace))
            .c_str());
  const std::string docker = FindProgram("docker");
  if (docker.empty()) return;
  Measure({{docker, "image", "rm", "--force", DockerImage(workspace)}},
          Errors::kHidden)
      .IgnoreError();
}

}  // namespace chmdocker::bench
