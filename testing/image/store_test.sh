#!/usr/bin/env bash
# Images come, have names, are shown and go.
#
# What lib.sh and lib_image.sh set is theirs:
# shellcheck disable=SC2154
# shellcheck source=lib_image.sh
source "$(dirname "$0")/../bin/lib_image.sh"

loads_dockers_archive() {
  make_layer a d:bin f:bin/x:755:hello
  make_layer b f:etc/y:644:there
  make_image app:1 '{"Cmd": ["/bin/x"]}' a b
  store load -i image.tar
  well
  expect "what load says" "Loaded image: app:1" "$out"
  expect "a file" hello "$(cat "$(files_of a)/bin/x")"
  expect "another" there "$(cat "$(files_of b)/etc/y")"
  store images
  expect_match "$out" $'^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\napp +1 +[0-9a-f]{12} +[0-9]+ (months|years) ago +10B$'
}

loads_what_is_compressed() {
  local tool
  make_layer a f:x:644:hello
  for tool in gzip zstd; do
    command -v "$tool" >/dev/null || continue
    make_config '{}' a
    "$tool" -c a.tar >"a.$tool"
    make_oci "reg.io/app:$tool" "a.$tool"
    "$tool" -c image.tar >image.compressed
    run quiet --data-root "$PWD/data" load <image.compressed
    well
    expect "what load says" "Loaded image: reg.io/app:$tool" "$out"
  done
  expect "the file" hello "$(cat "$(files_of a)/x")"
}

one_image_has_many_names() {
  make_layer a f:x:644:1
  make_image app:1 '{}' a
  store load -i image.tar
  local id
  store images -q
  id=$out
  store tag app:1 localhost:5000/some/where:x
  well
  store tag "$id" second
  well
  store images --format '{{.Repository}}:{{.Tag}}'
  expect "names" $'app:1\nlocalhost:5000/some/where:x\nsecond:latest' "$out"
  store images -q
  expect "its id, once" "$id" "$out"
  store rmi "$id"
  failed "must be forced"
  store rmi app:1
  expect "what rmi says" "Untagged: app:1" "$out"
  store rmi -f "$id"
  expect_line "$out" "Untagged: second:latest"
  expect_match "$out" 'Deleted: sha256:[0-9a-f]{64}$'
  expect_empty_store
}

a_name_moves() {
  make_layer a f:x:644:1
  make_layer b f:x:644:2
  make_image app '{}' a
  store load -i image.tar
  make_image app '{}' b
  store load -i image.tar
  store images --filter dangling=true --format '{{.Repository}} {{.Tag}}'
  expect "the old one" "<none> <none>" "$out"
  store images app --format '{{.Repository}} {{.Tag}}'
  expect "the new one" "app latest" "$out"
  store inspect -f '{{.RootFS.Layers}}' app
  expect "its layers" "[sha256:$(sum b.tar)]" "$out"
}

layers_are_shared() {
  make_layer a f:x:644:1
  make_layer b f:y:644:2
  make_image one '{}' a
  store load -i image.tar
  make_image two '{}' a b
  store load -i image.tar
  expect "layers" 2 "$(ls data/layers | wc -l)"
  store rmi two
  well
  expect "the layer of the other" "$(sum a.tar)" "$(ls data/layers)"
  store rmi one
  expect_empty_store
}

shows_all_that_is_known() {
  make_layer a f:x:644:1
  make_image app '{"User": "me", "Env": ["A=b"], "Labels": {"k": "v"}}' a
  store load -i image.tar
  store inspect app
  well
  is_json out
  expect_has "$out" '"RepoTags": ['
  expect_has "$out" '"k": "v"'
  store inspect --type image -f '{{.Config.User}} {{.Config.Env}} {{.Os}}' app
  expect "fields" "me [A=b] linux" "$out"
  store history app --format '{{.CreatedBy}} {{.Size}}'
  expect "history" "test 1B" "$out"
  store images --format json
  is_json out
  store images --filter label=k=v -q
  expect_match "$out" '^[0-9a-f]{12}$'
  store images --filter label=k=w -q
  expect "other labels" "" "$out"
  store inspect nothing
  failed "No such object: nothing"
  expect "what is there" "[]" "$out"
  store images --format '{{.Nonsense}}'
  failed 'knows no ".Nonsense"'
}

saves_what_can_be_loaded() {
  make_layer a f:x:644:1
  make_image app:1 '{}' a
  store load -i image.tar
  store images --no-trunc -q
  local id=$out
  store save -o saved.tar app:1
  well
  store rmi app:1
  expect_empty_store
  store load -i saved.tar
  expect "what load says" "Loaded image: app:1" "$out"
  store images --no-trunc -q
  expect "its id" "$id" "$out"
  store save app:1
  well
  cmp out saved.tar
  store save -o other.tar nothing
  failed "No such image"
  [[ ! -e other.tar ]]
}

podman_loads_what_is_saved() {
  command -v podman >/dev/null || skip "needs podman"
  is_root && ! is_mapped_root || skip "needs root of the host"
  make_layer a f:x:644:1
  make_image app:1 '{}' a
  store load -i image.tar
  store images --no-trunc -q
  local id=${out#sha256:} podman=(podman --root "$PWD/p" --runroot "$PWD/r" --storage-driver vfs)
  store save -o saved.tar app:1
  run "${podman[@]}" load -i saved.tar
  local loaded=$code
  if ((loaded == 0)); then
    run "${podman[@]}" images --no-trunc -q
    local podmans_id=$out
    run "${podman[@]}" save --format oci-archive -o back.tar docker.io/library/app:1
    "${podman[@]}" rmi -a -f >/dev/null 2>&1 || true
  fi
  rm -f /dev/shm/libpod_lock
  ((loaded == 0)) || skip "podman does not work here: ${err##*$'\n'}"
  expect "podman's id" "sha256:$id" "$podmans_id"
  store load -i back.tar
  well
  expect "what load says" "Loaded image: app:1" "$out"
}

imports_files() {
  make_layer a f:x:644:1
  store import a.tar plain:1
  well
  expect_match "$out" '^sha256:[0-9a-f]{64}$'
  run quiet --data-root "$PWD/data" import - <a.tar
  well
  store images --filter dangling=true -q
  expect "the second is the first, but for its time" 1 "$(wc -l <<<"$out")"
  store import a.tar 'BAD NAME'
  expect_code 1
  expect_has "$err" "invalid reference format"
}

keeps_what_a_file_is() {
  make_layer a d:dir:2750 mtime=86400,f:dir/f:4711:x s:dir/s:gone h:dir/h:dir/f \
    xattr=user.a=b,f:x:600 mtime=3,d:dir/d p:p
  store import a.tar x
  well
  local at
  at=$(files_of a)
  expect "a directory" "2750 directory" "$(stat -c '%a %F' "$at/dir")"
  expect "a file" "4711 86400 2" "$(stat -c '%a %Y %h' "$at/dir/f")"
  expect "a link" gone "$(readlink "$at/dir/s")"
  expect "a directory's time" 3 "$(stat -c %Y "$at/dir/d")"
  expect "a pipe" fifo "$(stat -c %F "$at/p")"
  ! command -v getfattr >/dev/null ||
    expect "an attribute" b "$(getfattr --only-values -n user.a "$at/x" 2>/dev/null)"
}

whiteouts_are_overlays() {
  make_layer a f:d/.wh.gone f:d/.wh..wh..opq f:.wh..wh.plnk d:was f:.wh.was f:.wh.turned f:turned/x:644:1
  store import a.tar x
  well
  local at
  at=$(files_of a)
  expect "a whiteout" "character special file 0 0" "$(stat -c '%F %t %T' "$at/d/gone")"
  expect "what is in the layer" "d turned was" "$(cd "$at" && echo *)"
  expect "what came behind its whiteout" x "$(ls "$at/turned")"
}

# A byte of a document in the store is another one now.
damage() { # damage FILE
  printf x | dd of="data/images/$(blob "$1")" conv=notrunc status=none
}
# What is listed is all that there is; the warning says what to do.
expect_damage() { # expect_damage FILE
  run "$CHMDOCKER" --data-root "$PWD/data" images --format '{{.Repository}} {{.CreatedSince}}'
  expect_code 0
  expect_match "$out" $'^good [0-9]+ [a-z]+ ago\nbad damaged$'
  expect_has "$err" "image bad:latest is damaged: blob sha256:$(sum "$1")"
  expect_has "$err" "chmdocker rmi bad:latest"
  store run --rm bad
  expect_code 125
  expect_has "$err" "load it again"
}

a_damaged_image_hides_no_other() {
  local document
  make_layer a f:x:644:1
  make_image good '{}' a
  store load -i image.tar
  make_layer b f:x:644:2
  make_config '{"Cmd": ["/y"]}' b
  make_oci reg.io/bad:latest b.tar
  mv image.tar bad.tar
  for document in config.json m.json; do
    store load -i bad.tar
    store tag reg.io/bad:latest bad
    store rmi reg.io/bad:latest
    damage "$document"
    expect_damage "$document"
    # Others can come and go meanwhile.
    store import a.tar other
    well
    store rmi other
    well
    # It is mended by what it came from, too.
    store load -i bad.tar
    well
    store inspect -f '{{.Config.Cmd}}' bad
    expect "the mended one" "[/y]" "$out"
    damage "$document"
    store rmi -f bad reg.io/bad:latest
    well
    expect_match "$out" 'Deleted: sha256:'
  done
  store rmi good
  expect_empty_store
}

asking_makes_no_store() {
  local words
  for words in "nothing" "--type image nothing" "--type container nothing"; do
    # shellcheck disable=SC2086
    store inspect $words
    failed "No such"
    [[ ! -e data ]]
  done
}

# What a terminal shows that chmdocker has as its standard error.
on_terminal() { # on_terminal WORD...
  "$BIN/pty" 24x80 "$CHMDOCKER" --data-root "$PWD/data" "$@" <<<$'drain\nstatus 0' >screen
}
# The line is there once at least, and gone at the end.
expect_progress() { # expect_progress TEXT REST
  local screen
  screen=$(<screen)
  expect_has "$screen" $'\r'"$1"
  expect "what is left" "$2" "$(tr -d '\r' <<<"${screen##*$'\r\e[K'}")"
}

shows_progress() {
  head -c 3000000 /dev/zero >big
  make_layer a f:x:644:@big
  make_image app:1 '{}' a
  on_terminal load -i image.tar
  expect_progress 'Reading ' 'Loaded image: app:1'
  expect_match "$(<screen)" 'Reading [0-9.]+[kM]?B / 3\.0[0-9]MB \[[=>].*\] [0-9]+%'
  on_terminal load -q -i image.tar
  expect "quiet" 'Loaded image: app:1' "$(tr -d '\r' <screen)"
  on_terminal save -o saved.tar app:1
  expect_progress 'Saving ' ''
  expect_match "$(<screen)" 'Saving 3.*MB / 3.*MB \[=+\] 100%'
  # Of a pipe it is not known how much there will be.
  "$BIN/pty" 24x80 /bin/sh -c "cat a.tar | '$CHMDOCKER' --data-root data import - plain" \
    <<<$'drain\nstatus 0' >screen
  expect_match "$(<screen)" $'\rReading [0-9.]+[kM]?B'
  expect_no "$(<screen)" %
  # Nobody sees it.
  store save -o saved.tar app:1
  well
  store load -i image.tar
  well
}

refuses_others_directories() {
  mkdir data
  chmod 777 data
  store images
  failed "others may write to it"
}

words_are_checked() {
  store load -i nothing
  failed '"nothing": ENOENT'
  store tag one
  expect_code 1
  store rmi nothing
  failed "Error: No such image: nothing"
  store rmi -f nothing
  well
}

a_killed_import_leaves_nothing_for_long() {
  make_layer a f:x:644:1
  store import a.tar x
  # As it would be, had it been killed.
  mkdir -p data/layers/.layer/fs/deep
  echo half >data/images/blobs/sha256/.blob1
  store import a.tar y
  well
  expect "what is left" "" "$(find data -name '.layer' -o -name '.blob*')"
}

check "load takes docker's archives" loads_dockers_archive
check "load takes OCI's archives, gzip and zstd" loads_what_is_compressed
check "an image may have many names" one_image_has_many_names
check "a name moves to the image that comes later" a_name_moves
check "layers are kept once, and as long as they are needed" layers_are_shared
check "inspect, history and images show an image" shows_all_that_is_known
check "save makes what load takes, always the same" saves_what_can_be_loaded
check "podman loads what save makes, and the reverse" podman_loads_what_is_saved
check "import takes an archive of files" imports_files
check "modes, times, links and attributes are kept" keeps_what_a_file_is
check "whiteouts are as overlayfs has them" whiteouts_are_overlays
check "a damaged image hides no other, is mended and removed" a_damaged_image_hides_no_other
check "inspect of what is not there makes no store" asking_makes_no_store
check "a terminal shows how far load, save and import are" shows_progress
check "a directory that others may write is refused" refuses_others_directories
check "words that are wrong are told" words_are_checked
check "what a killed command left is removed" a_killed_import_leaves_nothing_for_long
finish
