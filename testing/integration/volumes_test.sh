#!/usr/bin/env bash
# --volume, --mount and --tmpfs.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# Beside it a directory `data` with a file and, for root, a mount.
prepare_root() {
  [[ -d root ]] || make_rootfs root
  mkdir -p data/sub
  : >data/file
}
mount_line() { fact mount | grep " $1 "; } # mount_line POINT

binds() {
  in_root -v "$PWD/data:/d" -v ./data/file:/etc/f --mount "type=bind,src=$PWD/data,dst=/m" \
    -- list /d create /d/new size /etc/f create /m/other
  well
  expect_line "$out" "list /d: file"
  expect_line "$out" "create /d/new: OK"
  expect_line "$out" "size /etc/f: 0"
  [[ -e data/new && -e data/other && -f root/etc/f ]]
  # The upper ones first, whatever their order.
  mkdir -p a/b c
  in_root -v ./c:/x/b -v ./a:/x -- create /x/b/deep create /x/top
  well
  [[ -e c/deep && -e a/top && ! -e a/b/deep ]]
}

readonly_binds() {
  local flag
  for flag in "-v=$PWD/data:/d:ro" "--volume=./data:/d:rro" \
    "--mount=type=bind,src=./data,dst=/d,readonly"; do
    in_root "$flag" -- create /d/new open /d/file fact mount
    if [[ $flag == *:rro ]] && ! has_call mount_setattr; then
      refused "recursive attributes need Linux 5.12 (mount_setattr)"
      continue
    fi
    well
    expect_line "$out" "create /d/new: EROFS"
    expect_line "$out" "open /d/file: OK"
    expect_has "$(mount_line /d)" " /d ro,"
  done
  : >data/still-writable-outside
}

# What is mounted below is read-only with it, but for bind-recursive.
readonly_trees() {
  needs_call mount_setattr
  is_root || skip "only root can have a mount below"
  local flag answer
  prepare_root
  mount -t tmpfs sub data/sub || skip "no mounts here"
  # shellcheck disable=SC2064
  trap "umount '$PWD/data/sub'" EXIT
  while read -r flag answer; do
    in_root "$flag" -- create /d/new create /d/sub/new
    well
    expect "$flag" "create /d/new: EROFS
create /d/sub/new: $answer" "$out"
    rm -f data/sub/new
  done <<'END'
-v=./data:/d:ro EROFS
-v=./data:/d:rro EROFS
--mount=type=bind,src=./data,dst=/d,ro EROFS
--mount=type=bind,src=./data,dst=/d,ro,bind-recursive=readonly EROFS
--mount=type=bind,src=./data,dst=/d,ro,bind-recursive=writable OK
--mount=type=bind,src=./data,dst=/d,ro,bind-recursive=disabled EROFS
END
  : >data/sub/inside
  in_root --mount type=bind,src=./data,dst=/d,bind-recursive=disabled -- list /d/sub
  expect "nothing below" "" "$out"
}

# Without mount_setattr(2) only the source itself is.
readonly_top() {
  ! has_call mount_setattr || skip "all below is read-only, too"
  prepare_root
  mount -t tmpfs sub data/sub || skip "no mounts here"
  # shellcheck disable=SC2064
  trap "umount '$PWD/data/sub'" EXIT
  in_root -v ./data:/d:ro -- create /d/new create /d/sub/new
  well
  expect "ro" "create /d/new: EROFS
create /d/sub/new: OK" "$out"
}

missing_sources() {
  in_root -v ./new/deep:/d -- create /d/file
  well
  [[ -f new/deep/file ]]
  in_root --mount type=bind,src=./none,dst=/d -- exit 0
  refused "bind source path does not exist: $PWD/./none"
  run quiet run --dry-run --rootfs root -v ./none:/d /probe
  expect_code 0
  [[ ! -e none ]]
  ln -s nowhere dangling
  in_root -v ./dangling:/d -- exit 0
  refused ENOENT
}

tmpfs() {
  in_root --tmpfs /t --tmpfs /u:size=64k,mode=700,exec \
    --mount type=tmpfs,dst=/v,tmpfs-size=1m,tmpfs-mode=1770 -- \
    create /t/file stat /t stat /u stat /v fact mount
  well
  expect_line "$out" "create /t/file: OK"
  expect_has "$(mount_line /t)" " /t rw,nosuid,nodev,noexec,"
  expect_has "$(mount_line /u)" " /u rw,nosuid,nodev,relatime"
  expect_has "$(mount_line /u)" "size=64k"
  expect_has "$(mount_line /v)" "size=1024k"
  expect_match "$out" "stat /t: directory 1777 "
  expect_match "$out" "stat /u: directory 0700 "
  expect_match "$out" "stat /v: directory 1770 "
  [[ ! -e root/t/file ]]
  # In the place of a default one, and below a read-only root.
  in_root --read-only --tmpfs /dev/shm:size=128k --tmpfs /run -- create /run/f create /f fact mount
  well
  expect_line "$out" "create /run/f: OK"
  expect_line "$out" "create /f: EROFS"
  expect "one /dev/shm" 1 "$(mount_line /dev/shm | wc -l)"
  expect_has "$(mount_line /dev/shm)" "size=128k"
}

propagation() {
  in_root -v ./data:/p -v ./data:/s:rslave -- fact mount
  well
  expect_no "$(mount_line /p)" "master:"
  expect_no "$(mount_line /p)" "shared:"
  # A slave of a mount that is shared; else there is nothing to be a slave of.
  if grep -q '^[0-9]* [0-9]* [^ ]* / / .* shared:' /proc/self/mountinfo; then
    expect_has "$(mount_line /s)" "master:"
  fi
  in_root -v ./data:/p:rshared -- fact mount
  well
  expect_has "$(mount_line /p)" "shared:"
}

# What the container mounts is there for the host, only if it is asked for.
shared_with_host() {
  is_root && ! is_mapped_root || skip "a user namespace's mounts stay inside"
  prepare_root
  mount --bind data data && mount --make-shared data
  # shellcheck disable=SC2064
  trap "umount -R '$PWD/data'" EXIT
  in_root --privileged -v ./data:/p -- mount /p/sub
  well
  expect_no "$(</proc/self/mountinfo)" " $PWD/data/sub "
  in_root --privileged -v ./data:/p:rshared -- mount /p/sub
  well
  expect_has "$(</proc/self/mountinfo)" " $PWD/data/sub "
}

id_maps() {
  is_root && ! is_mapped_root || skip "only the host's root may map owners"
  in_root --user 1000:1001 -v "./data:/d:idmap=uids=0-1000-1;gids=0-1001-1" -- create /d/mine
  # What the file system or an old kernel can't do says so.
  [[ $code != 125 ]] || {
    expect_match "$err" 'EINVAL|mount_setattr'
    skip "no ID-mapped mounts here"
  }
  well
  expect "output" "create /d/mine: OK" "$out"
  expect "owner on the host" "0:0" "$(stat -c %u:%g data/mine)"
}

# On the host's own root file system.
tutorial() {
  prepare_root
  mkdir -p over
  run quiet run -v ./data:"$PWD/over:ro" "$PROBE" list "$PWD/over" create "$PWD/over/new"
  well
  expect_line "$out" "list $PWD/over: file"
  expect_line "$out" "create $PWD/over/new: EROFS"
  expect "the caller's" "" "$(ls over)"
  run quiet run --tmpfs "$PWD/over" "$PROBE" create "$PWD/over/new"
  well
  expect "the caller's" "" "$(ls over)"
  # Nothing is made on the host but a source.
  run quiet run -v ./data:"$PWD/none" "$PROBE"
  refused ENOENT
  [[ ! -e none ]]
  run quiet run -v ./data:"$PWD/over:rshared" "$PROBE"
  refused "shared and slave need --rootfs DIR"
}

bad_flags() {
  local flag text
  while IFS='|' read -r flag text; do
    in_root "$flag" -- exit 0
    refused "$text"
  done <<'END'
-v=data:/d|--volume "data:/d": named volumes are not there yet; give an absolute path
-v=./data:/|destination can't be '/'
-v=./data:d|invalid mount path: 'd' mount path must be absolute
-v=./data:/d:z|z: files are not relabelled for SELinux
-v=./data:/d:foo|invalid mode: foo
-v=./data:/proc/sys|--volume, --mount or --tmpfs: "/proc/sys" is inside /proc
--tmpfs=/proc|--volume, --mount or --tmpfs: "/proc" can only be
--tmpfs=/t:foo|--tmpfs "/t:foo": invalid tmpfs option "foo"
--mount=type=bind,src=./data|target is required
--mount=dst=/d,src=data|named volumes are not there yet
END
  in_root -v ./data:/d --tmpfs /d/../d -- exit 0
  refused "Duplicate mount point: /d"
}

# Links of the image in the place of a destination, or above it: what is made
# and mounted stays inside (CVE-2019-16884, CVE-2021-30465, CVE-2025-52881).
hostile_destinations() {
  mkdir -p victim/sub
  : >victim/file
  local before target flag
  before=$(find victim -printf '%p %y %m %n %T@\n' | sort)
  for target in "$PWD/victim" ../victim ../../../../../../victim /proc/self/root \
    /proc/1/root "/proc/self/cwd/victim" "$PWD/victim/new"; do
    for flag in -v=./data:/link -v=./data:/link/new -v=./data/file:/link/file2 \
      --tmpfs=/link --tmpfs=/link/new/deep --mount=type=tmpfs,dst=/link/sub; do
      rm -rf root
      make_rootfs root
      ln -s "$target" root/link
      in_root "$flag" -- exit 0
      [[ $code == 0 || $code == 125 ]]
      expect "after $flag, link to $target" "$before" \
        "$(find victim -printf '%p %y %m %n %T@\n' | sort)"
    done
  done
  # Into what protects the kernel's files, by another name.
  for target in /proc /proc/sys /proc/self/attr; do
    rm -rf root
    make_rootfs root
    ln -s "$target" root/link
    in_root --tmpfs /link -- open /proc/self/status
    refused ELOOP
  done
}

check "binds, by --volume and --mount" binds
check "read-only binds" readonly_binds
check "read-only trees" readonly_trees
check "read-only trees on older kernels" readonly_top
check "sources that are not there" missing_sources
check "--tmpfs" tmpfs
check "propagation" propagation
check "shared: mounts that appear on the host" shared_with_host
check "owners that are mapped" id_maps
check "the tutorial's form" tutorial
check "flags that are wrong" bad_flags
check "destinations that lead outside" hostile_destinations
finish
