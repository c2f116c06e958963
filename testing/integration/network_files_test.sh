#!/usr/bin/env bash
# /etc/hosts, /etc/hostname and /etc/resolv.conf of a container, and the flags
# for them: --add-host, --dns, --dns-search and --dns-option.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

readonly STATE=$STAGE/tmp/state DATA=$STAGE/tmp/data
mkdir "$STATE" "$DATA"
readonly FILES="hostname hosts resolv.conf"
readonly LOCAL=$'127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters'

quiet() { "$CHMDOCKER" --log-level error --root "$STATE" --data-root "$DATA" "$@"; }
store() { run quiet "$@"; }
field() { quiet inspect -f "{{$1}}" "${2:-c}"; }

left() { find "$DATA/containers" "$DATA/names" "$STATE" -mindepth 1 2>/dev/null || true; }
nothing_kept() { [[ -z $(left) ]]; }
more_leaks() {
  local end=$((SECONDS + patience)) name
  until nothing_kept || ((SECONDS > end)); do sleep 0.01; done
  for name in $(quiet images -q); do quiet rmi -f "$name" >/dev/null || true; done
  nothing_kept && return
  echo "leak: $(left)"
  rm -rf "${DATA:?}"/* "${STATE:?}"/*
  return 1
}

# An image `box` of what is in `tree`, and the probe.
make_image() {
  mkdir -p tree
  make_rootfs tree
  tar -C tree --owner=0 --group=0 -c . | quiet import - box >/dev/null
}
# What it has in its /etc by the flags: in_box FLAG... -- ACTION...
in_box() {
  local flags actions
  split_words "$@"
  run quiet run --rm "${flags[@]}" box /probe "${actions[@]}"
}
# One that stays, called $1.
kept() { # kept NAME FLAG... -- ACTION...
  local name=$1 flags actions
  shift
  split_words "$@"
  store run -d --name "$name" "${flags[@]}" box /probe "${actions[@]}"
  well
}
says() { [[ $(quiet logs "$1") == *"$2"* ]]; }

# With `content` as the host's FILE: with_host FILE CONTENT COMMAND...
with_host() {
  printf '%s' "$2" >host.file
  # shellcheck disable=SC2016
  unshare --mount --propagation private bash -c '
    mount --bind host.file "$1" && shift && exec "$@"' - "$1" "${@:3}"
}
needs_host_file() { # needs_host_file FILE
  is_root || skip "only root can show another $1"
  [[ -e $1 ]] || skip "this host has no $1"
}
words=("$CHMDOCKER" --log-level warning --log-format text --root "$STATE" --data-root "$DATA")
# In the box, with this as the host's resolv.conf.
resolver() { # resolver CONTENT FLAG...
  run with_host /etc/resolv.conf "$1" "${words[@]}" run --rm "${@:2}" box /probe read /etc/resolv.conf
}

as_docker_gives() {
  make_image
  in_box --hostname me -- read /etc/hosts
  well
  expect "hosts" "$LOCAL"$'\n127.0.0.1\tme' "$out"
  in_box --hostname me -- read /etc/hostname stat /etc/hostname stat /etc/hosts stat /etc/resolv.conf
  expect "hostname" $'me\nstat /etc/hostname: file 0644 0:0\nstat /etc/hosts: file 0644 0:0\nstat /etc/resolv.conf: file 0644 0:0' "$out"
  in_box -- read /etc/hostname fact hostname fact env
  expect_match "$out" $'^([0-9a-f]{12})\nhostname='
  expect_line "$out" "hostname=${out:0:12}"
  expect_line "$out" "env=HOSTNAME=${out:0:12}"
  in_box --uts host -- read /etc/hostname
  expect "the host's" "$(uname -n)" "$out"
  # Whatever the caller's umask is.
  umask 077
  in_box -- stat /etc/hosts
  expect "its mode" "stat /etc/hosts: file 0644 0:0" "$out"
}

added_hosts() {
  make_image
  in_box --add-host one:1.2.3.4 --add-host two=::2 --add-host=three:[::3] \
    --add-host four=[fe80::4] --add-host one:1.2.3.5 --hostname me -- read /etc/hosts
  well
  expect "hosts" "$LOCAL"$'\n1.2.3.4\tone\n::2\ttwo\n::3\tthree\nfe80::4\tfour\n1.2.3.5\tone\n127.0.0.1\tme' "$out"
}

resolver_by_flags() {
  make_image
  in_box --dns 1.1.1.1 --dns ::1 --dns-search a.example --dns-search b \
    --dns-option ndots:2 --dns-opt edns0 -- read /etc/resolv.conf
  well
  expect "resolv.conf" $'nameserver 1.1.1.1\nnameserver ::1\nsearch a.example b\noptions ndots:2 edns0' "$out"
  in_box --dns 1.1.1.1 --dns-search . --dns-option rotate -- read /etc/resolv.conf
  expect "no domain" $'nameserver 1.1.1.1\noptions rotate' "$out"
}

resolver_of_the_host() {
  needs_host_file /etc/resolv.conf
  make_image
  local text=$'# made\ndomain old\nsearch a b\n nameserver 127.0.0.1\nnameserver 9.9.9.9 \nnameserver ::1\nnameserver fe80::1%eth0\noptions x\nsortlist 1.0.0.0\n; end\noptions y'
  resolver "$text"
  well
  expect "without loopback" $'nameserver 9.9.9.9\nnameserver fe80::1%eth0\nsearch a b\noptions x y\nsortlist 1.0.0.0' "$out"
  resolver "$text" --dns 127.0.0.1
  expect "what a flag says" $'nameserver 127.0.0.1\nsearch a b\noptions x y\nsortlist 1.0.0.0' "$out"
  resolver "$text" --net host
  expect "a copy" "$text" "$out"
  resolver "$text" --net host --dns-search c
  expect "with its loopback" $'nameserver 127.0.0.1\nnameserver 9.9.9.9\nnameserver ::1\nnameserver fe80::1%eth0\nsearch c\noptions x y\nsortlist 1.0.0.0' "$out"
  resolver ""
  well
  expect "nothing" "" "$out"
}

resolver_behind_a_stub() {
  needs_host_file /etc/resolv.conf
  make_image
  # With a /run of its own: in the host's, others that are tested would do the same.
  # shellcheck disable=SC2016
  behind() {
    printf 'nameserver 9.9.9.9\n' >behind
    run unshare --mount --propagation private bash -c '
      mount --no-mtab -t tmpfs tmpfs /run && mkdir -p /run/systemd/resolve && cp behind /run/systemd/resolve/resolv.conf &&
      printf "%s" "$1" >stub && mount --bind stub /etc/resolv.conf && shift && exec "$@"' - "$1" \
      "${words[@]}" run --rm "${@:2}" box /probe read /etc/resolv.conf
  }
  behind $'nameserver 127.0.0.53\n'
  well
  expect "the stub's own" "nameserver 9.9.9.9" "$out"
  behind $'nameserver 127.0.0.53\nnameserver 8.8.8.8\n'
  expect "not the only one" "nameserver 8.8.8.8" "$out"
  behind $'nameserver 127.0.0.53\n' --net host
  expect "in the host's network" "nameserver 127.0.0.53" "$out"
}

strange_resolvers() {
  needs_host_file /etc/resolv.conf
  make_image
  mkfifo pipe
  truncate -s 100M huge
  local file
  for file in pipe huge; do
    # shellcheck disable=SC2016
    run unshare --mount --propagation private bash -c '
      mount --bind "$1" /etc/resolv.conf && shift && exec "$@"' - "$file" \
      "${words[@]}" run --rm --dns 1.1.1.1 box /probe read /etc/resolv.conf
    expect_code 0
    expect "$file" "nameserver 1.1.1.1" "$out"
    expect_has "$err" "the container gets nothing of the host's /etc/resolv.conf: "
  done
  run unshare --mount --propagation private bash -c '
    mount -t tmpfs tmpfs /etc && exec "$@"' - \
    "${words[@]}" run --rm --net host box /probe read /etc/resolv.conf read /etc/hosts
  well
  expect "none" "$LOCAL" "$out"
}

host_network() {
  needs_host_file /etc/hosts
  make_image
  run with_host /etc/hosts $'127.0.0.1\tlocalhost\n10.0.0.1 there' "${words[@]}" run --rm \
    --net host --hostname me --add-host more:1.2.3.4 box /probe read /etc/hosts open-write /etc/hosts
  well
  expect "hosts" $'127.0.0.1\tlocalhost\n10.0.0.1 there\n1.2.3.4\tmore\nopen-write /etc/hosts: OK' "$out"
}

written_and_kept() {
  make_image
  kept c --add-host one:1.2.3.4 -- stat /etc/hosts size /etc/hosts truncate /etc/hosts \
    truncate /etc/hostname open-write /etc/resolv.conf say up pause
  await says c up
  expect_has "$(quiet logs c)" "open-write /etc/resolv.conf: OK"
  expect_no "$(quiet logs c)" "size /etc/hosts: 0"
  local path
  path=$(field .HostsPath)
  expect "its place" "$DATA/containers/$(field .Id)/hosts" "$path"
  expect "on the host" 0 "$(stat -c %s "$path")"
  expect "its owner" "$(id -u)" "$(stat -c %u "$path")"
  expect "hostname" "$(dirname "$path")/hostname" "$(field .HostnamePath)"
  expect "resolver" "$(dirname "$path")/resolv.conf" "$(field .ResolvConfPath)"
  # Who looks from outside sees the same.
  quiet cp c:/etc/hosts copied
  [[ -f copied && ! -s copied ]]
  # Nobody takes it away, as docker has it.
  store cp "$PROBE" c:/etc/hosts
  expect_code 1
  expect_has "$err" "device or resource busy"
  store exec c /probe size /etc/hosts
  expect "still there" "size /etc/hosts: 0" "$out"
  quiet stop c >/dev/null
  store cp "$PROBE" c:/etc/hosts
  expect_code 1
  expect_has "$err" "device or resource busy"
  echo '1.1.1.1 outside' >"$path"
  quiet cp c:/etc/hosts again
  expect "of one that has ended" '1.1.1.1 outside' "$(<again)"
  quiet start c >/dev/null
  await eval '[[ $(quiet logs c | grep -c up) == 2 ]]'
  expect_has "$(quiet logs c)" "size /etc/hosts: 16"
  quiet rm -f c >/dev/null
  [[ ! -e $path ]]
}

# Not a part of the container's files.
hidden() {
  local kind
  for kind in none some; do
    rm -rf tree
    mkdir -p tree
    [[ $kind == none ]] || mkdir tree/etc
    [[ $kind == none ]] || echo image >tree/etc/hosts
    make_image
    kept c --add-host one:1.2.3.4 -- say up pause
    await says c up
    store diff c
    well
    expect "diff, /etc: $kind" "" "$out"
    quiet export c | tar -xO ./etc/hosts etc/hosts 2>/dev/null >exported || true
    expect_no "$(<exported)" one
    quiet stop c >/dev/null
    quiet commit c made >/dev/null
    store rm c
    quiet save made -o made.tar
    mkdir -p "saved.$kind"
    tar -C "saved.$kind" -xf made.tar
    expect "what is committed" "" "$(find "saved.$kind" -type f -exec grep -l $'1.2.3.4\tone' {} + || true)"
    quiet rmi made >/dev/null
    quiet rmi box >/dev/null
  done
}

# What the image has there stays, and is seen again without ours.
over_the_images() {
  mkdir -p tree/etc
  echo image >tree/etc/hosts
  make_image
  in_box -- read /etc/hosts
  expect_no "$out" image
  expect_has "$out" "$LOCAL"
}

volumes_win() {
  make_image
  echo mine >mine
  local name
  for name in $FILES; do
    in_box -v "$PWD/mine:/etc/$name" --add-host a:1.1.1.1 --dns 1.1.1.1 -- read "/etc/$name"
    well
    expect "/etc/$name" mine "$out"
  done
  mkdir dir
  in_box -v "$PWD/dir:/etc" -- list /etc
  well
  expect "another /etc" "" "$out"
  expect "what is in it" "" "$(ls dir)"
}

# One that the image wants on /etc is a directory of the container's as any.
volumes_of_the_image() {
  make_image
  store run --name c box /probe
  quiet commit -c 'VOLUME /etc' c box >/dev/null
  quiet rm c >/dev/null
  in_box --add-host a:1.1.1.1 -- read /etc/hosts list /etc
  well
  expect_line "$out" $'1.1.1.1\ta'
  expect_line "$out" "list /etc: resolv.conf"
}

readonly_roots() {
  make_image
  in_box --read-only -- open-write /etc/hosts open /etc/hosts
  well
  expect "read-only" $'open-write /etc/hosts: EROFS\nopen /etc/hosts: OK' "$out"
}

detached_and_removed() {
  make_image
  store run -d --rm --name c box /probe say up pause
  await says c up
  quiet rm -f c >/dev/null
  start --root "$STATE" --data-root "$DATA" run --rm --name c box /probe say up pause
  await has_line out up
  kill -KILL "$pid"
  wait "$pid" || true
  await nothing_kept
}

joined_network() {
  make_image
  kept x --hostname x --add-host there:1.2.3.4 --dns 1.1.1.1 -- say up pause
  await says x up
  in_box --net container:x --hostname y -- read /etc/hosts read /etc/resolv.conf read /etc/hostname
  well
  expect "x's" "$LOCAL"$'\n1.2.3.4\tthere\n127.0.0.1\tx\nnameserver 1.1.1.1\ny' "$out"
  # One file, also of who joins by another.
  kept y --net container:x -- say up pause
  await says y up
  in_box --net container:y -- truncate /etc/hosts
  well
  expect "x's own" 0 "$(stat -c %s "$(field .HostsPath x)")"
  # It outlives its first owner, and another one of that name is another one.
  quiet rm -f x >/dev/null
  in_box --net container:y -- size /etc/hosts
  expect "still there" "size /etc/hosts: 0" "$out"
  quiet stop y >/dev/null
  kept x --add-host new:5.6.7.8 -- say up pause
  await says x up
  quiet start y >/dev/null
  expect_has "$(<"$(field .HostsPath y)")" new
  local flag
  for flag in --dns=1.1.1.1 --dns-search=a --dns-option=b; do
    in_box --net container:x "$flag" -- exit 0
    refused "conflicting options: dns and the network mode"
  done
  in_box --net container:x --add-host a:1.1.1.1 -- exit 0
  refused "conflicting options: custom host-to-IP mapping and the network mode"
  quiet rm -f x y >/dev/null
}

rootfs() {
  make_rootfs root
  in_root --dns 1.1.1.1 --hostname me -- read /etc/resolv.conf read /etc/hosts
  well
  # What is no place for a file is left out, but for what was asked for.
  expect "without an /etc" $'nameserver 1.1.1.1\nread /etc/hosts: ENOENT' "$out"
  in_root --dns 1.1.1.1 --hostname me -- read /etc/resolv.conf read /etc/hosts read /etc/hostname open-write /etc/hosts
  expect "own files" $'nameserver 1.1.1.1\n'"$LOCAL"$'\n127.0.0.1\tme\nme\nopen-write /etc/hosts: EROFS' "$out"
  expect "places" "0 0 0" "$(cd root/etc && stat -c %s $FILES | xargs)"
  # As ever without a flag.
  in_root -- size /etc/hosts size /etc/resolv.conf
  expect "the root's own" $'size /etc/hosts: 0\nsize /etc/resolv.conf: 0' "$out"
  run quiet run -d --name c --add-host a:1.1.1.1 --rootfs root /probe read /etc/hosts
  well
  quiet wait c >/dev/null
  expect_has "$(quiet logs c)" $'1.1.1.1\ta'
  quiet rm c >/dev/null
  # Killed with all that it has.
  start --root "$STATE" run --add-host a:1.1.1.1 --rootfs root /probe say up pause
  await has_line out up
  [[ -n $(find "$STATE" -name hosts) ]]
  kill -KILL "$pid"
  wait "$pid" || true
  await nothing_kept
}

# The host's files are hidden in the container alone.
tutorial() {
  [[ -f /etc/hosts && -f /etc/resolv.conf ]] || skip "this host has no such files"
  local before
  before=$(cat /etc/hosts /etc/resolv.conf)
  on_host --add-host there:1.2.3.4 -- read /etc/hosts
  well
  expect "hosts" "$(cat /etc/hosts)"$'\n1.2.3.4\tthere' "$out"
  on_host --dns 1.1.1.1 --dns-search . --dns-opt x -- read /etc/resolv.conf read /etc/hosts truncate /etc/resolv.conf
  well
  expect_line "$out" "nameserver 1.1.1.1"
  expect_has "$out" "$(cat /etc/hosts)"
  expect "the host's" "$before" "$(cat /etc/hosts /etc/resolv.conf)"
  on_host --add-host there:1.2.3.4 --tmpfs "$STATE" -- read /etc/hosts
  expect_has "$out" there
  on_host -v "$PROBE:/etc/hosts" --add-host there:1.2.3.4 -- read /etc/hosts
  expect_no "$out" there
}

tutorial_without_a_place() {
  is_root || skip "hides /etc"
  # shellcheck disable=SC2016
  run unshare --mount --propagation private bash -c '
    mount -t tmpfs tmpfs /etc && exec "$@"' - "${words[@]}" run --add-host a:1.1.1.1 "$PROBE"
  refused "--add-host: this host has no /etc/hosts in whose place"
  run unshare --mount --propagation private bash -c '
    mount -t tmpfs tmpfs /etc && exec "$@"' - "${words[@]}" run --dns 1.1.1.1 "$PROBE"
  refused "--dns: this host has no /etc/resolv.conf in whose place"
}

told_by_a_plan() {
  make_image
  store run --dry-run box /probe
  well
  local name
  for name in $FILES; do
    expect_has "$out" "bind \"$DATA/containers/ID/$name\" on rootfs:\"/etc/$name\" (nosuid,nodev,noexec"
  done
  make_rootfs root
  mkdir root/etc
  store run --dry-run --add-host a:1.1.1.1 --rootfs root /probe
  well
  expect_has "$out" "bind \"$STATE/ID/hosts\" on rootfs:\"/etc/hosts\""
  expect "nothing is made" "" "$(ls root/etc)"
  store run --rm --explain box /probe exit 0
  expect_code 0
  expect_has "$err" 'on rootfs:"/etc/resolv.conf"'
}

bad_flags() {
  local flag text
  while IFS='|' read -r flag text; do
    on_host "$flag" -- exit 0
    refused "$text"
  done <<'END'
--add-host=a|--add-host "a": bad format for add-host; wants NAME:IP or NAME=IP
--add-host=:1.2.3.4|bad format for add-host
--add-host==1.2.3.4|bad format for add-host
--add-host=a b:1.2.3.4|bad format for add-host
--add-host=a#b:1.2.3.4|bad format for add-host
--add-host=a:b=1.2.3.4|bad format for add-host
--add-host=a:|invalid IP address in add-host
--add-host=a:1.2.3|invalid IP address in add-host
--add-host=a:01.2.3.4|invalid IP address in add-host
--add-host=a:1.2.3.4 |invalid IP address in add-host
--add-host=a:[1.2.3.4]|invalid IP address in add-host
--add-host=a:[::1|invalid IP address in add-host
--add-host=a:::g|invalid IP address in add-host
--add-host=a:host-gateway|there are no bridges
--dns=a|--dns "a": is not an IP address
--dns=1.2.3.4 5.6.7.8|is not an IP address
--dns=[::1]|is not an IP address
--dns-search=a b|--dns-search "a b": is not a valid domain
--dns-option=a b|wants one option of resolv.conf(5)
--dns-opt=|its value is empty
END
  on_host $'--add-host=a\n6.6.6.6 b:1.2.3.4' -- exit 0
  refused "bad format for add-host"
  on_host $'--dns-search=a\nnameserver 1.1.1.1' -- exit 0
  refused "is not a valid domain"
}

# Links of the image in the places, or above them: what is made and mounted stays
# inside (CVE-2018-15664, CVE-2021-30465).
evil_links() {
  mkdir -p victim/etc
  : >victim/file
  local before target
  before=$(find victim -printf '%p %y %m %s %T@\n' | sort)
  for target in "$PWD/victim/file" "$PWD/victim/new" ../../../../../../../..$PWD/victim/new \
    /proc/self/root/tmp /proc/self/attr/current /proc/1/root/etc nowhere hosts; do
    rm -rf tree
    mkdir -p tree/etc
    ln -s "$target" tree/etc/hosts
    make_image
    in_box -- size /etc/hosts
    [[ $code == 0 || $code == 125 ]]
    expect "after a link to $target" "$before" "$(find victim -printf '%p %y %m %s %T@\n' | sort)"
    quiet rmi box >/dev/null
  done
  for target in "$PWD/victim/etc" "$PWD/victim/none" ../../../../../../..$PWD/victim/etc \
    /proc/self/root/etc /proc/self/cwd etc /; do
    rm -rf tree
    mkdir tree
    ln -s "$target" tree/etc
    make_image
    in_box -- size /etc/hosts
    [[ $code == 0 || $code == 125 ]]
    expect "after /etc is a link to $target" "$before" "$(find victim -printf '%p %y %m %s %T@\n' | sort)"
    quiet rmi box >/dev/null
  done
}

# A link that leads to a place in the root is followed there.
links_inside() {
  mkdir -p tree/run tree/private/etc
  ln -s private/etc tree/etc
  ln -s ../../run/resolv tree/private/etc/resolv.conf
  make_image
  in_box --dns 1.1.1.1 --hostname me -- read /run/resolv read /etc/hostname read /private/etc/hostname
  well
  expect "behind the links" $'nameserver 1.1.1.1\nme\nme' "$out"
}

# What is no file is no place for one; a pipe is, and nobody waits for it.
evil_kinds() {
  mkdir -p tree/etc/hosts
  mkfifo tree/etc/hostname
  make_image
  in_box --hostname me -- stat /etc/hosts read /etc/hostname
  well
  expect "directory and pipe" $'stat /etc/hosts: directory 0755 0:0\nme' "$out"
  store run --name c box /probe say up
  well
  quiet cp c:/probe out
  store cp c:/etc/hosts out
  expect_code 1
  quiet rm c >/dev/null
  in_box --add-host a:1.1.1.1 -- exit 0
  refused 'on rootfs:"/etc/hosts"'
  expect_has "$err" ENOTDIR
  quiet rmi box >/dev/null
  rm -rf tree
  mkdir tree
  echo file >tree/etc
  make_image
  in_box -- read /etc
  well
  expect "a file" file "$out"
}

check "the three files, as docker gives them" as_docker_gives
check "--add-host" added_hosts
check "--dns, --dns-search, --dns-option" resolver_by_flags
check "resolv.conf: of the host" resolver_of_the_host
check "resolv.conf: behind systemd-resolved" resolver_behind_a_stub
check "resolv.conf: of a host that has a strange one" strange_resolvers
check "--net host: copies" host_network
check "what is written in them stays until rm" written_and_kept
check "diff, commit and export know nothing of them" hidden
check "over the image's own" over_the_images
check "volumes in their places" volumes_win
check "volumes of the image above their places" volumes_of_the_image
check "--read-only" readonly_roots
check "--rm, and a killed chmdocker" detached_and_removed
check "--net container: shared files" joined_network
check "--rootfs" rootfs
check "the tutorial's form" tutorial
check "the tutorial's form: no place" tutorial_without_a_place
check "--dry-run and --explain" told_by_a_plan
check "flags that are wrong" bad_flags
check "links of the image that lead outside" evil_links
check "links of the image that stay inside" links_inside
check "directories, pipes and files in their places" evil_kinds
rm -rf "$DATA" "$STATE"
finish
