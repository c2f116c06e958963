#!/usr/bin/env bash
# Events: what becomes of containers that are kept, and of images, as docker
# tells it.
#
# What detached.sh sets is its own:
# shellcheck disable=SC2154
# shellcheck source=detached.sh
source "$(dirname "$0")/../bin/detached.sh"

now() { date -u +%Y-%m-%dT%H:%M:%S.%NZ; }
# Starts a reader of what happens from now on.
follow() { # follow FLAG...
  local since
  since=$(now)
  exec 7< <(exec "$CHMDOCKER" --log-level error --root "$STATE" --data-root "$DATA" events --since "$since" "$@")
}
# The reader ends by itself when nobody reads it.
unfollow() { exec 7<&-; }
next() { # next LINE: it is the next event
  local line
  read -r -t 20 line <&7 || {
    echo "no more events; wanted $1"
    return 1
  }
  expect "event" "$1" "$line"
}
# In short.
readonly SHORT='{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'
events() { # events LINE...: each in its turn
  local line
  for line in "$@"; do next "$line"; done
}
all() { ch events --since 0 --until 0s "$@"; }

a_life() {
  follow --format "$SHORT"
  ch run -d --name c /bin/sh -c 'exit 3' >/dev/null
  events "container create c" "container start c" "container die c"
  ch start c >/dev/null
  events "container start c" "container die c"
  ch rename c d
  next "container rename d"
  ch rm d >/dev/null
  next "container destroy d"
  # What can't be run has no start, and no end.
  run ch run -d --name c /nowhere
  events "container create c" "container destroy c"
  unfollow
}

# Who has heard of the end can go on at once.
the_end_is_the_end() {
  local i
  follow --format '{{.Action}}' --filter event=die
  ch run -d --name c /bin/true >/dev/null
  next die
  for i in {1..40}; do
    ch start c >/dev/null
    next die
  done
  ch rm c >/dev/null
  unfollow
}

ends() {
  follow --format "$SHORT"
  ch run -d --name c /bin/sh -c 'trap "exit 4" TERM; trap : USR1; echo ready; while :; do sleep 0.01; done' >/dev/null
  await eval '[[ $(ch logs c) == ready ]]'
  events "container create c" "container start c"
  ch kill -s USR1 c
  next "container kill c"
  ch exec c /bin/sh -c 'exit 7' || true
  events "container exec_start: /bin/sh -c exit 7 c" "container exec_die c"
  # What can't be run ends, too, whoever waits for it.
  ch exec c /nowhere 2>/dev/null || true
  ch exec -d c /etc 2>/dev/null || true
  events "container exec_start: /nowhere c" "container exec_die c" \
    "container exec_start: /etc c" "container exec_die c"
  ch stop c >/dev/null
  events "container kill c" "container die c" "container stop c"
  # Nothing happens.
  ch stop c >/dev/null
  ch restart c >/dev/null
  events "container start c" "container restart c"
  if ch pause c 2>/dev/null; then
    ch unpause c
    events "container pause c" "container unpause c"
  fi
  ch rm -f c >/dev/null
  events "container kill c" "container die c" "container destroy c"
  unfollow
  expect "how" $'15\n9\nUSR1' "$(all -f event=kill --format '{{.Actor.Attributes.signal}}' | sed "s/^$(kill -l USR1)\$/USR1/" | sort)"
  expect "exit codes" $'4\n7\n126\n127\n137' "$(all -f event=die -f event=exec_die --format '{{.Actor.Attributes.exitCode}}' | sort -n)"
}

restarts() {
  follow --format '{{.Action}}'
  ch run -d --name c --restart on-failure:1 /bin/sh -c 'exit 1' >/dev/null
  events create start die start die
  ch rm -f c >/dev/null
  next destroy
  unfollow
}

as_docker_prints_them() {
  local id
  id=$(ch run -d --name c --label kind=a --label plain /bin/sh -c 'exit 3')
  ch wait c >/dev/null
  all --format json >lines
  while read -r line; do
    echo "$line" >line
    is_json line
  done <lines
  expect_match "$(sed -n 3p lines)" '^\{"status":"die","id":"'"$id"'","from":"","Type":"container","Action":"die","Actor":\{"ID":"'"$id"'","Attributes":\{.*"exitCode":"3"\}\},"scope":"local","time":[0-9]{10},"timeNano":[0-9]{19}\}$'
  expect "by a template" "$(cat lines)" "$(all --format '{{json .}}')"
  expect_match "$(all | tail -n 1)" '^20[0-9-]+T[0-9:]+\.[0-9]{9}Z container die '"$id"' \(exitCode=3, kind=a, name=c, plain=\)$'
  expect "keys of Go" "die $id local" "$(all -f event=die --format '{{.Status}} {{.ID}} {{.Scope}}')"
  run ch events --since 0 --until 0s --format '{{.Colour}}'
  expect_code 1
  ch rm c >/dev/null
  # No label is taken for what is not one, nor for a further event.
  ch run -d --name c --label image=x --label $'kind=a\nb' /bin/true >/dev/null
  ch wait c >/dev/null
  expect "from" "" "$(all -f event=create --format '{{.From}}' | tail -n 1)"
  expect_has "$(all -f event=create | tail -n 1)" '(kind=a\012b, name=c)'
  ch rm c >/dev/null
}

filters() {
  ch run -d --name one --label kind=a /bin/true >/dev/null
  ch run -d --name two --label kind=b /bin/true >/dev/null
  ch wait one two >/dev/null
  local name='{{.Actor.Attributes.name}} {{.Action}}'
  expect "by name" $'one create\none start\none die' "$(all -f container=one --format "$name")"
  expect "by id" $'two create\ntwo start\ntwo die' \
    "$(all -f container="$(ch inspect -f '{{.Id}}' two)" --format "$name")"
  expect "by action" $'one create\ntwo create' "$(all -f event=create --format "$name")"
  expect "by label" "two create" "$(all -f label=kind=b -f event=create --format "$name")"
  expect "of images" "" "$(all -f type=image)"
  expect "of the future" "" "$(ch events --since 2999-01-01T00:00:00Z --until 0s)"
  expect "before" "" "$(ch events --since 0 --until 2000-01-01T00:00:00Z)"
  run ch events -f colour=red
  expect_code 1
  run ch events --since yesterday
  expect_code 1
  run ch events --since 1h one
  expect_code 1
  run ch events --stats
  expect_code 1
  ch rm one two >/dev/null
}

images() {
  local id
  echo x >file
  tar -cf a.tar file
  follow --format '{{.Type}} {{.Action}} {{.ID}} {{.Actor.Attributes.name}}'
  id=$(ch import a.tar box)
  next "image import $id box:latest"
  ch tag box other:1
  next "image tag $id other:1"
  ch save -o saved.tar box
  ch rmi box other:1 >/dev/null
  events "image untag $id box:latest" "image untag $id other:1" "image delete $id $id"
  ch load -i saved.tar >/dev/null
  next "image load $id box:latest"
  ch rmi box >/dev/null
  events "image untag $id box:latest" "image delete $id $id"
  unfollow
  expect "by name" $'import\nuntag\nload\nuntag' "$(all -f image=box --format '{{.Action}}')"
}

# A file that is full but for some bytes: old events, and one that says so.
fill() {
  ch run -d --name c /bin/true >/dev/null
  ch wait c >/dev/null
  local line size
  line=$(head -n 1 "$DATA/events.json")
  size=${#line}
  head -n $((1048576 / (size + 1))) < <(yes "$line") >"$DATA/events.json"
}

survives_rotation() {
  fill
  follow --format "$SHORT"
  ch start c >/dev/null
  events "container start c" "container die c"
  ch rm c >/dev/null
  next "container destroy c"
  unfollow
  local file
  for file in events.json events.json.1; do
    (($(stat -c %s "$DATA/$file") <= 1048576))
  done
  # Twice: what was first is gone.
  expect "both are read" "$(($(wc -l <"$DATA/events.json") + $(wc -l <"$DATA/events.json.1")))" "$(all | wc -l)"
  expect "files" 2 "$(find "$DATA" -name 'events.json*' | wc -l)"
}

what_a_crash_has_cut_off() {
  ch run -d --name c /bin/true >/dev/null
  ch wait c >/dev/null
  printf '{"status":"start","id":"' >>"$DATA/events.json"
  follow --format '{{.Action}}'
  ch rm c >/dev/null
  next destroy
  unfollow
  expect "all" $'create\nstart\ndie\ndestroy' "$(all --format '{{.Action}}')"
}

many_at_once() {
  local i old
  fill
  old=$(wc -l <"$DATA/events.json")
  for i in {1..8}; do ch run -d --name "c$i" /bin/true >/dev/null & done
  wait
  for i in {1..8}; do ch wait "c$i" >/dev/null; done
  ch rm c c1 c2 c3 c4 c5 c6 c7 c8 >/dev/null
  # None is turned over twice.
  expect "lines" $((old + 4 * 8 + 1)) "$(cat "$DATA"/events.json* | wc -l)"
  expect "of all" $'8 create\n8 destroy\n8 die\n8 start' \
    "$(all --format '{{.Action}} {{.Actor.Attributes.name}}' | sed -n 's/ c[1-8]$//p' | sort | uniq -c | sed 's/^ *//')"
}

never_fails_what_it_tells_of() {
  mkdir "$DATA/events.json"
  run "$CHMDOCKER" --root "$STATE" --data-root "$DATA" run -d --name c /bin/true
  expect_code 0
  expect_has "$err" 'the event \"create\" is not recorded'
  expect "exit code" 0 "$(ch wait c)"
  ch rm c >/dev/null
}

check "events of a container's life" a_life
check "after die a container can be started and removed" the_end_is_the_end
check "events of what ends containers" ends
check "events of a restart policy" restarts
check "events as docker prints them" as_docker_prints_them
check "events by filters and times" filters
check "events of images" images
check "events: the reader goes on when a new file is begun" survives_rotation
check "events: a line that was cut off is passed over" what_a_crash_has_cut_off
check "events of many at once are all there" many_at_once
check "events: what can't be written is no reason to fail" never_fails_what_it_tells_of
finish
