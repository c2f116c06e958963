#!/usr/bin/env bash
# What shells and man(1) are given.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

readonly DATA=$STAGE/tmp/data STATE=$STAGE/tmp/state

# complete WORD...: what bash offers for the last word.
complete_words() {
  mkdir -p bin
  printf '#!/bin/sh\nexec "%s" --root "%s" --data-root "%s" "$@"\n' "$CHMDOCKER" "$STATE" "$DATA" >bin/chmdocker
  chmod +x bin/chmdocker
  # shellcheck disable=SC2016
  PATH=$PWD/bin:$PATH bash -c '
    source <(chmdocker completion bash)
    COMP_WORDS=(chmdocker "$@") COMP_CWORD=$#
    _chmdocker
    printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}

bash_completes() {
  expect "commands" $'load\nlogs' "$(complete_words lo | sort)"
  expect "commands" $'rename\nrestart\nrestore\nresume' "$(complete_words re | sort)"
  expect_line "$(complete_words --lo)" --log-level
  expect_line "$(complete_words run --det)" --detach
  expect "of another command" "" "$(complete_words logs --det)"
  expect "not for callers" "" "$(complete_words ende)"
}

containers_are_completed() {
  local first second
  first=$(quiet --root "$STATE" --data-root "$DATA" run -d --name web-one /bin/true)
  second=$(quiet --root "$STATE" --data-root "$DATA" run -d --name web-two /bin/true)
  expect "names" $'web-one\nweb-two' "$(complete_words logs web | sort)"
  expect "behind a flag" web-one "$(complete_words logs -f web-o)"
  quiet --root "$STATE" --data-root "$DATA" rm -f "$first" "$second" >/dev/null
  rm -r "$DATA"
}

other_shells() {
  "$CHMDOCKER" completion zsh >zsh
  "$CHMDOCKER" completion fish >fish
  expect_line "$(cat zsh)" 'autoload -Uz bashcompinit && bashcompinit'
  expect_has "$(cat fish)" "complete -c chmdocker -n '__fish_seen_subcommand_from logs' -l follow -s f"
  run "$CHMDOCKER" completion tcsh
  expect_code 125
  expect_has "$err" "bash, zsh or fish"
  run "$CHMDOCKER" completion
  expect_code 125
  for shell in zsh fish; do
    command -v "$shell" >/dev/null || continue
    "$shell" -n "$shell"
  done
}

manual_page() {
  "$CHMDOCKER" man >page
  expect_line "$(cat page)" '.SS chmdocker logs [options] CONTAINER'
  expect_line "$(cat page)" '.B \-\-detach, \-d'
  # Nothing that groff would take for a request of its own.
  expect "requests" "" "$(grep -E "^['.]" page | grep -vE '^\.(TH|SH|SS|TP|B|PP)( |$)')"
  command -v man >/dev/null || skip "man is not installed"
  man --warnings -E UTF-8 -l -Tutf8 -Z ./page 2>warnings >/dev/null
  expect "warnings" "" "$(cat warnings)"
}

check "bash completes commands and flags" bash_completes
check "bash completes containers" containers_are_completed
check "zsh and fish" other_shells
check "the manual page" manual_page
finish
