#!/usr/bin/env bash
# --rootfs: a root file system of the container's own.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# inside ACTION...: the probe in a new root file system.
inside() {
  [[ -d root ]] || make_rootfs root
  run quiet run --rootfs root "${flags[@]}" /probe "$@"
  expect_code 0
  expect "standard error" "" "$err"
}
flags=()

old_root_is_gone() {
  echo secret >outside
  inside list / open "$PWD/outside" open /proc/1/root/etc/passwd open ../../../etc/passwd facts
  expect_line "$out" "open $PWD/outside: ENOENT"
  expect_line "$out" "open /proc/1/root/etc/passwd: ENOENT"
  expect_line "$out" "open ../../../etc/passwd: ENOENT"
  expect "directory" / "$(fact cwd)"
  expect "in /" "dev probe proc sys" "$(sed -n 's,^list /: ,,p' <<<"$out" | sort | xargs)"
  local points
  points=$(fact mount | cut -d ' ' -f 5 | sort -u | grep -vE '^/(proc|sys)/' | xargs)
  expect "mount points" "/ /dev /dev/mqueue /dev/pts /dev/shm /proc /sys" \
    "$(tr ' ' '\n' <<<"$points" | grep -vE '^/dev/(null|zero|full|random|urandom|tty)$' | xargs)"
}

options_of_mounts() {
  inside facts
  local line
  for line in '/proc rw,nosuid,nodev,noexec,relatime - proc' \
    '/dev rw,nosuid - tmpfs' \
    '/dev/pts rw,nosuid,noexec,relatime - devpts' \
    '/dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs' \
    '/dev/mqueue rw,nosuid,nodev,noexec,relatime - mqueue' \
    '/sys ro,nosuid,nodev,noexec,relatime - sysfs'; do
    expect_has "$(fact mount)" " $line "
  done
  expect_match "$(fact mount)" 'devpts devpts rw,(gid=5,)?mode=620,ptmxmode=666'
  if is_root && ! is_mapped_root; then expect_has "$(fact mount)" gid=5; fi
}

devices_and_links() {
  inside stat /dev/null stat /dev/zero stat /dev/full stat /dev/random \
    stat /dev/urandom stat /dev/tty readlink /dev/fd readlink /dev/stdin \
    readlink /dev/stdout readlink /dev/stderr readlink /dev/ptmx \
    open-write /dev/null size /dev/zero list /dev
  expect "devices" "stat /dev/null: char 0666 1:3
stat /dev/zero: char 0666 1:5
stat /dev/full: char 0666 1:7
stat /dev/random: char 0666 1:8
stat /dev/urandom: char 0666 1:9
stat /dev/tty: char 0666 5:0
readlink /dev/fd: /proc/self/fd
readlink /dev/stdin: /proc/self/fd/0
readlink /dev/stdout: /proc/self/fd/1
readlink /dev/stderr: /proc/self/fd/2
readlink /dev/ptmx: pts/ptmx
open-write /dev/null: OK
size /dev/zero: 4096" "$(grep -v ^list <<<"$out")"
  expect "in /dev" "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero" \
    "$(sed -n 's/^list .dev: //p' <<<"$out" | sort | xargs)"
}

masked_and_readonly() {
  local path words=()
  for path in /proc/kcore /proc/keys /proc/timer_list /proc/interrupts /proc/sched_debug; do
    [[ ! -e $path ]] || words+=(size "$path")
  done
  for path in /proc/acpi /proc/scsi /proc/asound /sys/firmware; do
    [[ ! -d $path ]] || words+=(list "$path")
  done
  inside "${words[@]}"
  expect "what masked paths hold" "" "$(grep -vE '^size .*: 0$' <<<"$out" || true)"
  inside open-write /proc/sys/kernel/hostname open-write /proc/sysrq-trigger \
    mkdir /sys/fs/cgroup/new fact mount
  # To an ordinary user the file's owner is not root: EACCES comes first.
  expect_match "$out" 'open-write /proc/sys/kernel/hostname: (EROFS|EACCES)'
  for path in /proc/sys /proc/bus /proc/irq /proc/fs; do
    [[ ! -e $path ]] || expect_match "$(fact mount)" " $path ro,"
  done
  [[ ! -e /proc/sysrq-trigger ]] || expect_match "$out" 'open-write /proc/sysrq-trigger: (EROFS|EACCES)'
  expect_no "$out" 'new: OK'
}

writable_by_default() {
  inside create /file mkdir /dir create /dev/shm/file
  expect_no "$out" E
  [[ -f root/file && -d root/dir && ! -e root/dev/shm/file ]]
}

readonly_root() {
  flags=(--readonly)
  inside create /file mkdir /dir create /dev/shm/file create /dev/file
  expect "output" "create /file: EROFS
mkdir /dir: EROFS
create /dev/shm/file: OK
create /dev/file: OK" "$out"
  [[ ! -e root/file && ! -e root/dir ]]
  # The caller's own view is as writable as before.
  : >root/file
}

readonly_needs_rootfs() {
  run quiet run --readonly /bin/true
  expect_code 125
  expect_has "$err" "--read-only: needs --rootfs DIR"
}

environment_is_fresh() {
  SECRET=1 run quiet run --rootfs "$(make_rootfs root && echo root)" -e A=1 /probe fact env
  expect "environment" "env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
env=HOME=/root
env=A=1" "$out"
}

command_from_path_in_rootfs() {
  make_rootfs root
  mkdir -p root/usr/bin
  cp "$PROBE" root/usr/bin/inside-only
  run quiet run --rootfs root inside-only say hello
  expect "output" hello "$out"
  run quiet run --rootfs root sh
  expect_code 127
  expect_has "$err" '"sh": executable file not found in $PATH'
}

workdir_is_created_inside() {
  flags=(-w /a/b)
  inside fact cwd
  expect "directory" cwd=/a/b "$out"
  [[ -d root/a/b && ! -e /a ]]
  ln -s "$PWD" root/out
  flags=(-w "/out/c")
  run quiet run --rootfs root "${flags[@]}" /probe fact cwd
  [[ ! -e c ]]
}

umask_is_dockers() {
  umask 077
  inside fact umask stat /dev stat /dev/null
  expect_line "$out" umask=0022
  expect_line "$out" "stat /dev/null: char 0666 1:3"
}

bad_roots() {
  run quiet run --rootfs /no/such /probe
  expect_code 125
  expect_match "$err" 'step [0-9]+/[0-9]+ .*"/no/such".*ENOENT'
  : >file
  run quiet run --rootfs file /probe
  expect_code 125
  expect_has "$err" ENOTDIR
  local root
  for root in / // /.; do
    run quiet run --rootfs "$root" /bin/true
    expect_code 125
  done
  make_rootfs root
  local where
  for where in root ./root "$PWD/root" root/ root/../root; do
    run quiet run --rootfs "$where" /probe say hello
    expect "$where" hello "$out"
  done
}

# snapshot: everything in the host's directory, with types, modes and times.
snapshot() { find victim -printf '%p %y %m %n %T@ %l\n' | sort; }

# Links of the image that point to the host's directories: what is mounted and
# made goes to a place inside, or the launch fails; nothing outside changes
# (CVE-2019-18837, CVE-2024-45310, CVE-2026-41579).
hostile_links() {
  local point target before before_etc
  mkdir -p victim/sub
  : >victim/file
  before=$(snapshot)
  before_etc=$(find /etc -maxdepth 1 -ls | cksum)
  for point in proc sys dev dev/pts dev/shm dev/null dev/console dev/fd dev/ptmx; do
    for target in "$PWD/victim" ../victim ../../victim ../../../../../../../../etc \
      "$PWD/victim/new" ../victim/new/deep "$PWD/victim/file" /proc/self/root /proc/1/cwd; do
      rm -rf root
      make_rootfs root
      mkdir -p "root/$(dirname "$point")"
      ln -s "$target" "root/$point"
      run quiet run --ti --rootfs root -w /w /probe exit 0
      [[ $code == 0 || $code == 125 ]]
      expect "the host's directory after $point -> $target" "$before" "$(snapshot)"
    done
  done
  rm -rf root
  inside list /
  expect_line "$out" "list /: proc"
  expect "/etc" "$before_etc" "$(find /etc -maxdepth 1 -ls | cksum)"
}

# CVE-2019-19921: mounted where a link leads, /proc would be out of reach of what
# hides parts of it.
links_for_proc_and_sys() {
  local point target
  for point in proc sys dev; do
    for target in / /tmp ../root/tmp; do
      rm -rf root
      make_rootfs root
      mkdir -p root/tmp
      ln -s "$target" "root/$point"
      run quiet run --rootfs root /probe exit 0
      expect_code 125
      expect_match "$err" "on rootfs:\"/$point\".*ELOOP.*symlink of the root file system"
    done
  done
}

hostile_workdir() {
  mkdir victim
  make_rootfs root
  local target path
  for target in "$PWD/victim" ../victim ../../victim; do
    ln -sfn "$target" root/link
    run quiet run --rootfs root -w /link/new /probe fact cwd
    [[ -z $(ls victim) ]]
  done
  run quiet run --rootfs root -w /new /probe fact cwd
  expect "directory" cwd=/new "$out"
  # CVE-2024-21626: a directory of the host by way of a descriptor.
  exec 7<.
  for path in /proc/self/fd/7 /proc/self/fd/8 /proc/self/cwd; do
    run quiet run --rootfs root -w "$path" /probe list .
    expect_no "$out" "list .: root"
  done
}

check "the old root is gone" old_root_is_gone
check "mounts and their options" options_of_mounts
check "devices and links" devices_and_links
check "masked and read-only paths" masked_and_readonly
check "the root is writable by default" writable_by_default
check "--readonly" readonly_root
check "--readonly needs --rootfs" readonly_needs_rootfs
check "the environment is a fresh one" environment_is_fresh
check "the command is searched inside" command_from_path_in_rootfs
check "--workdir is created, and inside only" workdir_is_created_inside
check "the umask is docker's" umask_is_dockers
check "roots that are none, and forms of paths" bad_roots
check "CVE-2019-18837, CVE-2026-87766: links of the image to the host" hostile_links
check "links in the place of /proc, /sys and /dev" links_for_proc_and_sys
check "a working directory that leads outside" hostile_workdir
finish
