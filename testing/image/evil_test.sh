#!/usr/bin/env bash
# Archives that mean harm: nothing outside of the layer is touched, an error says
# why, and nothing of the image is left.
#
# What lib.sh and lib_image.sh set is theirs:
# shellcheck disable=SC2154
# shellcheck source=lib_image.sh
source "$(dirname "$0")/../bin/lib_image.sh"

# refuses TEXT ENTRY...: as an archive of files, and as the layer of an image.
refuses() {
  mkdir victim
  echo mine >victim/file
  make_layer evil "${@:2}"
  store import evil.tar evil
  failed "$1"
  expect_empty_store
  make_image evil '{}' evil
  store load -i image.tar
  failed "$1"
  expect_empty_store
  expect "the images" "" "$(quiet --data-root "$PWD/data" images -q)"
  unharmed
}

# What is outside of the store is as it was.
unharmed() {
  expect "a file outside" mine "$(cat victim/file)"
  expect "files outside" file "$(ls victim)"
  expect "links to it" 1 "$(stat -c %h victim/file)"
  expect "new files" "" "$(find . -name PLANTED)"
}

absolute_name() { refuses "is an absolute path" "f:$PWD/victim/PLANTED"; }
dots() { refuses "leads out of the archive" f:../../../victim/PLANTED; }
dots_behind() { refuses "leads out of the archive" f:a/b/../../../PLANTED; }
through_link() { refuses "is no directory" "s:l:$PWD/victim" f:l/PLANTED; }
through_relative_link() { refuses "is no directory" s:l:../../../victim f:l/PLANTED; }
through_late_link() {
  refuses "is no directory" d:a f:a/f "s:a:$PWD/victim" f:a/PLANTED
}
hardlink_out() { refuses "leads out of the archive" h:h:../../../victim/file; }
hardlink_absolute() { refuses "is an absolute path" "h:h:$PWD/victim/file"; }
hardlink_through_link() {
  refuses "is not in the archive" "s:d:$PWD/victim" h:h:d/file
}
hardlink_to_nothing() { refuses "is not in the archive" h:h:nothing; }
hardlink_to_directory() { refuses "is not in the archive" d:d h:h:d; }
whiteout_of_dots() { refuses "is a whiteout of no file's name" f:a/.wh...; }
whiteout_of_dot() { refuses "is a whiteout of no file's name" f:a/.wh..; }
whiteout_of_nothing() { refuses "is a whiteout of no file's name" f:.wh.; }
whiteout_through_link() { refuses "is no directory" "s:l:$PWD/victim" f:l/.wh.file; }
link_as_root() { refuses "stands for the root" s:.:/etc; }
too_long() {
  refuses "is longer than a path may be" "f:$(printf 'a/%.0s' {1..2100})x"
}
no_such_user() { refuses "can't be" uid=4294967295,f:x; }

# The link itself is replaced, and not what it leads to.
link_is_replaced() {
  mkdir victim
  echo mine >victim/file
  make_layer a "s:x:$PWD/victim/file" f:x:644:other "s:y:$PWD/victim/file" h:z:y f:z:644:more
  store import a.tar x
  well
  unharmed
  expect "what is in its place" other "$(cat "$(files_of a)/x")"
}

# overlayfs would follow these.
no_overlay_attributes() {
  command -v getfattr >/dev/null || skip "needs getfattr"
  make_layer a xattr=user.overlay.redirect=/etc,xattr=trusted.overlay.opaque=y,xattr=user.fine=1,d:d
  store import a.tar x
  well
  expect "attributes" user.fine "$(getfattr -m - "$(files_of a)/d" 2>/dev/null | grep -v '^#' | xargs)"
}

devices() {
  make_layer a d:dev c:dev/null:1:3
  run "$CHMDOCKER" --log-format text --data-root "$PWD/data" import a.tar x
  expect_code 0
  if is_root && ! is_mapped_root; then
    expect "the device" "1 3" "$(stat -c '%t %T' "$(files_of a)/dev/null")"
  else
    expect_has "$err" "device nodes left out"
    expect "the device" "" "$(ls "$(files_of a)/dev")"
  fi
}

wrong_diff_id() {
  make_layer a f:x:644:1
  make_layer b f:x:644:2
  make_config '{}' a
  make_oci reg.io/evil b.tar
  store load -i image.tar
  failed "the image's configuration says sha256:$(sum a.tar)"
  expect_empty_store
}

wrong_digest() {
  make_layer a f:x:644:1
  make_config '{}' a
  make_oci reg.io/evil a.tar
  local i
  for i in "${!oci[@]}"; do
    [[ ${oci[i]} != *a.tar ]] || oci[i]=${oci[i]/@a.tar/other}
  done
  "$MAKETAR" "${oci[@]}" >image.tar
  store load -i image.tar
  failed "has the digest"
  expect_empty_store
}

wrong_size() {
  make_layer a f:x:644:1
  make_config '{}' a
  make_oci reg.io/evil a.tar
  sed -i 's/"size": \([0-9]*\)}\]}/"size": 1\1}]}/' m.json
  oci_again
  store load -i image.tar
  failed "and should have"
  expect_empty_store
}

# After a change of m.json.
oci_again() {
  echo "{\"manifests\": [{$(descriptor application/vnd.oci.image.manifest.v1+json m.json)}]}" >index.json
  "$MAKETAR" "f:$(blob config.json):644:@config.json" "f:$(blob a.tar):644:@a.tar" \
    "f:$(blob m.json):644:@m.json" f:index.json:644:@index.json f:oci-layout:644:x >image.tar
}

cut_off() {
  make_layer a f:x:644:@"$PROBE"
  make_image app '{}' a
  head -c 20000 image.tar >cut.tar
  store load -i cut.tar
  failed "runcated"
  expect_empty_store
  gzip -c a.tar | head -c 20000 >cut.tgz
  store import cut.tgz
  failed "runcated"
  expect_empty_store
  head -c 5000 /dev/urandom >noise
  store import noise
  failed "Unrecognized archive format"
  expect_empty_store
}

bomb() {
  is_root || skip "needs to mount a small file system"
  mkdir small
  # shellcheck disable=SC2016
  run unshare --mount --propagation private bash -c '
    mount -t tmpfs -o size=2m small small && chmod 700 small || exit 77
    head -c 64M /dev/zero >zeros
    "$1" f:zeros:644:@zeros | gzip -1 >bomb.tgz
    "$2" --log-level error --data-root "$PWD/small" import bomb.tgz
    code=$?
    find small -type f -size +100k
    exit $code' - "$MAKETAR" "$CHMDOCKER"
  [[ $code != 77 ]] || skip "needs to mount a small file system"
  failed "there is room for"
  expect "what is left of it" "" "$out"
}

documents() {
  local deep
  make_layer a f:x:644:1
  make_config '{}' a
  deep=$(printf '[%.0s' {1..100000})
  "$MAKETAR" "f:manifest.json:644:$deep" >image.tar
  store load -i image.tar
  failed "manifest.json: json"
  echo '[{"Config": "../../../victim/file", "Layers": []}]' >manifest
  "$MAKETAR" f:manifest.json:644:@manifest >image.tar
  store load -i image.tar
  failed "leads out of the archive"
  echo '[{"Config": "c.json", "Layers": []}]' >manifest
  "$MAKETAR" s:c.json:/etc/passwd f:manifest.json:644:@manifest >image.tar
  store load -i image.tar
  failed "is an absolute path"
  echo '[{"Config": "c.json", "Layers": []}]' >manifest
  head -c 5M /dev/zero >big
  "$MAKETAR" f:c.json:644:@big f:manifest.json:644:@manifest >image.tar
  store load -i image.tar
  expect_code 1
  "$MAKETAR" f:manifest.json:644:@big >image.tar
  store load -i image.tar
  failed "are allowed"
  expect_empty_store
}

check "an absolute name" absolute_name
check "a name with .. in front" dots
check "a name with .. behind" dots_behind
check "CVE-2021-32760, CVE-2025-11395: a name through a symbolic link" through_link
check "a name through a relative one" through_relative_link
check "CVE-2025-47290: a name through one in a directory's place" through_late_link
check "a hard link out by .." hardlink_out
check "a hard link out by an absolute name" hardlink_absolute
check "CVE-2021-32760: a hard link out through a symbolic link" hardlink_through_link
check "a hard link to nothing" hardlink_to_nothing
check "a hard link to a directory" hardlink_to_directory
check "a whiteout of .." whiteout_of_dots
check "a whiteout of ." whiteout_of_dot
check "a whiteout of no name" whiteout_of_nothing
check "a whiteout through a symbolic link" whiteout_through_link
check "a link as the root" link_as_root
check "a name that is too long" too_long
check "a user that can't be" no_such_user
check "a link is replaced, and not followed" link_is_replaced
check "attributes of overlayfs are dropped" no_overlay_attributes
check "devices are made by root only" devices
check "a layer with another diff id" wrong_diff_id
check "a blob with another digest" wrong_digest
check "a blob with another size" wrong_size
check "archives that are cut off, or none" cut_off
check "an archive that becomes larger than the disk" bomb
check "documents of every bad kind" documents
finish
