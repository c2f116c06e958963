#!/usr/bin/env bash
# Containers of images.
#
# What lib.sh and lib_image.sh set is theirs:
# shellcheck disable=SC2154
# shellcheck source=lib_image.sh
source "$(dirname "$0")/../bin/lib_image.sh"

# An image `app` of two layers, with the probe at /probe.
make_app() { # make_app CONFIG
  make_layer a f:probe:755:@"$PROBE" \
    $'f:etc/passwd:644:root:x:0:0::/root:\nme:x:0:0::/home/me:\n' \
    f:gone:644:1 f:covered/old:644:1 d:data:750 f:data/seed:640:grain d:tmp:1777
  make_layer b f:.wh.gone f:covered/.wh..wh..opq f:covered/new:644:2
  make_image app "$1" a b
  store load -i image.tar
  well
}

nothing_is_left() { expect "containers" "" "$(ls data/containers)"; }

the_image_says_what_runs() {
  make_app '{"Entrypoint": ["/probe"], "Cmd": ["argv", "one"], "Env": ["A=image", "B=image"], "WorkingDir": "/made/here", "User": "me"}'
  store run --rm app
  well
  expect_line "$out" "argv.0=one"
  store run --rm app argv two three
  expect_line "$out" "argv.1=three"
  store run --rm app fact cwd
  expect_line "$out" "cwd=/made/here"
  echo 'C=file' >variables
  store run --rm -e B=flag --env-file variables app fact env
  expect_line "$out" "env=A=image"
  expect_line "$out" "env=B=flag"
  expect_line "$out" "env=C=file"
  expect_line "$out" "env=HOME=/home/me"
  store run --rm -w /tmp --entrypoint /probe app argv
  expect "the image's own words" "argc=0" "$out"
  store run --rm -w /tmp --entrypoint '' app /probe fact cwd
  expect_line "$out" "cwd=/tmp"
  nothing_is_left
}

layers_are_one() {
  make_app '{"Entrypoint": ["/probe"]}'
  store run --rm app list /covered stat /gone read /data/seed
  expect_line "$out" "list /covered: new"
  expect_no "$out" old
  expect_line "$out" "stat /gone: ENOENT"
  expect_has "$out" grain
}

what_is_written_goes() {
  make_app '{"Entrypoint": ["/probe"]}'
  store run --rm app create /tmp/x truncate /covered/new stat /covered/new mkdir /probe.d
  well
  expect_line "$out" "create /tmp/x: OK"
  store run --rm app stat /tmp/x read /covered/new
  expect_line "$out" "stat /tmp/x: ENOENT"
  expect_has "$out" 2
  expect "the layer" 2 "$(cat "$(files_of b)/covered/new")"
  nothing_is_left
}

volumes_start_as_the_image_is() {
  make_app '{"Entrypoint": ["/probe"], "Volumes": {"/data": {}, "/new/one": {}}}'
  store run --rm app list /data read /data/seed say '' stat /data create /data/more create /new/one/x
  well
  expect_has "$out" grain
  expect_line "$out" "stat /data: directory 0750 0:0"
  expect_line "$out" "create /data/more: OK"
  expect_line "$out" "create /new/one/x: OK"
  mkdir mine
  store run --rm -v "$PWD/mine:/data" app list /data
  expect "a flag in its place" "" "$out"
  nothing_is_left
}

no_volume_on_proc() {
  local path
  for path in /proc /proc/self /sys/kernel / /a/../dev; do
    make_app "{\"Entrypoint\": [\"/probe\"], \"Volumes\": {\"$path\": {}}}"
    store run --rm app say no
    expect_code 125
    expect_has "$err" "the image wants a volume on \"$path\""
  done
  nothing_is_left
}

# A volume starts as the image is there, and what a link of the image leads to is the
# image's own, too.
volumes_lead_nowhere_else() {
  mkdir victim
  echo mine >victim/file
  local way
  for way in "$PWD/victim" "../../../../../../../..$PWD/victim"; do
    make_layer v f:probe:755:@"$PROBE" "s:way:$way"
    make_image evil '{"Entrypoint": ["/probe"], "Volumes": {"/way": {}, "/way/sub": {}}}' v
    store load -i image.tar
    well
    store run --rm evil list /way create /way/x create /way/sub/x
    expect_no "$out" file
    expect "files outside" file "$(ls victim)"
    store rmi evil
  done
  nothing_is_left
}

users_that_are_none() {
  local user
  for user in 4294967296 4294967295 -1 1x 0:4294967296; do
    make_app "{\"Entrypoint\": [\"/probe\"], \"User\": \"$user\"}"
    store run --rm app fact uid
    expect_code 125
    expect_has "$err" "$user"
  done
  nothing_is_left
}

# facts_with LABELS: what orders could change.
facts_with() {
  make_app "{\"Entrypoint\": [\"/probe\"], \"Labels\": $1}"
  store run --rm --hostname same app facts
  well
  grep -E '^(e?uid|e?gid|groups|[ug]id_map|setgroups|status\.(Cap|Seccomp|NoNewPrivs)|cwd|env|exe|limit|umask|personality|oom_score_adj)' <<<"$out"
}

labels_are_no_orders() {
  local plain
  plain=$(facts_with '{}')
  expect "with labels" "$plain" "$(facts_with '{
    "org.systemd.property.DeviceAllow": "/dev/kmsg rw", "run.oci.handler": "krun",
    "run.oci.keep_original_groups": "1", "io.podman.annotations.privileged": "TRUE",
    "io.podman.annotations.seccomp": "unconfined", "io.kubernetes.cri-o.userns-mode": "host",
    "security.alpha.kubernetes.io/seccomp/pod": "unconfined", "RUN": "touch /x"}')"
  expect_has "$plain" "uid=0"
}

exit_codes_are_the_commands() {
  make_app '{"Entrypoint": ["/probe"]}'
  store run --rm app exit 7
  expect_code 7
  store run --rm --entrypoint /nothing app
  expect_code 127
  make_app '{}'
  store run --rm app
  refused "no command specified"
  nothing_is_left
}

users_are_the_images() {
  needs_ids
  make_layer u f:probe:755:@"$PROBE" f:run/users:644:$'me:x:12:34::/me:\n' \
    s:etc/passwd:/run/users f:run/groups:644:$'more:x:56:me\n' s:etc/group:../run/groups
  make_image who '{"User": "me", "Entrypoint": ["/probe"]}' u
  store load -i image.tar
  store run --rm who facts
  expect "user" 12 "$(fact uid)"
  expect "groups" "34 56 " "$(fact groups)"
  store run --rm -u 7:8 who facts
  expect "user" 7 "$(fact uid)"
  store run --rm -u nobody who facts
  refused "nobody"
}

words_without_a_slash_are_images() {
  store run --rm sh
  refused "no image sh; for a command of this host write its path, as /bin/sh"
  store run --rm some/where
  refused "no image some/where"
  cp "$PROBE" here
  store run --rm ./here say yes
  well
  expect "a path" yes "$out"
  store run --rm "$PROBE" say yes
  expect "a path" yes "$out"
}

a_layout_runs_as_it_is() {
  make_app '{"Entrypoint": ["/probe"]}'
  store save -o saved.tar app
  store rmi app
  mkdir layout
  tar -C layout -xf saved.tar
  store run --rm oci:layout say yes
  well
  expect "what it says" yes "$out"
  store run --rm "oci:$PWD/layout:docker.io/library/app:latest" say yes
  store run --rm oci:layout:docker.io/library/app:latest say yes
  store images -q
  expect "images" "" "$out"
  store run --rm oci:data
  refused "is no OCI image layout"
}

a_plan_makes_nothing() {
  make_app '{"Entrypoint": ["/probe"], "Volumes": {"/data": {}}}'
  store run --dry-run app say no
  well
  expect_has "$out" "mount overlay of 2 layers and what is written on \"$PWD/data/containers/ID/fs/merged\""
  nothing_is_left
}

# The kernel's log, which no container has.
no_device_of_the_host() {
  needs_ids
  make_layer d f:probe:755:@"$PROBE" c:log:1:11
  make_image d '{"Entrypoint": ["/probe"]}' d
  store load -i image.tar
  local root=(run quiet --root "$PWD/state" --data-root "$PWD/data")
  "${root[@]}" run --rm d open-write /log
  if [[ ! -w /dev/kmsg ]] || ! : 2>/dev/null >/dev/kmsg; then skip "needs a device that only rules forbid"; fi
  expect "a device of the image" "open-write /log: EPERM" "$out"
}

many_layers() {
  local i layers=()
  for ((i = 0; i < 120; ++i)); do
    make_layer "l$i" "f:n/$i:644:x"
    layers+=("l$i")
  done
  make_layer probe f:probe:755:@"$PROBE"
  make_image many '{"Entrypoint": ["/probe"]}' probe "${layers[@]}" l3
  store load -i image.tar
  well
  store run --rm many list /n
  well
  expect "files" 120 "$(wc -l <<<"$out")"
}

layers_in_use_stay() {
  make_app '{"Entrypoint": ["/probe"]}'
  start --data-root "$PWD/data" run --name user app say up await read /covered/new
  await has_line out up
  store rmi app
  failed "used by running container user"
  store rmi -f app
  failed "used by running container user"
  kill -TERM "$pid"
  end
  store rmi app
  failed "used by stopped container user"
  # A further name goes, whoever uses the image.
  store tag app other
  store rmi other
  well
  store rmi -f app
  well
  expect "layers" 2 "$(ls data/layers | wc -l)"
  store start user
  expect_has "$err" "No such image: app"
  store rm user
  well
  store import a.tar x
  store rmi x
  expect_empty_store
}

a_killed_containers_root_goes() {
  make_app '{"Entrypoint": ["/probe"]}'
  start --data-root "$PWD/data" run --rm app say up pause
  await has_line out up
  kill -KILL "$pid"
  wait "$pid" || true
  await nothing_is_left
}

# As on a kernel that can't: overlayfs does not stand on itself.
a_copy_where_nothing_can_be_mounted() {
  is_root || skip "needs to mount"
  make_app '{"Entrypoint": ["/probe"]}'
  mkdir up work lower over
  # shellcheck disable=SC2016
  run unshare --mount --propagation private bash -c '
    mount -t overlay -o lowerdir=lower,upperdir=up,workdir=work,userxattr over over || exit 77
    chmod 700 over
    "$1" --log-level error --data-root "$PWD/over" load -i image.tar &&
    "$1" --log-level warning --log-format text --data-root "$PWD/over" run --rm -u me app list /covered stat /gone create /x
    code=$?
    ls over/containers
    exit $code' - "$CHMDOCKER"
  [[ $code != 77 ]] || skip "needs overlayfs in a user namespace"
  expect_code 0
  expect_has "$err" "are copied for this container"
  expect "what it sees" $'Loaded image: app:latest\nlist /covered: new\nstat /gone: ENOENT\ncreate /x: OK' "$out"
}

check "entry point, command, environment, user and directory" the_image_says_what_runs
check "layers are seen as one" layers_are_one
check "what a container writes goes with it" what_is_written_goes
check "volumes start as the image is" volumes_start_as_the_image_is
check "CVE-2019-16884: no volume on what is the container's own" no_volume_on_proc
check "CVE-2022-23648: volumes whose way is a link out" volumes_lead_nowhere_else
check "CVE-2026-46680: the image's user is none" users_that_are_none
check "CVE-2026-53488: labels are no orders" labels_are_no_orders
check "exit codes are the command's" exit_codes_are_the_commands
check "users are those of the image's files" users_are_the_images
check "a word without a slash is an image" words_without_a_slash_are_images
check "an OCI layout runs without being loaded" a_layout_runs_as_it_is
check "a plan makes nothing" a_plan_makes_nothing
check "devices of the image are of no use" no_device_of_the_host
check "more layers than their paths would leave room for" many_layers
check "layers in use stay" layers_in_use_stay
check "the root of a killed container goes" a_killed_containers_root_goes
check "a copy where overlayfs can't be mounted" a_copy_where_nothing_can_be_mounted
finish
