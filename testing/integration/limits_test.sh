#!/usr/bin/env bash
# Limits of a person's container: that they bite, that they are told of, and that
# nothing of their cgroups stays.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# No other test's.
UNIQUE=chml$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
readonly UNIQUE STATE=$STAGE/tmp/state
mkdir "$STATE"

with_cgroups() { is_root && ! is_mapped_root && [[ -d /sys/fs/cgroup ]]; }
needs_cgroups() { with_cgroups || skip "cgroups need root"; }
on_v2() { [[ -e /sys/fs/cgroup/cgroup.controllers ]]; }

# Others may go while find looks.
own_cgroups() { find /sys/fs/cgroup -depth -type d -path "*/$UNIQUE*" 2>/dev/null || true; }
# Of what a case that failed has left: the frozen can't die, and would keep the
# test's own end waiting.
end_own_cgroups() {
  local file process
  while read -r file; do echo THAWED >"$file"; done < <(find /sys/fs/cgroup -path "*/$UNIQUE*/freezer.state")
  while read -r file; do
    for process in $(cat "$file"); do kill -KILL "$process" || true; done
  done < <(find /sys/fs/cgroup -path "*/$UNIQUE*/cgroup.procs")
  await eval '! find /sys/fs/cgroup -path "*/$UNIQUE*/cgroup.procs" -exec cat {} + | grep -q .' || true
  own_cgroups | while read -r directory; do rmdir "$directory" || true; done
}
no_cgroups() { [[ -z $(own_cgroups) ]]; }
no_records() { [[ -z $(ls "$STATE") ]]; }

more_leaks() {
  local end=$((SECONDS + patience)) clean=yes
  until (no_cgroups && no_records) || ((SECONDS > end)); do sleep 0.01; done
  no_cgroups || {
    echo "leak: cgroups: $(own_cgroups)"
    end_own_cgroups
    clean=no
  }
  no_records || {
    echo "leak: records: $(ls "$STATE")"
    rm -rf "${STATE:?}"/*
    clean=no
  }
  [[ $clean == yes ]]
}

ch() { quiet --root "$STATE" "$@"; }
# limited WORD...: `run` with a cgroup below one that is this test's.
limited() { run ch run --cgroup-parent "/$UNIQUE" "$@"; }
start_limited() { # start_limited WORD...
  rm -f out err
  env --default-signal "$CHMDOCKER" --log-level error --root "$STATE" run \
    --name "$UNIQUE" --cgroup-parent "/$UNIQUE" "$@" >out 2>err &
  pid=$!
  await has_line out ready
}
state_says() { [[ $(ch state "$UNIQUE") == *"\"status\": \"$1\""* ]]; }
# Sets $disk to a block device, which is the case's alone.
block_device() {
  local image=$PWD/image
  disk=/dev/ram0 # a virtual machine's
  [[ ! -b $disk ]] || return 0
  truncate -s 8M "$image"
  disk=$(losetup --find --show "$image" 2>&1) || skip "needs a block device: $disk"
  # It is known now, and gone when the trap runs.
  # shellcheck disable=SC2064
  trap "losetup --detach '$disk'" EXIT
}

# The host's files of the running container's cgroup: value CONTROLLER V1 V2.
value() {
  local file=$3 place="*/$UNIQUE/*"
  on_v2 || {
    file=$2
    place="*/$1/$UNIQUE/*"
  }
  [[ -n $file ]] || return 0
  cat "$(find -L /sys/fs/cgroup -maxdepth 4 -path "$place/$file" | head -n 1)"
}

hog_is_killed() { # hog_is_killed FLAG...
  needs_cgroups
  limited -m 16m --memory-swap 16m "$@" "$PROBE" hog
  expect_code 137
  expect "standard error" \
    "chmdocker: the container was killed because it reached its memory limit of 16 MiB (--memory)" "$err"
}

hog_in_a_child() {
  needs_cgroups
  limited -m 16m --memory-swap 16m "$PROBE" child-hog exit 4
  expect_code 4
  expect_line "$out" "child-hog: ended"
  expect "standard error" \
    "chmdocker: 1 of the container's processes was killed because it reached its memory limit of 16 MiB (--memory)" "$err"
}

killed_without_a_hog() {
  needs_cgroups
  limited -m 16m "$PROBE" handle 9 fault
  expect "standard error" "" "$err"
  expect_code 139
}

fork_bomb_stops() {
  needs_cgroups
  limited --pids-limit 20 "$PROBE" forks
  expect_code 0
  expect "output" "forks: 19 EAGAIN" "$out"
}

# Not more than was asked for, however busy the host is; without a limit it would be all.
# A virtual machine that its host stops counts that as used, too: hence the allowance,
# and the third time it is believed.
half_a_cpu() {
  needs_cgroups
  local used
  for _ in 1 2 3; do
    limited --cpus 0.5 "$PROBE" burn 2000
    expect_code 0
    used=${out#burn: }
    echo "used thousandths: $used"
    ((used > 700)) || return 0
  done
  return 1
}

# So little that even a busy host has it to give: then it is the limit that holds
# it back. Taken away again, because a virtual machine that its host stops for a tenth of
# a second owes five: the container would take so long to end. An emulated one takes
# long to begin, too.
little_cpu_is_throttled() {
  needs_cgroups
  start_limited "$PROBE" say ready burn 60000
  ch update --cpus 0.02 "$UNIQUE"
  await has_been_throttled
  ch update --cpus 1 "$UNIQUE"
  kill -TERM "$pid"
  end
  expect_code 143
}
has_been_throttled() {
  [[ $(value cpu cpu.stat cpu.stat | sed -n 's/^nr_throttled //p') -gt 0 ]]
}

values_are_set() {
  needs_cgroups
  start_limited -m 64m --memory-reservation 32m --cpus 0.5 -c 512 --pids-limit 50 \
    --cpuset-cpus 0 --cpuset-mems 0 "$PROBE" say ready pause
  expect memory 67108864 "$(value memory memory.limit_in_bytes memory.max)"
  expect reservation 33554432 "$(value memory memory.soft_limit_in_bytes memory.low)"
  expect pids 50 "$(value pids pids.max pids.max)"
  expect cpuset 0 "$(value cpuset cpuset.cpus cpuset.cpus)"
  if on_v2; then
    expect cpu "50000 100000" "$(value cpu - cpu.max)"
    expect weight 59 "$(value cpu - cpu.weight)"
    # docker's swap, of which v2 counts only what is beyond memory.
    expect swap 67108864 "$(value memory - memory.swap.max)"
  else
    expect quota 50000 "$(value cpu cpu.cfs_quota_us -)"
    expect shares 512 "$(value cpu cpu.shares -)"
    # docker's: as much swap as memory.
    [[ ! -e /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes ]] ||
      expect swap 134217728 "$(value memory memory.memsw.limit_in_bytes -)"
  fi
  state_says running
  kill -TERM "$pid"
  end
  expect_code 143
}

# /dev/mem's neighbour of no harm: a terminal that nobody has.
devices() {
  needs_cgroups
  [[ -c /dev/loop-control || -c /dev/kmsg ]] || skip "there is no /dev/kmsg"
  limited --pids-limit 9 "$PROBE" open /dev/kmsg open /dev/null
  expect_line "$out" "open /dev/kmsg: EPERM"
  expect_line "$out" "open /dev/null: OK"
  limited --device /dev/kmsg "$PROBE" open /dev/kmsg
  expect_line "$out" "open /dev/kmsg: OK"
  limited --device /dev/kmsg:r "$PROBE" open /dev/kmsg open-write /dev/kmsg
  expect_line "$out" "open /dev/kmsg: OK"
  expect_line "$out" "open-write /dev/kmsg: EPERM"
}

device_in_a_rootfs() {
  is_mapped_root && skip "needs a device node that can be made or bound"
  make_rootfs root
  run ch run --rootfs root --device /dev/zero:/dev/naught /probe stat /dev/naught size /dev/naught
  expect_code 0
  expect_line "$out" "stat /dev/naught: char 0666 1:5"
  expect_line "$out" "size /dev/naught: 4096"
  run ch run --rootfs root --device /dev/zero:/some/where /probe stat /some/where
  expect_line "$out" "stat /some/where: char 0666 1:5"
}

directory_of_devices() {
  needs_cgroups
  make_rootfs root
  mkdir -p devices/below devices/pts
  mknod devices/one c 1 5
  mknod devices/below/two c 1 3
  mknod devices/pts/three c 1 3
  ln -s one devices/link
  run ch run --rootfs root --device "$PWD/devices:/dev/x" /probe list /dev/x list /dev/x/below
  expect_code 0
  expect "the nodes" "list /dev/x/below: two
list /dev/x: below
list /dev/x: one" "$(sort <<<"$out")"
}

devices_that_are_none() {
  : >file
  mkdir empty
  local where
  for where in "$PWD/file" "$PWD/empty"; do
    run quiet run --device "$where" /bin/true
    expect_code 125
    expect "standard error" "chmdocker: --device \"$where\": is no device, and no directory that has any; see 'chmdocker run --help'" "$err"
  done
  run quiet run --device /no/such /bin/true
  expect_code 125
  expect_has "$err" '--device "/no/such": stat: ENOENT'
  run quiet run --device-read-bps /dev/null:1m /bin/true
  expect_code 125
  expect_has "$err" '--device-read-bps "/dev/null": is no block device'
}

what_the_host_has_not() {
  run quiet run --cpus 9999 /bin/true
  expect_code 125
  expect_match "$err" '^chmdocker: --cpus: range of CPUs is from 0.01 to [0-9]+.00, as there are only [0-9]+ CPUs available'
  run quiet run --cpuset-cpus 9000 /bin/true
  expect_code 125
  expect_match "$err" '^chmdocker: --cpuset-cpus "9000": requested CPUs are not available; available: '
  run quiet run --cpuset-mems 1000 /bin/true
  expect_code 125
  expect_match "$err" '^chmdocker: --cpuset-mems "1000": requested memory nodes are not available; available: '
}

without_a_cgroup() {
  make_rootfs root
  run quiet run --rootfs root --shm-size 1m --ulimit nofile=77:88 --ulimit core=0 \
    --oom-score-adj 321 /probe read /proc/self/limits read /proc/self/oom_score_adj fact mount
  expect_code 0
  expect_match "$out" "Max open files +77 +88 "
  expect_match "$out" "Max core file size +0 +0 "
  expect_line "$out" 321
  expect_match "$out" " /dev/shm .*size=1024k"
}

throttles_are_set() {
  needs_cgroups
  block_device
  local number rate
  number=$(<"/sys/class/block/${disk##*/}/dev")
  start_limited --device-read-bps "$disk:1m" --device-write-bps "$disk:2m" \
    --device-read-iops "$disk:300" --device-write-iops "$disk:400" \
    --blkio-weight 505 "$PROBE" say ready pause
  if on_v2; then
    expect io.max "$number rbps=1048576 wbps=2097152 riops=300 wiops=400" "$(value - - io.max)"
    # BFQ's, where that is; else iocost's.
    expect_match "$(value - - 'io*weight')" "default (505|5000)"
  else
    for rate in read_bps:1048576 write_bps:2097152 read_iops:300 write_iops:400; do
      expect "${rate%:*}" "$number ${rate#*:}" \
        "$(value blkio "blkio.throttle.${rate%:*}_device" -)"
    done
    expect weight 505 "$(value blkio blkio.bfq.weight -)"
  fi
  kill -TERM "$pid"
  end
}

# A mebibyte, of which half is let through a second; the kernel counts in slices of
# a tenth.
disk_is_throttled() {
  needs_cgroups
  block_device
  takes_its_time --device-read-bps if="$disk" of=/dev/null iflag=direct
  takes_its_time --device-write-bps if=/dev/zero of="$disk" oflag=direct
}
takes_its_time() { # takes_its_time FLAG WORD...: of dd
  local begin=${EPOCHREALTIME/./} took
  limited --device "$disk" "$1" "$disk:512k" /bin/dd bs=64k count=16 "${@:2}"
  took=$((${EPOCHREALTIME/./} - begin))
  expect_code 0
  echo "$1: $took microseconds"
  ((took >= 1500000))
}

wrong_disks() {
  needs_cgroups
  mknod ghost b 250 9
  limited --device-write-iops "$PWD/ghost:10" /bin/true
  expect_code 125
  expect_match "$err" '^chmdocker: --device-write-iops: write "250:9 .*": ENODEV .*; it must be a whole disk'
  run quiet run --device-read-bps /no/such:1m /bin/true
  expect_code 125
  expect_has "$err" '--device-read-bps "/no/such": stat: ENOENT'
  run quiet run --device-read-bps "$PWD/ghost" /bin/true
  expect_code 125
  expect_has "$err" '--device-read-bps'
  expect_has "$err" 'wants PATH:RATE'
}

# A host without a cgroup that can be written is told of by the name of the limit.
no_cgroup_for_a_user() {
  with_cgroups && skip "root may write them"
  run quiet --root "$STATE" run --pids-limit 5 "$PROBE" say hello
  expect_code 125
  expect "standard output" "" "$out"
  expect_match "$err" '^chmdocker: --pids-limit: '
  [[ $err != *EACCES* ]] || expect_has "$err" "systemd-run --user --scope -p Delegate=yes chmdocker run"
  run quiet --root "$STATE" run --name "$UNIQUE" "$PROBE" say hello
  expect_code 0
  expect "output" hello "$out"
}

disabled_cgroups() {
  run quiet --cgroup-manager disabled run -m 64m /bin/true
  expect_code 125
  expect_has "$err" "--cgroup-manager disabled: a container with limits, a name, hosts or servers of its own, or no pid namespace of its own needs a cgroup"
  local systemd
  for systemd in "--cgroup-manager systemd" --systemd-cgroup; do
    # shellcheck disable=SC2086
    run quiet $systemd run -m 64m /bin/true
    expect_code 125
    expect_has "$err" "--cgroup-manager systemd: run COMMAND makes its cgroup by itself; leave the option out, or run a bundle"
  done
}

parent_that_leads_out() {
  needs_cgroups
  run ch run --cgroup-parent ../../x /bin/true
  expect_code 125
  expect_has "$err" '--cgroup-parent: '
}

value_that_the_kernel_refuses() {
  needs_cgroups
  limited --cpu-period 1000000 --cpu-quota 99999999999999999 /bin/true
  expect_code 125
  expect_match "$err" '^chmdocker: --cpus or --cpu-quota: '
}

failed_set_up_leaves_nothing() {
  needs_cgroups
  limited -m 64m /no/such/command
  expect_code 127
  limited -m 64m --rootfs /no/such /bin/true
  expect_code 125
}

name_that_is_taken() {
  needs_cgroups
  start_limited "$PROBE" say ready pause
  run ch run --name "$UNIQUE" --cgroup-parent "/$UNIQUE" /bin/true
  expect_code 125
  expect_has "$err" "container with given ID already exists"
  state_says running
  kill -TERM "$pid"
  end
}

# What forks away is ended with the pid namespace.
forked_away() {
  needs_cgroups
  limited --pids-limit 9 "$PROBE" orphan exit 3
  expect_code 3
}

killed_chmdocker() { # killed_chmdocker FLAG...
  needs_cgroups
  start_limited "$@" "$PROBE" orphan say ready pause
  [[ -n $(own_cgroups) ]]
  kill -KILL "$pid"
  end
  expect_code 137
  await no_cgroups
  await no_records
}

killed_while_frozen() {
  needs_cgroups
  start_limited "$PROBE" say ready pause
  ch pause "$UNIQUE"
  state_says paused
  kill -KILL "$pid"
  end
  await no_cgroups
  await no_records
}

ended_while_frozen() {
  needs_cgroups
  start_limited "$PROBE" say ready pause
  ch pause "$UNIQUE"
  kill -TERM "$pid"
  end
  expect_code 143
}

killed_early() {
  needs_cgroups
  local i
  for ((i = 0; i < 20; ++i)); do
    env --default-signal "$CHMDOCKER" --log-level error --root "$STATE" run \
      --cgroup-parent "/$UNIQUE" -m 64m "$PROBE" pause >out 2>err &
    pid=$!
    sleep "0.00$i"
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    await no_cgroups
    await no_records
  done
}

removed_by_delete() {
  needs_cgroups
  start_limited "$PROBE" say ready pause
  run ch delete --force "$UNIQUE"
  expect_code 0
  end
  expect_code 137
}

no_more_without_limits() {
  "$BIN/fault" parent list "$CHMDOCKER" --log-level error run "$PROBE" exit 0 >out 2>err
  expect_no "$(cat err)" " mkdirat"
  expect_no "$(cat err)" " getrandom"
}

plan_shows_limits() {
  needs_cgroups
  quiet run --dry-run -m 64m --pids-limit 7 /bin/true >first
  quiet run --dry-run -m 64m --pids-limit 7 /bin/true >second
  cmp first second
  expect_match "$(cat first)" 'before  make the cgroup ".*/chmdocker-ID"'
  expect_match "$(cat first)" 'before  write "67108864" to ".*/chmdocker-ID/memory\.[a-z_]+"'
  expect_match "$(cat first)" 'before  write "7" to ".*/chmdocker-ID/pids.max"'
  limited --explain -m 64m /bin/true
  expect_code 0
  expect_match "$err" "before  write \"67108864\" to \".*/$UNIQUE/chmdocker-[0-9a-f]{12}/memory"
  run quiet run --dry-run --format json -m 64m /bin/true
  local program='' rule='write "c 1:3 r" to ".*/devices.allow"'
  if on_v2; then
    rule='have it allow "c 1:3 r"'
    program=',"device_program":\{"cgroup":".*/chmdocker-ID","rules":\[\{"allow":false,"devices":"a"\},\{.*\}\]\}'
  fi
  expect_match "$out" '^\{"cgroups":\{"directories":\[".*"\],"writes":\[\{"file":".*","value":".*"\}\]'"$program"'\},"steps":\['
  run quiet run --dry-run --device /dev/null:r /bin/true
  expect_match "$out" " before  $rule.* before  allow the devices that every container has"
  ! on_v2 || expect_match "$out" ' before  attach a program for devices to ".*/chmdocker-ID"'
}

updated() {
  needs_cgroups
  start_limited -m 64m "$PROBE" say ready pause
  run ch update -m 48m --memory-swap 96m --cpus 0.25 -c 300 --pids-limit 33 "$UNIQUE"
  expect "update" "0 " "$code $out$err"
  expect memory 50331648 "$(value memory memory.limit_in_bytes memory.max)"
  expect pids 33 "$(value pids pids.max pids.max)"
  on_v2 || expect quota 25000 "$(value cpu cpu.cfs_quota_us -)"
  on_v2 || expect shares 300 "$(value cpu cpu.shares -)"
  run ch update --cpus 9999 "$UNIQUE"
  expect_code 1
  expect_has "$err" "--cpus: range of CPUs is from 0.01 to "
  run ch update
  expect_code 1
  expect_has "$err" "wants a container id"
  run ch update --pids-limit 44 "$UNIQUE-no" "$UNIQUE"
  expect_code 1
  expect_has "$err" "container $UNIQUE-no: "
  expect pids 44 "$(value pids pids.max pids.max)"
  kill -TERM "$pid"
  end
}

several_paused() {
  needs_cgroups
  start_limited "$PROBE" say ready pause
  run ch pause "$UNIQUE-no" "$UNIQUE"
  expect_code 1
  state_says paused
  run ch resume "$UNIQUE"
  expect "resume" "0 " "$code $out$err"
  state_says running
  kill -TERM "$pid"
  end
}

statistics() {
  needs_cgroups
  start_limited -m 64m --pids-limit 9 "$PROBE" orphan say ready pause
  run ch stats --no-stream "$UNIQUE"
  expect_code 0
  expect_no "$out" $'\033'
  expect "lines" 2 "$(wc -l <out)"
  expect_match "$out" '^CONTAINER +CPU % +MEM USAGE / LIMIT +MEM % +BLOCK I/O +PIDS'
  expect_match "$out" "$UNIQUE +[0-9]+\.[0-9]{2}% +[0-9.]+ [KM]iB / 64 MiB +[0-9.]+% .* 2$"
  run ch stats --no-stream --format json
  expect_match "$out" "^\{\"BlockIO\":\".*\",\"Container\":\"$UNIQUE\",.*\"MemUsage\":\"[0-9.]+ [KM]iB / 64 MiB\",\"PIDs\":\"2\"\}$"
  run ch stats --no-stream "$UNIQUE-no"
  expect_code 1
  expect_has "$err" "does not exist"
  ch stats "$UNIQUE" >watched 2>&1 &
  local watcher=$!
  await eval '(($(grep -c "^CONTAINER" watched) >= 2))'
  kill -TERM "$pid"
  end
  await has_ended "$watcher" || kill -KILL "$watcher"
  expect_no "$(cat watched)" $'\033'
  run ch stats --no-stream
  expect "of none" "CONTAINER   CPU %   MEM USAGE / LIMIT   MEM %   BLOCK I/O   PIDS" "$out"
}

watched() {
  needs_cgroups
  start_limited -m 16m --memory-swap 16m "$PROBE" catch 10 say ready await child-hog pause
  ch events --interval 100ms "$UNIQUE" >events 2>&1 &
  local watcher=$!
  await grep -q '"type":"stats"' events
  ch kill "$UNIQUE" USR1
  await grep -q '"type":"oom"' events
  kill -TERM "$pid"
  end
  expect_code 143
  expect_has "$(cat err)" "1 of the container's processes was killed"
  await has_ended "$watcher" || kill -KILL "$watcher"
}

statistics_on_a_terminal() {
  needs_cgroups
  command -v script >/dev/null || skip "needs script(1) of util-linux"
  start_limited "$PROBE" say ready pause
  timeout 5 script -qec "$CHMDOCKER --root $STATE stats $UNIQUE" /dev/null >watched </dev/null &
  await grep -q $'\033\\[H' watched
  kill -TERM "$pid"
  end
  wait
}

processes() {
  needs_cgroups
  start_limited "$PROBE" orphan say ready pause
  run ch top "$UNIQUE" -o pid,args
  expect_code 0
  expect "lines" 3 "$(wc -l <out)"
  expect_match "$out" "^ *PID +COMMAND.* [0-9]+ .*/probe orphan say ready pause"
  run ch ps "$UNIQUE"
  expect_code 0
  expect "lines" 3 "$(wc -l <out)"
  run ch top
  expect_code 1
  expect_has "$err" "wants a container id"
  run ch exec "$UNIQUE" true
  expect_code 255
  expect_has "$err" "was made by 'run COMMAND', and has no configuration"
  kill -TERM "$pid"
  end
}

check "a memory hog is killed, and told of" hog_is_killed
check "the same with a terminal" hog_is_killed --ti
check "a hog in a child" hog_in_a_child
check "another end is not taken for it" killed_without_a_hog
check "a fork bomb stops at --pids-limit" fork_bomb_stops
check "--cpus 0.5 is half a CPU at most" half_a_cpu
check "--cpus of update is what holds it back" little_cpu_is_throttled
check "limits are as asked for" values_are_set
check "a device is refused, and allowed by --device" devices
check "a device in a root file system" device_in_a_rootfs
check "a directory of devices" directory_of_devices
check "devices that are none" devices_that_are_none
check "throttles of a disk are as asked for" throttles_are_set
check "a disk is throttled" disk_is_throttled
check "disks that are none" wrong_disks
check "more than the host has" what_the_host_has_not
check "--ulimit, --shm-size and --oom-score-adj from inside" without_a_cgroup
check "no cgroup that can be written" no_cgroup_for_a_user
check "cgroups that are switched off" disabled_cgroups
check "a parent that leads out" parent_that_leads_out
check "a value that the kernel refuses" value_that_the_kernel_refuses
check "a set-up that fails leaves no cgroup" failed_set_up_leaves_nothing
check "a name that is taken" name_that_is_taken
check "processes that fork away" forked_away
check "a killed chmdocker leaves no cgroup" killed_chmdocker
check "the same in the middle of the set-up" killed_early
check "a killed chmdocker of a frozen container" killed_while_frozen
check "a frozen container ends" ended_while_frozen
check "delete --force removes it" removed_by_delete
check "update with docker's flags" updated
check "pause and resume of several" several_paused
check "stats" statistics
check "stats on a terminal" statistics_on_a_terminal
check "events" watched
check "top and ps" processes
check "nothing more is done without limits" no_more_without_limits
check "--dry-run and --explain show limits" plan_shows_limits
rmdir "$STATE"
finish
