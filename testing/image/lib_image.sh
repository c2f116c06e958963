# shellcheck shell=bash
# What the scripts of this folder share: archives of images, made by maketar.
#
# shellcheck disable=SC2154
# shellcheck source=../integration/lib.sh
source "$STAGE/test/lib.sh"

readonly MAKETAR=$BIN/maketar

# chmdocker with a store of the case's own. `images` and what follows it are
# words of the command line.
store() { run quiet --data-root "$PWD/data" "$@"; }

sum() { sha256sum "$1" | cut -d ' ' -f 1; }

# make_layer NAME ENTRY...: NAME.tar.
make_layer() { "$MAKETAR" "${@:2}" >"$1.tar"; }

# make_config CONFIG LAYER...: config.json, with CONFIG as its "config".
make_config() {
  local ids=() layer
  for layer in "${@:2}"; do ids+=("\"sha256:$(sum "$layer.tar")\""); done
  local IFS=,
  cat >config.json <<END
{"created": "2024-05-06T07:08:09Z", "architecture": "amd64", "os": "linux",
 "config": $1, "rootfs": {"type": "layers", "diff_ids": [${ids[*]}]},
 "history": [{"created_by": "test"}]}
END
}

# make_image NAME CONFIG LAYER...: image.tar as docker saves it.
make_image() {
  local files=() names=() layer
  make_config "${@:2}"
  for layer in "${@:3}"; do
    files+=("f:$layer/layer.tar:644:@$layer.tar")
    names+=("\"$layer/layer.tar\"")
  done
  local IFS=,
  echo "[{\"Config\": \"c.json\", \"RepoTags\": [\"$1\"], \"Layers\": [${names[*]}]}]" >manifest
  "$MAKETAR" "f:c.json:644:@config.json" "${files[@]}" \
    "f:manifest.json:644:@manifest" >image.tar
}

blob() { # blob FILE: the name that OCI gives it
  echo "blobs/sha256/$(sum "$1")"
}

descriptor() { # descriptor TYPE FILE
  echo "\"mediaType\": \"$1\", \"digest\": \"sha256:$(sum "$2")\", \"size\": $(stat -c %s "$2")"
}

# make_oci NAME FILE...: image.tar as OCI has it, of config.json and layers, and
# the words for maketar in $oci.
make_oci() {
  local layers=() layer
  oci=("f:$(blob config.json):644:@config.json")
  for layer in "${@:2}"; do
    layers+=("{$(descriptor application/vnd.oci.image.layer.v1.tar "$layer")}")
    oci+=("f:$(blob "$layer"):644:@$layer")
  done
  local IFS=,
  echo "{\"schemaVersion\": 2, \"config\": {$(descriptor application/vnd.oci.image.config.v1+json config.json)}, \"layers\": [${layers[*]}]}" >m.json
  echo "{\"schemaVersion\": 2, \"manifests\": [{$(descriptor application/vnd.oci.image.manifest.v1+json m.json), \"annotations\": {\"org.opencontainers.image.ref.name\": \"$1\"}}]}" >index.json
  oci+=("f:$(blob m.json):644:@m.json" "f:index.json:644:@index.json"
    'f:oci-layout:644:{"imageLayoutVersion":"1.0.0"}')
  "$MAKETAR" "${oci[@]}" >image.tar
}

# The directory of a layer's files.
files_of() { # files_of LAYER
  echo "data/layers/$(sum "$1.tar")/fs"
}

# What else could be left: a store that is empty has these, and locks.
expect_empty_store() {
  local left
  left=$(find data \( -type f -o -type l \) ! -name .lock ! -name 'events.json*' ! -name index.json ! -name oci-layout)
  expect "files of the store" "" "$left"
  expect "layers" "" "$(ls data/layers)"
  expect "containers" "" "$(ls data/containers)"
}

# The command failed as docker's do.
failed() { # failed TEXT
  expect_code 1
  expect_has "$err" "$1"
}
