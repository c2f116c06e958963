#!/usr/bin/env bash
# Containers of images that are kept: what they wrote stays with them.
# shellcheck disable=SC2154
# shellcheck source=lib_image.sh
source "$(dirname "$0")/../bin/lib_image.sh"

# One image with a shell: the host's, if it is static, as busybox is.
make_box() { # make_box CONFIG
  local box
  box=$(command -v busybox) || skip "needs busybox"
  make_layer base "f:bin/busybox:755:@$box" s:bin/sh:busybox s:bin/cat:busybox \
    s:bin/sleep:busybox s:bin/id:busybox f:etc/passwd:644:$'root:x:0:0::/:\n' "f:probe:755:@$PROBE"
  make_image box "$1" base
  store load -i image.tar
  well
}
field() { quiet --data-root "$PWD/data" inspect -f "{{$1}}" c; }
runs() { [[ $(field .State.Running) == true ]]; }

what_is_written_stays() {
  make_box '{"Cmd": ["sh"]}'
  store run --name c box sh -c 'cat /file; echo x >>/file; exit 3'
  expect_code 3
  store ps -a --format '{{.Names}} {{.Image}} {{.State}}'
  expect "what is kept" "c box exited" "$out"
  store start c
  well
  store wait c
  expect "exit code" 3 "$out"
  store start -a c
  expect_code 3
  expect "what it wrote" $'x\nx' "$out"
  store rm c
  well
  store rmi box
  expect_empty_store
}

# Who sees that it has ended may remove it, though its monitor may still be there.
ended_is_removed_at_once() {
  make_box '{"Cmd": ["/probe", "exit", "0"]}'
  local n
  for ((n = 0; n < 50; n++)); do
    store run -d --name c box
    well
    while runs; do :; done
    store rm c
    well
  done
  store rmi box
  expect_empty_store
}

the_image_says_how_to_stop() {
  make_box '{"Cmd": ["sh", "-c", "trap \"exit 9\" USR1; echo up; while :; do sleep 0.01; done"], "StopSignal": "SIGUSR1"}'
  store run -d --name c box
  well
  expect_match "$(field .Path)" '^sh$'
  await eval '[[ $(quiet --data-root "$PWD/data" logs c) == up ]]'
  store stop c
  well
  expect "exit code" 9 "$(field .State.ExitCode)"
  store rm c
  store rmi box
  expect_empty_store
}

exec_is_in_the_image() {
  make_box '{"Env": ["WORD=image"], "WorkingDir": "/data", "Cmd": ["sleep", "1000"]}'
  store run -d --name c box
  well
  await runs
  store exec c sh -c 'echo "$WORD $PWD"; echo y >/written'
  well
  expect "variable and directory" "image /data" "$out"
  store exec c cat /written
  expect "of another exec" y "$out"
  # No mount of it is on the host.
  expect "mounts" "" "$(grep "$PWD/data" /proc/self/mountinfo || true)"
  store rm -f c
  store rmi box
  expect_empty_store
}

the_same_image_whatever_its_name() {
  make_box '{"Cmd": ["cat", "/version"]}'
  make_layer v1 f:version:644:one
  make_image box '{"Cmd": ["cat", "/version"]}' base v1
  store load -i image.tar
  store run --name c box
  expect "first" one "$out"
  make_layer v2 f:version:644:two
  make_image box '{"Cmd": ["cat", "/version"]}' base v2
  store load -i image.tar
  store start -a c
  expect "again" one "$out"
  store run --rm box
  expect "a new one" two "$out"
  store rm c
  store rmi box "$(quiet --data-root "$PWD/data" images -q | tail -n 1)"
}

environment_files_are_read_once() {
  make_box '{"Cmd": ["sh", "-c", "echo $A"]}'
  echo A=first >variables
  store run -d --name c --env-file variables box
  well
  rm variables
  quiet --data-root "$PWD/data" wait c >/dev/null
  store start c
  well
  quiet --data-root "$PWD/data" wait c >/dev/null
  store logs c
  expect "log" $'first\nfirst' "$out"
  store rm c
  store rmi box
}

what_never_ran_is_not_kept() {
  make_box '{"Cmd": ["/nowhere"]}'
  store run --name c box
  expect_code 127
  store run -d --name c box
  expect_code 127
  store run -d --name c nothing
  expect_code 125
  expect_has "$err" "no image nothing"
  store ps -aq
  expect "kept" "" "$out"
  store rmi box
  expect_empty_store
}

stopped_from_outside() {
  make_box '{"Cmd": ["sleep", "1000"]}'
  local n
  for ((n = 0; n < 20; n++)); do
    start --data-root "$PWD/data" run --name c box
    await runs 2>/dev/null
    store stop c
    well
    end
    expect "exit code" 137 "$code"
    expect "exit code" 137 "$(field .State.ExitCode)"
    store rm c
    well
  done
  store rmi box
}

events_of_what_runs_in_the_foreground() {
  make_box '{"Cmd": ["sh", "-c", "exit 3"]}'
  store run --name c --rm box
  expect_code 3
  store events --since 0 --until 0s --filter image=box --format '{{.Type}} {{.Action}}'
  expect "events" $'image load\ncontainer create\ncontainer start\ncontainer die\ncontainer destroy' "$out"
  store run --name c box
  store commit -m why c made
  local id=$out
  store events --since 0 --until 0s --filter event=commit \
    --format '{{.Actor.Attributes.comment}} {{.Actor.Attributes.imageID}} {{.From}}'
  expect "commit" "why $id box" "$out"
  store rm c
  store rmi made box
}

# Its guardian tells the end.
events_of_what_was_killed_in_the_foreground() {
  make_box '{"Cmd": ["sh", "-c", "echo ready; exec sleep 1000"]}'
  start --data-root "$PWD/data" run --name c --rm box
  await has_line out ready
  exec 7< <(exec "$CHMDOCKER" --log-level error --data-root "$PWD/data" events --since 0 --format '{{.Action}}')
  local line wanted
  for wanted in load create start die destroy; do
    # Who is killed before it has told of the start tells of none.
    [[ $wanted != die ]] || kill -KILL "$pid"
    read -r -t 20 line <&7
    expect "event" "$wanted" "$line"
  done
  exec 7<&-
  end
  store rmi box
}

inspected_by_kind() {
  make_box '{"Cmd": ["sh"]}'
  store run --name box box
  store inspect -f '{{.Name}}' box
  expect "the container" /box "$out"
  store inspect --type image -f '{{json .RepoTags}}' box
  expect "the image" '["box:latest"]' "$out"
  store inspect nothing
  failed "No such object: nothing"
  store inspect box nothing
  expect_code 1
  expect_has "$out" '"Name": "/box"'
  store rm box
  store rmi box
}

check "what a container wrote stays until rm" what_is_written_stays
check "what is seen to have ended is removed at once" ended_is_removed_at_once
check "stop sends the signal of the image" the_image_says_how_to_stop
check "exec has the image's variables and directory" exec_is_in_the_image
check "start takes the image that run has found" the_same_image_whatever_its_name
check "--env-file is read once" environment_files_are_read_once
check "what never ran is not kept" what_never_ran_is_not_kept
check "a container in the foreground is stopped from outside" stopped_from_outside
check "events of a container in the foreground" events_of_what_runs_in_the_foreground
check "events of a foreground that was killed" events_of_what_was_killed_in_the_foreground
check "inspect finds containers first, and images" inspected_by_kind
finish
