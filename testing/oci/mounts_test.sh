#!/usr/bin/env bash
# The mounts of config.json, and what else shapes the file system.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

runs() { # runs SCRIPT: in the container's shell; code, out, err
  shell "$1"
  bundle
  run rt run --bundle b "$id"
  expect_code 0
}
# The options of a mount point in $out, which is of /proc/self/mountinfo.
options() { # options PATH
  awk -v path="$1" '$5 == path { print $6 " - " $0 }' <<<"$out" | tail -n 1
}
expect_options() { # expect_options PATH OPTION...
  local option got
  got=$(options "$1")
  for option in "${@:2}"; do
    [[ ,${got%% - *}, == *,$option,* ]] || {
      echo "no $option on $1: $got"
      return 1
    }
  done
}
readonly LOOK='cat /proc/self/mountinfo'

binds() {
  mkdir source
  echo text >source/file
  chmod 777 source
  add_mount /data bind "$PWD/source" bind
  add_mount /data-ro none "$PWD/source" bind ro
  add_mount /flags bind "$PWD/source" rbind nosuid nodev noexec
  runs "cat /data/file; echo new >/data/new; touch /data-ro/x || echo read-only; cp /probe /data/p 2>/dev/null; $LOOK"
  expect_line "$out" text
  expect_line "$out" read-only
  expect "written" new "$(cat source/new)"
  expect_options /data-ro ro
  expect_options /flags nosuid nodev noexec rw
}

bind_is_by_its_options() {
  mkdir source
  echo text >source/file
  # The type says nothing, and a source may be relative to the bundle.
  mkdir b
  mv source b/
  add_mount /data tmpfs source rbind
  runs "cat /data/file"
  [[ $RUNTIME != crun ]] || skip "1.8 differs"
  expect_line "$out" text
}

recursive_and_not() {
  needs_call mount_setattr
  is_root || skip "mounting needs root"
  mkdir source source/below
  mount -t tmpfs tmpfs source
  mkdir source/below
  mount -t tmpfs tmpfs source/below
  : >source/below/inner
  add_mount /plain bind "$PWD/source" bind
  add_mount /deep bind "$PWD/source" rbind
  add_mount /ro bind "$PWD/source" rbind ro
  add_mount /rro bind "$PWD/source" rbind rro
  local status=0
  (
    set -e
    runs "ls /plain/below; echo; ls /deep/below; touch /ro/below/x && echo ro is not recursive; touch /rro/below/x || echo rro is; $LOOK"
  ) || status=$?
  umount -R source
  ((status == 0))
  expect_line "$(cat out)" "ro is not recursive"
  expect_line "$(cat out)" "rro is"
  expect "once" 1 "$(grep -c '^inner$' out)"
}

files_onto_files() {
  echo text >file
  add_mount /etc/text bind "$PWD/file" bind
  add_mount /new/deep/text bind "$PWD/file" bind ro
  runs "cat /etc/text /new/deep/text; stat -c %F /etc/text"
  expect "content" $'text\ntext\nregular file' "$out"
}

missing_source() {
  add_mount /data bind /not/there bind
  bundle
  run rt run --bundle b "$id"
  expect_error "/not/there"
  expect_match "$err" "[Nn]o such file or directory"
}

directory_onto_file() {
  make_full_rootfs b/rootfs
  : >b/rootfs/target
  add_mount /target bind "$PWD" bind
  bundle
  run rt run --bundle b "$id"
  expect_error target
  expect_match "$err" "[Nn]ot a directory"
}

tmpfs_options() {
  make_full_rootfs b/rootfs
  mkdir -m 1750 b/rootfs/there
  add_mount /sized tmpfs tmpfs size=64k mode=0711 nosuid noexec
  add_mount /there tmpfs tmpfs
  runs "$LOOK; stat -c '%a %n' /sized /there; dd if=/dev/zero of=/sized/x bs=1k count=65 2>/dev/null || busybox dd if=/dev/zero of=/sized/x bs=1k count=65 || echo full"
  expect_options /sized nosuid noexec rw
  expect_has "$(options /sized)" size=64k
  expect_line "$out" "711 /sized"
  expect_line "$out" full
  [[ $RUNTIME != crun ]] || skip "1.8 has the mode 1777 whatever was there"
  expect_line "$out" "1750 /there"
}

tmpfs_is_copied_up() {
  make_full_rootfs b/rootfs
  mkdir -p b/rootfs/etc/sub
  echo deep >b/rootfs/etc/sub/file
  add_mount /etc tmpfs tmpfs tmpcopyup
  runs 'cat /etc/sub/file; stat -f -c %T /etc; echo changed >/etc/sub/file'
  expect_line "$out" deep
  expect_line "$out" tmpfs
  expect "the rootfs" deep "$(cat b/rootfs/etc/sub/file)"
}

# As deep as it may be, of a process that goes on in a new one.
a_deep_tree_is_copied_up() {
  is_root && ! is_mapped_root || skip "mapped users need root"
  make_full_rootfs b/rootfs
  local deep=b/rootfs/deep i
  for ((i = 0; i < 60; ++i)); do deep+=/d; done
  mkdir -p "$deep"
  echo deep >"$deep/file"
  namespaces+=('{"type":"user"}')
  id_maps 0 0
  add_mount /deep tmpfs tmpfs tmpcopyup
  runs 'find /deep -name file -exec cat {} \;; stat -f -c %T /deep'
  expect_line "$out" deep
  expect_line "$out" tmpfs
}

targets_by_links() {
  make_full_rootfs b/rootfs
  echo text >file
  ln -s /etc b/rootfs/absolute
  ln -s ../../../../../etc b/rootfs/relative
  ln -s /made/later b/rootfs/dangling
  # crun 1.8 refuses a link to nothing.
  [[ $RUNTIME != crun ]] || mkdir -p b/rootfs/made/later
  add_mount /absolute/a bind "$PWD/file" bind
  add_mount /relative/b bind "$PWD/file" bind
  add_mount /dangling tmpfs tmpfs
  local before
  before=$(ls -A /etc / | sha256sum)
  runs 'cat /etc/a /etc/b; stat -f -c %T /made/later/'
  expect "the host" "$before" "$(ls -A /etc / | sha256sum)"
  expect_line "$out" tmpfs
  expect "within the rootfs" 2 "$(grep -c '^text$' <<<"$out")"
}

targets_below_mounts() {
  mkdir -p source
  add_mount /data tmpfs tmpfs
  add_mount /data/below bind "$PWD/source" bind
  add_mount /data/dot/../other tmpfs tmpfs
  runs "$LOOK"
  expect_options /data/below rw
  expect_options /data/other rw
}

order_is_kept() {
  echo one >first
  echo two >second
  add_mount /f bind "$PWD/first" bind
  add_mount /f bind "$PWD/second" bind
  runs "cat /f"
  expect "the later one" two "$out"
}

propagation() {
  mkdir source
  add_mount /private bind "$PWD/source" rbind rprivate
  add_mount /slave bind "$PWD/source" rbind rslave
  add_mount /shared bind "$PWD/source" rbind rshared
  add_mount /unbindable tmpfs tmpfs unbindable
  runs "$LOOK"
  expect_no "$(options /private)" master:
  expect_no "$(options /private)" shared:
  differs crun "1.8 takes rslave for rprivate here"
  expect_has "$(options /slave)" master:
  expect_has "$(options /shared)" shared:
  expect_has "$(options /unbindable)" unbindable
  expect_no "$(options /)" shared:
}

propagation_of_the_root() {
  linux[rootfsPropagation]='"rshared"'
  runs "$LOOK"
  if is_root && ! is_mapped_root && [[ $RUNTIME != runc ]]; then
    # runc 1.1 leaves it private (its issue 1755).
    expect_has "$(options /)" shared:
  fi
  linux[rootfsPropagation]='"rslave"'
  runs "$LOOK"
  expect_no "$(options /)" shared:
}

mounts_do_not_come_out() {
  capabilities '"CAP_SYS_ADMIN"'
  runs "mount -t tmpfs tmpfs /tmp && echo mounted"
  expect_line "$out" mounted
}

readonly_root() {
  config[root]='{"path":"rootfs","readonly":true}'
  make_full_rootfs b/rootfs
  runs "$LOOK; touch /x || echo read-only; touch /dev/x && echo dev"
  expect_options / ro
  expect_line "$out" read-only
  expect_line "$out" dev
}

root_paths() {
  make_full_rootfs elsewhere
  ln -s elsewhere link
  config[root]="{\"path\":\"$PWD/elsewhere\"}"
  bundle
  args /probe say hello
  bundle
  run rt run --bundle b "$id"
  expect "absolute" hello "$out"
  config[root]='{"path":"../elsewhere/../elsewhere"}'
  bundle
  run rt run --bundle b "$id"
  expect "relative" hello "$out"
  config[root]='{"path":"nosuch"}'
  bundle
  run rt run --bundle b "$id"
  expect_error nosuch
}

without_pivot_root() {
  needs_cgroups
  args /probe list / exec /bin/ls /
  bundle
  run rt run --no-pivot --bundle b "$id"
  expect_code 0
  expect_has "$out" "list /: probe"
}

default_devices() {
  runs 'for d in null zero full random urandom tty; do stat -c "%n %F %t:%T %a" /dev/$d; done
    ls -l /dev/fd /dev/stdin /dev/stdout /dev/stderr /dev/ptmx; echo x >/dev/null && echo null works'
  expect_line "$out" "/dev/null character special file 1:3 666"
  expect_line "$out" "/dev/zero character special file 1:5 666"
  expect_line "$out" "/dev/full character special file 1:7 666"
  expect_line "$out" "/dev/tty character special file 5:0 666"
  expect_has "$out" "/dev/fd -> /proc/self/fd"
  expect_has "$out" "/dev/stdin -> /proc/self/fd/0"
  expect_match "$out" "/dev/ptmx -> (/dev/)?pts/ptmx"
  expect_line "$out" "null works"
}

devices() {
  needs_cgroups
  linux[devices]='[{"path":"/dev/mine","type":"c","major":1,"minor":3,"fileMode":432,"uid":7,"gid":8},
    {"path":"/dev/sub/pipe","type":"p","fileMode":384},{"path":"/dev/plain","type":"c","major":1,"minor":5}]'
  runs 'stat -c "%n %F %t:%T %a %u:%g" /dev/mine /dev/sub/pipe /dev/plain'
  expect_line "$out" "/dev/mine character special file 1:3 660 7:8"
  expect_line "$out" "/dev/sub/pipe fifo 0:0 600 0:0"
  expect_match "$out" "/dev/plain character special file 1:5 (666|0) 0:0"
  [[ $out == *"1:5 666"* ]] || differs "$RUNTIME" "a device without a mode has none"
}

masked_and_readonly_paths() {
  make_full_rootfs b/rootfs
  echo secret >b/rootfs/etc/secret
  mkdir b/rootfs/hidden
  echo secret >b/rootfs/hidden/file
  linux[maskedPaths]='["/etc/secret","/hidden","/not/there","/hidden"]'
  linux[readonlyPaths]='["/proc/sys","/etc/passwd","/not/there"]'
  runs 'cat /etc/secret; ls /hidden; echo x >>/etc/passwd || echo read-only file; touch /hidden/x || echo read-only mask
    echo 1 >/proc/sys/kernel/printk || echo read-only directory; echo end'
  expect_no "$out" secret
  expect_line "$out" "read-only file"
  expect_line "$out" "read-only mask"
  expect_line "$out" "read-only directory"
  expect_line "$out" end
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "hides what is named twice twice"
  runs 'grep -c " /hidden " /proc/self/mountinfo'
  expect_line "$out" 1
}

cgroup_mount() {
  needs_cgroups
  add_mount /sys/fs/cgroup cgroup cgroup ro nosuid noexec nodev
  runs "$LOOK; ls /sys/fs/cgroup; mkdir /sys/fs/cgroup/pids/x || echo read-only"
  if [[ -d /sys/fs/cgroup/pids ]]; then
    expect_has "$out" "/sys/fs/cgroup/pids"
    expect_line "$out" pids
  else
    expect_line "$out" cgroup.procs
  fi
  expect_line "$out" read-only
}

unknown_types_and_options() {
  add_mount /data nosuchfs none
  bundle
  run rt run --bundle b "$id"
  expect_error data
  reset_bundle
  add_mount /data tmpfs tmpfs nosuchoption
  bundle
  run rt run --bundle b "$id"
  expect_error data
}

relative_destination() {
  add_mount data tmpfs tmpfs
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]] || { [[ $RUNTIME != chmdocker ]] && skip "$RUNTIME takes it with a warning"; }
  # The specification: absolute; 1.2 tolerates relative ones, from the root.
  [[ $code == 0 ]] || expect_has "$err" mounts
}

id_mapped() {
  needs_call mount_setattr
  needs_cgroups
  differs runc "1.1.5 has no id-mapped mounts"
  mkdir source
  chown 1000:1000 source
  mounts+=("{\"destination\":\"/data\",\"type\":\"bind\",\"source\":\"$PWD/source\",\"options\":[\"bind\"],
    \"uidMappings\":[{\"containerID\":1000,\"hostID\":5,\"size\":1}],\"gidMappings\":[{\"containerID\":1000,\"hostID\":6,\"size\":1}]}")
  shell "stat -c %u:%g /data"
  bundle
  run rt run --bundle b "$id"
  [[ $err != *"perm"* && $err != *EINVAL* ]] || skip "the file system of $PWD can't be id-mapped"
  [[ $code == 0 || $RUNTIME != crun ]] || skip "1.8: $err"
  expect_code 0
  [[ $RUNTIME != crun || $out == 5:6 ]] || skip "1.8 needs a user namespace for it: $out"
  expect "owner" 5:6 "$out"
}

mtab_and_others() {
  runs 'ls -la /dev/; ls -A /'
  expect_no "$out" pivot
  expect_no "$out" .old
}

check "bind mounts: read-write, read-only, flags" binds
check "bind is said by the options, whatever the type" bind_is_by_its_options
check "rbind, ro and rro" recursive_and_not
check "a file onto a file, and onto nothing" files_onto_files
check "a source that is missing" missing_source
check "a directory onto a file" directory_onto_file
check "size and mode of a tmpfs" tmpfs_options
check "tmpcopyup" tmpfs_is_copied_up
check "tmpcopyup of a deep tree" a_deep_tree_is_copied_up
check "targets through links stay in the rootfs" targets_by_links
check "targets below other mounts" targets_below_mounts
check "the order is kept" order_is_kept
check "propagation of mounts" propagation
check "rootfsPropagation" propagation_of_the_root
check "the container's mounts do not come out" mounts_do_not_come_out
check "a read-only root" readonly_root
check "where the root is" root_paths
check "--no-pivot" without_pivot_root
check "the default devices" default_devices
check "devices" devices
check "masked and read-only paths" masked_and_readonly_paths
check "the cgroup file systems" cgroup_mount
check "unknown types and options are errors" unknown_types_and_options
check "a relative destination" relative_destination
check "id-mapped mounts" id_mapped
check "nothing of the set-up stays visible" mtab_and_others
finish
