#!/usr/bin/env bash
# Makes an OCI layout with an image of one layer, the same bytes for the same files:
#
#   make_layout.sh OUTPUT CONFIG [file SOURCE PATH | link TARGET PATH]...
#
# CONFIG is the JSON of the image's "config". PATH is one in the image.
set -euo pipefail
export LC_ALL=C
umask 022

output=$1 config=$2
shift 2

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

put() { # put file|link SOURCE PATH
  local path=$scratch/root/$3
  mkdir -p "$(dirname "$path")"
  case $1 in
    file) cp -RL -- "$2" "$path" ;;
    link) ln -s -- "$2" "$path" ;;
    *) return 1 ;;
  esac
}

sum() { sha256sum "$1" | cut -d ' ' -f 1; }

# keep_blob FILE TYPE: moves it into the layout, and prints its descriptor.
keep_blob() {
  local hex size
  hex=$(sum "$1")
  size=$(stat -c %s "$1")
  mv -- "$1" "$output/blobs/sha256/$hex"
  printf '"mediaType":"%s","digest":"sha256:%s","size":%s' "$2" "$hex" "$size"
}

mkdir -p "$scratch/root" "$output/blobs/sha256"
while (($# > 0)); do
  put "$1" "$2" "$3"
  shift 3
done
chmod -R u=rwX,go=rX "$scratch/root"
tar -C "$scratch/root" --sort=name --format=gnu --mtime=@0 --owner=0 --group=0 \
  --numeric-owner -cf "$scratch/layer" .

printf '{"created":"1970-01-01T00:00:00Z","architecture":"amd64","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$config" "$(sum "$scratch/layer")" >"$scratch/config"
layer=$(keep_blob "$scratch/layer" application/vnd.oci.image.layer.v1.tar)
config=$(keep_blob "$scratch/config" application/vnd.oci.image.config.v1+json)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{%s},"layers":[{%s}]}' \
  "$config" "$layer" >"$scratch/manifest"
manifest=$(keep_blob "$scratch/manifest" application/vnd.oci.image.manifest.v1+json)
printf '{"schemaVersion":2,"manifests":[{%s}]}' "$manifest" >"$output/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$output/oci-layout"
