#!/bin/sh
# coverage.sh - unit, fuzz-replay, golden and end-to-end tests under gcov; lines executed per file.
#
# The figures are of the program's own code, not of the tests'. Full listings: build/coverage/gcov/.
set -eu

find build/coverage -name '*.gcda' -exec rm -f {} + 2>/dev/null || mkdir -p build/coverage
status=0
VARIANT=coverage CC=gcc sh tests/tools/check.sh unit fuzz-replay golden e2e || status=1

rm -rf build/coverage/gcov
mkdir -p build/coverage/gcov
top=$(pwd)
cd build/coverage/gcov
find "$top/build/coverage/obj/scanner" "$top/build/coverage/obj/reportgen" -name '*.gcno' | sort |
    while read -r notes; do
        (cd "$top" && gcov -n -r -s "$top" "$notes" 2>/dev/null)
    done | awk -F "'" '
    /^File / { file = $2 }
    /^Lines executed:/ && file ~ /^(scanner|reportgen)\/.*\.c$/ {
        split($0, part, /[:%]| of /)
        lines[file] = part[4]
        hit[file] = part[2] * part[4] / 100
        file = ""
    }
    END {
        for (file in lines) {
            printf "%6.1f %%  %5d  %s\n", 100 * hit[file] / lines[file], lines[file], file | "sort -k3"
            all += lines[file]
            executed += hit[file]
        }
        close("sort -k3")
        if (all)
            printf "%6.1f %%  %5d  all\n", 100 * executed / all, all
    }'
exit $status
