#!/bin/sh
# toplevel.sh - the entries at the top of the tree are fixed; nothing else is put there.
set -eu
export LC_ALL=C

wanted='.ci
.clang-format
.clang-tidy
.editorconfig
.gitignore
CHANGELOG.md
LICENSE
Makefile
README.md
assets
reportgen
scanner
templates
tests'

# In a clone: what git knows or would add. In an unpacked archive: what lies there, but for build/.
if test -e .git; then
    found=$(git ls-files --cached --others --exclude-standard | cut -d/ -f1 | sort -u)
else
    found=$(find . -mindepth 1 -maxdepth 1 ! -name build ! -name '*~' | cut -c3- | sort)
fi

bad=0
for entry in $found; do
    echo "$wanted" | grep -qxF -e "$entry" || {
        echo "$entry:1: not one of the entries that stand at the top: see tests/lint/toplevel.sh"
        bad=1
    }
done
for entry in $wanted; do
    echo "$found" | grep -qxF -e "$entry" || {
        echo "$entry:1: is missing at the top"
        bad=1
    }
done
exit $bad
