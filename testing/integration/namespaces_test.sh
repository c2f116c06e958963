#!/usr/bin/env bash
# --net, --ipc, --uts and --userns.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# Whether the container of $out has the caller's: expect_ns KIND yes|no.
expect_ns() {
  local same=no
  [[ $(fact "ns.$1") != "$(readlink "/proc/self/ns/$1")" ]] || same=yes
  expect "the host's $1 namespace" "$2" "$same"
}
# In both forms, one by $form: inside FLAG... -- ACTION...
inside() {
  if [[ $form == rootfs ]]; then
    in_root "$@"
  else
    on_host "$@"
  fi
}
hosts_namespaces() {
  local flag kind other
  for form in rootfs tutorial; do
    for flag in net=host network=host ipc=host uts=host; do
      inside "--$flag" -- fact ns
      well
      for kind in net ipc uts pid mnt; do
        other=no
        [[ ${flag/work/} != "$kind=host" ]] || other=yes
        expect_ns "$kind" "$other"
      done
    done
    # The last one counts; these are so anyway.
    inside --net host --net none --ipc private --uts private --userns private -- fact ns
    well
    for kind in net ipc uts; do expect_ns "$kind" no; done
  done
}

shared_memory() {
  form=rootfs
  : >"/dev/shm/chmdocker-test-$$"
  # shellcheck disable=SC2064
  trap "rm -f /dev/shm/chmdocker-test-$$" EXIT
  inside --ipc host -- list /dev/shm fact mount
  well
  expect_line "$out" "list /dev/shm: chmdocker-test-$$"
  expect_match "$(fact mount)" ' /dev/shm rw,nosuid,nodev,noexec'
  inside -- list /dev/shm
  expect "its own" "" "$out"
}

user_namespace() {
  form=tutorial
  inside --userns host -- fact ns.user
  if is_root; then
    well
    expect_ns user yes
  else
    expect_code 125
    expect_has "$err" EPERM
  fi
}

conflicts() {
  local flags text
  form=rootfs
  while IFS='|' read -r flags text; do
    # shellcheck disable=SC2086
    inside $flags -- exit 0
    expect_code 125
    expect_has "$err" "$text"
  done <<'END'
--uts host --hostname box|conflicting options: --hostname and --uts host
--ipc host --shm-size 1m|conflicting options: --shm-size and --ipc host
--net host --sysctl net.ipv4.ip_forward=1|would change the host's
--ipc host --sysctl kernel.msgmax=4096|would change the host's
--net bridge|--net "bridge": wants host or none
--ipc none|--ipc "none": wants host or private
--net container:box|other containers' namespaces are not there yet
END
}

check "namespaces of the host" hosts_namespaces
check "--ipc host: /dev/shm" shared_memory
check "--userns host" user_namespace
check "what does not go together" conflicts
finish
