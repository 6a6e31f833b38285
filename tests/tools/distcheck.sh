#!/bin/sh
# distcheck.sh - the archive builds where it is unpacked, installs, works, and builds the same twice.
#
# usage: distcheck.sh ARCHIVE VERSION
set -eu
unset MAKEFLAGS MFLAGS MAKELEVEL

archive=$(pwd)/$1
name=reportgen-$2
make="${MAKE:-make} --no-print-directory"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for place in one a/longer/place; do
    mkdir -p "$work/$place"
    tar -xzf "$archive" -C "$work/$place"
    $make -C "$work/$place/$name" -j2 all > "$work/log" 2>&1 || {
        tail -n 30 "$work/log"
        exit 1
    }
done
cmp "$work/one/$name/build/release/reportgen" "$work/a/longer/place/$name/build/release/reportgen"
echo "both builds are the same: $(sha256sum < "$work/one/$name/build/release/reportgen" | cut -d' ' -f1)"

$make -C "$work/one/$name" install DESTDIR="$work/root" PREFIX=/usr > /dev/null
"$work/root/usr/bin/reportgen" demo "$work/demo" > "$work/log" 2>&1 || {
    tail -n 30 "$work/log"
    exit 1
}
$make -C "$work/one/$name" uninstall DESTDIR="$work/root" PREFIX=/usr > /dev/null
left=$(find "$work/root" -type f)
test -z "$left" || {
    echo "uninstall left $left"
    exit 1
}
echo "$1: builds, installs, runs the demo, uninstalls"
