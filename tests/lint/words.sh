#!/bin/sh
# words.sh - no path of a developer's machine, no unfinished-work marks, no tab or trailing space.
set -eu
export LC_ALL=C

bad=0
# complain PATTERN REASON FILE... - grep -E; a line that matches is an error.
complain() {
    pattern=$1
    reason=$2
    shift 2
    found=$(grep -nIE -e "$pattern" -- "$@" /dev/null | sed "s|\$|    <- $reason|") || test $? -eq 1
    test -z "$found" || {
        echo "$found"
        bad=1
    }
}

# Names of files here have no spaces: embed.sh and toplevel.sh see to that.
sources=$(find scanner reportgen templates tests .ci -type f ! -name '*.pyc' \
    ! -path 'tests/fuzz/corpus/*' ! -path 'tests/golden/*' ! -path tests/lint/words.sh | sort)
texts="$sources $(find assets -type f | sort) README.md CHANGELOG.md Makefile"

# shellcheck disable=SC2086
complain '(^|[^A-Za-z0-9._-])/(work|root|home|Users)/[A-Za-z0-9.]' "a path of somebody's machine" $texts
# shellcheck disable=SC2086
complain '\<(TODO|FIXME|XXX|HACK|lorem ipsum)\>' "unfinished" $sources
code=$(find scanner reportgen tests -name '*.[ch]' -o -name '*.py' -o -name '*.sh' | sort)
# shellcheck disable=SC2086
complain "$(printf '\t')" "a tab" $code
# shellcheck disable=SC2086
complain ' $' "a space at the end" $code
exit $bad
