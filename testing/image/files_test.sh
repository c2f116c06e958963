#!/usr/bin/env bash
# Files of containers that are kept: diff, cp, export, commit.
# shellcheck disable=SC2154,SC2034
# shellcheck source=lib_image.sh
source "$(dirname "$0")/../bin/lib_image.sh"

readonly RACER=$BIN/racer

# One image with a shell: the host's, if it is static, as busybox is.
make_box() {
  local box name links=()
  box=$(command -v busybox) || skip "needs busybox"
  for name in sh cat echo sleep rm mkdir ln mkfifo chmod; do
    links+=("s:bin/$name:busybox")
  done
  make_layer base "f:bin/busybox:755:@$box" "${links[@]}" \
    f:etc/passwd:644:$'root:x:0:0::/:\n' f:dir/one:644:1 f:dir/two:644:2 f:old:644:old
  make_image box '{"Cmd": ["sh"]}' base
  store load -i image.tar
  well
}
# A container that has run the words, and has ended; or runs.
ended() { # ended SCRIPT
  make_box
  store run --name c box sh -c "$1"
  expect_code 0
}
running() { # running SCRIPT
  make_box
  store run -d --name c box sh -c "$1; echo ready; exec sleep 1000"
  well
  await eval '[[ $(quiet --data-root "$PWD/data" logs c) == ready ]]'
}
gone() {
  store rm -f c
  well
  store rmi box
  expect_empty_store
}
in_c() { quiet --data-root "$PWD/data" exec c "$@"; }

diff_lists() {
  ended 'echo new >/new; mkdir /d; echo x >/d/x; rm /old /dir/one; echo more >>/dir/two'
  store diff c
  well
  expect "changes" $'A /d\nA /d/x\nC /dir\nD /dir/one\nC /dir/two\nA /new\nD /old' "$out"
  gone
}

diff_of_a_directory_made_anew() {
  ended 'rm -r /dir; mkdir /dir; echo 3 >/dir/three'
  store diff c
  well
  expect "changes" $'C /dir\nD /dir/one\nD /dir/two\nA /dir/three' "$out"
  gone
}

diff_wants_an_image() {
  mkdir root
  make_rootfs root
  store run -d --name c --rootfs root /probe
  store diff c
  failed "has no image"
  store diff nothing
  failed "No such container: nothing"
  store rm -f c
}

copies_in_and_out() { # copies_in_and_out ended|running
  "$1" 'mkdir /there'
  mkdir -p tree/sub
  echo a >tree/a
  echo b >tree/sub/b
  chmod 640 tree/a
  ln -s a tree/link
  # To what is not there: that is the copy.
  store cp tree c:/new
  well
  # Into a directory; and what is in it only.
  store cp tree c:/there
  store cp tree/. c:there/
  store cp tree/a c:/there/file
  well
  store cp c:/there out1
  well
  expect "files" $'out1\nout1/a\nout1/file\nout1/link\nout1/sub\nout1/sub/b\nout1/tree\nout1/tree/a\nout1/tree/link\nout1/tree/sub\nout1/tree/sub/b' \
    "$(find out1 | sort)"
  expect "mode" 640 "$(stat -c %a out1/a)"
  expect "owner" "$(id -u)" "$(stat -c %u out1/a)"
  expect "link" a "$(readlink out1/link)"
  store cp c:/new/link copied
  expect "a link itself" a "$(readlink copied)"
  store cp -L c:/new/link followed
  expect "what it leads to" a "$(<followed)"
  # A file is replaced.
  echo other >tree/a
  store cp tree/a c:/new/a
  store cp c:/new/a .
  expect "replaced" other "$(<a)"
  gone
}

archives_pass() {
  running 'mkdir /there'
  mkdir tree
  echo a >tree/a
  tar -c tree >in.tar
  code=0
  quiet --data-root "$PWD/data" cp - c:/there <in.tar || code=$?
  expect_code 0
  expect "arrived" a "$(in_c cat /there/tree/a)"
  quiet --data-root "$PWD/data" cp c:/there/tree - >out.tar
  expect "names" $'tree/\ntree/a' "$(tar -tf out.tar)"
  code=0
  quiet --data-root "$PWD/data" cp - c:/old <in.tar 2>err || code=$?
  expect_code 1
  gone
}

copies_say_what_is_wrong() {
  ended 'mkdir /there'
  mkdir tree
  echo a >file
  store cp c:/nowhere .
  failed 'Could not find the file "/nowhere"'
  store cp nowhere c:/there
  failed ENOENT
  store cp file c:/nowhere/
  failed "must exist"
  store cp tree c:/old
  failed "cannot copy a directory over"
  store cp file c:/nowhere/file
  failed "Could not find"
  store cp file file
  failed "wants a container on one side"
  store cp c:/old c:/new
  failed "not supported"
  gone
}

# All of the container's links lead within it.
links_stay_inside() { # links_stay_inside ended|running
  echo host >secret
  mkdir outside
  "$1" "ln -s $PWD/secret /s; ln -s $PWD/outside /o; ln -s ../../../../../..$PWD/outside /r; mkdir /d; ln -s $PWD/outside /d/sub; ln -s $PWD/secret /d/file"
  store cp -L c:/s stolen
  failed "Could not find"
  [[ ! -e stolen ]]
  echo evil >evil
  for name in o r; do
    store cp evil "c:/$name/evil"
    failed "Could not find"
  done
  store cp evil c:/s
  failed "Could not find"
  # Nor on the way of what is unpacked.
  mkdir -p tree/sub
  echo evil >tree/sub/evil
  store cp tree/. c:/d
  failed "is no directory"
  echo evil >tree2
  store cp tree2 c:/d/file
  failed "Could not find"
  expect "the host's file" host "$(<secret)"
  expect "the host's directory" "" "$(ls outside)"
  gone
}

# What comes out follows no link of the host's tree that it is unpacked into by
# names of the container's.
nothing_follows_on_the_host() {
  ended 'mkdir -p /d/sub; echo evil >/d/sub/evil; mkfifo /d/pipe; ln -s /etc /d/z'
  mkdir -p dest/d outside
  ln -s ../../outside dest/d/sub
  store cp c:/d dest
  failed "is no directory"
  expect "outside" "" "$(ls outside)"
  rm dest/d/sub
  store cp c:/d dest
  well
  [[ -p dest/d/pipe ]]
  gone
}

no_rights_come_along() {
  ended 'echo x >/suid; chmod 6755 /suid'
  store cp c:/suid suid
  well
  expect "mode" 755 "$(stat -c %a suid)"
  gone
}

# Replacing a file in another mount namespace would take the mount with it.
mount_points_stay() {
  make_box
  echo host >file
  echo other >other
  store run -d --name c -v "$PWD/file:/mounted" box sleep 1000
  well
  store cp other c:/mounted
  failed "device or resource busy"
  expect "while it runs" host "$(in_c cat /mounted)"
  store stop c
  store cp other c:/mounted
  failed "device or resource busy"
  expect "the host's" host "$(<file)"
  gone
}

# A directory of the container's is exchanged for a link while cp runs.
races_stay_inside() {
  mkdir outside
  echo host >outside/secret
  running "mkdir -p /a/real; echo inside >/a/real/secret; ln -s $PWD/outside /a/swap; cd /a"
  local root name=1
  root=$(quiet --data-root "$PWD/data" inspect -f '{{.State.Pid}}' c)
  root=/proc/$root/root
  [[ -d $root/a/real ]] || skip "the container's root can't be reached"
  "$RACER" "$root/a/real" "$root/a/swap" &
  local racer=$!
  echo evil >evil
  for ((name = 0; name < 60; name++)); do
    quiet --data-root "$PWD/data" cp c:/a/real/secret "got$name" 2>/dev/null || true
    quiet --data-root "$PWD/data" cp evil "c:/a/real/evil$name" 2>/dev/null || true
  done
  kill "$racer"
  wait "$racer" || true
  expect "outside" secret "$(ls outside)"
  local inside
  inside=$(cat got* | sort -u)
  expect "what came out" inside "$inside"
  gone
}

volumes_are_seen() { # volumes_are_seen ended|running
  mkdir volume
  make_box
  local words=(--name c -v "$PWD/volume:/v" -v "$PWD/volume:/ro:ro" box sh -c)
  if [[ $1 == running ]]; then
    store run -d "${words[@]}" 'exec sleep 1000'
  else
    store run "${words[@]}" 'echo x >/v/x'
  fi
  expect_code 0
  echo y >y
  store cp y c:/v/y
  well
  expect "in the volume" y "$(<volume/y)"
  store cp y c:/ro/z
  failed "EROFS"
  store export -o all.tar c
  well
  expect "not exported" "v/" "$(tar -tf all.tar | grep '^v/')"
  store commit c made
  well
  store run --rm made sh -c 'echo /v/*'
  expect "not committed" '/v/*' "$out"
  store rmi made
  gone
}

exports_all() { # exports_all ended|running
  "$1" 'echo new >/new; rm /old'
  store export -o all.tar c
  well
  expect "new" new "$(tar -xOf all.tar new)"
  expect_line "$(tar -tf all.tar)" bin/busybox
  expect_no "$(tar -tf all.tar)" old
  store import all.tar again
  well
  store run --rm again cat /new
  expect "imported" new "$out"
  store rmi again
  gone
}

commits() { # commits ended|running
  "$1" 'echo new >/new; rm -r /old /dir; mkdir /dir; echo 3 >/dir/three; ln /new /also'
  store commit -m why -a me -c 'CMD ["cat", "/new"]' -c 'ENV A=1 B="2 3"' -c 'LABEL x=y' \
    -c 'EXPOSE 80' -c 'WORKDIR /dir' c made:1
  well
  expect_match "$out" '^sha256:[0-9a-f]{64}$'
  store run --rm made:1
  well
  expect "its command" new "$out"
  store run --rm made:1 sh -c 'echo "$A $B $PWD" /*; echo *; echo /dir/*'
  expect "its files" $'1 2 3 /dir /also /bin /dev /dir /etc /new /proc /sys\nthree\n/dir/three' "$out"
  if [[ $1 == running ]]; then
    expect "goes on" true "$(quiet --data-root "$PWD/data" inspect -f '{{.State.Running}}' c)"
    expect "not paused" running "$(quiet --data-root "$PWD/data" ps --format '{{.State}}')"
  fi
  store history made:1
  expect_has "$out" why
  # An archive of it has all that it needs.
  store save -o saved.tar made:1
  well
  store rmi made:1
  well
  store load -i saved.tar
  store run --rm made:1
  expect "loaded" new "$out"
  store rmi made:1
  gone
}

commit_takes_the_words_of_run() {
  make_box
  store run --name c -e A=run -w /dir --entrypoint sh box -c 'echo "$A"; echo x >/x'
  well
  store commit c made
  well
  store run --rm made
  expect "the same again" run "$out"
  store rmi made
  gone
}

# As docker has it: the words behind an entry point are its own.
an_entry_point_comes_without_the_old_command() {
  make_box
  store run --name c box echo old words
  well
  store commit -c 'ENTRYPOINT ["echo", "new"]' c made
  well
  store run --rm made
  expect "the entry point alone" new "$out"
  store commit -c 'CMD ["first"]' -c 'ENTRYPOINT ["echo", "new"]' c made
  store run --rm made
  expect "with a command in front of it" "new first" "$out"
  store commit -c 'ENTRYPOINT ["echo", "new"]' -c 'CMD ["last"]' c made
  store run --rm made
  expect "with a command behind it" "new last" "$out"
  store commit -c 'LABEL x=y' c made
  store run --rm made
  expect "neither" "old words" "$out"
  # shellcheck disable=SC2046
  store rmi -f $(quiet --data-root "$PWD/data" images -q | head -n -1)
  gone
}

commit_shows_progress() {
  ended 'echo x >/new'
  "$BIN/pty" 24x80 "$CHMDOCKER" --data-root "$PWD/data" commit c made <<<$'expect Reading \nexpect sha256:\nstatus 0'
  store rmi made
  gone
}

# The system calls of a commit from its first child on, which is what watches
# over the pause: their numbers.
calls_of_commit() {
  "$BIN/fault" alone list "$CHMDOCKER" --data-root "$PWD/data" commit c 2>&1 >/dev/null |
    sed -n '/ clone/,$ s/^fault: \([0-9]*\) .*/\1/p'
}
c_is() { [[ $(quiet --data-root "$PWD/data" ps --format '{{.State}}') == "$1" ]]; }

# Whenever it is killed, the container goes on.
a_killed_commit_leaves_nothing_paused() {
  running true
  store pause c
  if ((code != 0)); then
    gone
    skip "needs a cgroup that can be frozen"
  fi
  # Of somebody else, and stays.
  store commit c
  c_is paused
  store unpause c
  local number tried=0
  for number in $(calls_of_commit); do
    run timeout -s KILL 20 "$BIN/fault" alone kill "$number" "$CHMDOCKER" --data-root "$PWD/data" commit c
    # This time there were fewer.
    ((code == 100)) || expect_code 137
    await c_is running || {
      store unpause c
      return 1
    }
    tried=$((tried + 1))
  done
  ((tried > 20))
  in_c cat /dir/one
  # shellcheck disable=SC2046
  store rmi -f $(quiet --data-root "$PWD/data" images -q --filter dangling=true)
  gone
}

commit_says_what_is_wrong() {
  ended true
  store commit -c 'RUN x' c
  failed "is none of CMD"
  store commit -c 'ENV "A=' c
  failed "without end"
  store commit c UPPER
  expect_code 1
  store commit nothing
  failed "No such container: nothing"
  expect "images" 1 "$(quiet --data-root "$PWD/data" images -q | wc -l)"
  gone
}

# A program of the image's, or one that a library of the image's would be loaded into.
no_program_is_started() { # no_program_is_started ended|running
  command -v strace >/dev/null || skip "needs strace"
  "$1" 'mkdir /d; echo x >/d/x'
  echo y >y
  local words
  for words in "cp c:/d got" "cp y c:/d" "export -o all.tar c" "diff c"; do
    # shellcheck disable=SC2086
    run strace -f -qq -e trace=execve,execveat -o calls "$CHMDOCKER" --log-level error --data-root "$PWD/data" $words
    expect_code 0
    expect "programs of: $words" "" "$(grep -E 'execve' calls | grep -vE "^[0-9]+ +execve\(\"$CHMDOCKER\"" | grep -v chmdocker-init)"
  done
  gone
}

host_root_has_no_files() {
  store run -d --name c "$PROBE"
  store cp c:/etc/passwd .
  failed "host's root file system"
  store rm -f c
}

check "diff lists what was added, changed and deleted" diff_lists
check "diff knows a directory that was made anew" diff_of_a_directory_made_anew
check "diff wants an image" diff_wants_an_image
check "cp goes into and out of a container that has ended" copies_in_and_out ended
check "cp goes into and out of a running container" copies_in_and_out running
check "cp takes and gives archives" archives_pass
check "cp says what is wrong" copies_say_what_is_wrong
check "CVE-2026-41568: links of a container that has ended stay inside" links_stay_inside ended
check "CVE-2026-41568: links of a running container stay inside" links_stay_inside running
check "CVE-2019-10152: cp follows no link in a tree of the host" nothing_follows_on_the_host
check "set-user-ID does not come along" no_rights_come_along
check "CVE-2018-15664, CVE-2026-42306: a directory that is exchanged for a link" races_stay_inside
check "CVE-2019-14271, CVE-2026-41567: cp and export start no program, of what has ended" no_program_is_started ended
check "CVE-2019-14271, CVE-2026-41567: cp and export start no program, of what runs" no_program_is_started running
check "cp leaves what is mounted alone" mount_points_stay
check "cp sees the volumes of a container that has ended" volumes_are_seen ended
check "cp sees the volumes of a running container" volumes_are_seen running
check "export writes all of a container that has ended" exports_all ended
check "export writes all of a running container" exports_all running
check "commit makes an image of a container that has ended" commits ended
check "commit makes an image of a running container" commits running
check "commit takes the words of run along" commit_takes_the_words_of_run
check "commit -c ENTRYPOINT drops the command so far" an_entry_point_comes_without_the_old_command
check "commit shows a terminal how far it is" commit_shows_progress
check "commit: the container goes on, whenever it is killed" a_killed_commit_leaves_nothing_paused
check "commit says what is wrong" commit_says_what_is_wrong
check "what runs on the host's root has no files of its own" host_root_has_no_files
finish
