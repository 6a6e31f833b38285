#!/bin/sh
# deps.sh - install the Debian packages that building or testing needs and that are not there.
#
# usage: deps.sh build|check
# Silent when nothing is missing. Exit 0: all there now; 3: could not, and the list was printed.
# To add one: a line in the list below, with the stage that needs it first.
set -eu

packages() {
    cat <<'LIST'
build gcc                    the C compiler
build libc6-dev              headers of the C library
build pkg-config             finds the libraries
build libcurl4-openssl-dev   HTTPS
build libssl-dev             SHA-256, signatures
build libcjson-dev           JSON
build libcmark-dev           Markdown
build libhpdf-dev            PDF
build libexpat1-dev          XML
build libcsv-dev             CSV
build libinih-dev            the files in ~/.aws
build libyaml-dev            the files of a person's own: settings, exceptions
build zlib1g-dev             deflate, gzip
build fonts-lato             the typeface of the PDF, built into the program
build fonts-jetbrains-mono   its face for identifiers, built into the program
check clang                  the second compiler, and fuzzing
check libclang-rt-14-dev     its sanitizers
check clang-format           keeps the format
check clang-tidy             finds mistakes in C
check libcmocka-dev          unit tests
check python3                end-to-end tests
check python3-pytest         end-to-end tests
check python3-pytest-xdist   runs several of them at once
check python3-jsonschema     checks the JSON that is published
check python3-lxml           checks the evidence pointers into XML
check python3-cryptography   checks signatures with other code than ours
check qpdf                   checks PDF files
check poppler-utils          reads PDF files
check util-linux             runs tests without the powers of root
check jq                     reads JSON in the documented commands
check openssl                verifies bundles as VERIFY.md says
check shellcheck             finds mistakes in shell scripts
LIST
}

case ${1-} in
build) wanted=$(packages | grep '^build ') ;;
check) wanted=$(packages) ;;
*)
    echo "usage: deps.sh build|check" >&2
    exit 2
    ;;
esac

# missing_lines - the lines of $wanted whose package dpkg does not call installed.
missing_lines() {
    names=$(echo "$wanted" | awk '{ print $2 }')
    # dpkg-query fails when it does not know one of the names; what it prints is still right.
    # shellcheck disable=SC2086
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $names 2>/dev/null |
        awk '$2 == "installed" { printf "%s ", $1 }')
    echo "$wanted" | awk -v installed=" $installed" 'index(installed, " " $2 " ") == 0'
}

# stop TEXT - say why nothing is installed, print the list, end with 3.
stop() {
    echo "$1" >&2
    echo "$lines" | sed 's/^[a-z]* /  /' >&2
    exit 3
}

lines=$wanted
command -v dpkg-query > /dev/null || stop "no dpkg here: please install, by whatever name, and then run make:"
lines=$(missing_lines)
test -n "$lines" || exit 0

command -v apt-get > /dev/null || stop "no apt-get here: please install:"
if test "$(id -u)" -eq 0; then
    as_root=
    how="with apt-get"
elif command -v sudo > /dev/null; then
    as_root=sudo
    how="with sudo apt-get"
else
    stop "not root, and no sudo here: please have these installed:"
fi

echo "installing $how, because they are missing:" >&2
echo "$lines" | sed 's/^[a-z]* /  /' >&2
names=$(echo "$lines" | awk '{ print $2 }')

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# apt ARGUMENT... - silent; what it printed stays in $log.
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 "$@" \
        > "$log" 2>&1 < /dev/null
}

# A machine whose package lists are empty or old needs the update first, others are spared it.
has_lists() {
    find /var/lib/apt/lists -name '*Packages*' 2>/dev/null | grep -q .
}
install_missing() {
    # shellcheck disable=SC2086
    apt install --no-install-recommends $names
}
{ has_lists && install_missing; } || { apt update && install_missing; } || {
    tail -n 20 "$log" >&2
    stop "apt-get failed; still wanted:"
}

lines=$(missing_lines)
test -z "$lines" || stop "apt-get ended well, yet these are missing:"
