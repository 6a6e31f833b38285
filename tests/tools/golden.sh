#!/bin/sh
# golden.sh - run the golden cases: commands whose whole output is kept beside them. Prints TAP.
#
# usage: golden.sh [--update] PROGRAM
# A case is a directory tests/golden/<case>/ with
#   command           a line of shell; `reportgen` in it is PROGRAM
#   input/            copied into the directory it runs in (optional)
#   expected/stdout   what it prints
#   expected/exit     its exit status
#   expected/files/   files that it must have written, byte for byte (optional)
# To add one: make the directory with `command`, run `make golden-update`, read the diff.
set -eu
export LC_ALL=C TZ=UTC

update=
if test "${1-}" = --update; then
    update=yes
    shift
fi
program=$(cd "$(dirname "$1")" && pwd)
PATH=$program:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run_case CASE - leaves stdout, exit and the directory `run` in $work.
run_case() {
    rm -rf "$work/run"
    mkdir "$work/run"
    test ! -d "$1/input" || cp -R "$1/input/." "$work/run"
    command=$(pwd)/$1/command
    status=0
    (cd "$work/run" && HOME=$work/home sh "$command") > "$work/stdout" 2> "$work/stderr" || status=$?
    echo $status > "$work/exit"
}

# rewrite CASE - what just came out is what is expected from now on.
rewrite() {
    mkdir -p "$1/expected"
    cp "$work/stdout" "$work/exit" "$1/expected/"
    test ! -d "$1/expected/files" || (cd "$1/expected/files" && find . -type f) |
        while read -r file; do cp "$work/run/$file" "$1/expected/files/$file"; done
}

# differences CASE - prints them as TAP comments; nothing when there are none.
differences() {
    {
        diff -u "$1/expected/stdout" "$work/stdout"
        diff -u "$1/expected/exit" "$work/exit" || sed 's/^/stderr: /' "$work/stderr"
        test ! -d "$1/expected/files" || (cd "$1/expected/files" && find . -type f) |
            while read -r file; do diff -u "$1/expected/files/$file" "$work/run/$file"; done
    } 2>&1 | sed 's/^/# /'
}

n=0
failed=0
for command in tests/golden/*/command; do
    test -e "$command" || continue
    dir=${command%/command}
    n=$((n + 1))
    run_case "$dir"
    test -z "$update" || rewrite "$dir"
    if differences "$dir" > "$work/differences" && test ! -s "$work/differences"; then
        echo "ok $n - ${dir##*/}"
    else
        echo "not ok $n - ${dir##*/}"
        head -n 40 "$work/differences"
        failed=1
    fi
done
echo "1..$n"
exit $failed
