#!/bin/sh
# check.sh - run test suites, count every test case, end with the line "N passed, N failed".
#
# usage: check.sh all | SUITE...
# Suites: unit golden e2e fuzz-replay lint clang asan. `all` is each of them, in two lanes.
# Environment: T=name runs one test of a suite; VARIANT; CC; PYTHON. Full output: build/check/SUITE/.
# To add a suite: a function suite_NAME that calls count, a name in $lane_one or $lane_two.
set -u
test $# -gt 0 || set -- all
unset MAKEFLAGS MFLAGS MAKELEVEL

make="${MAKE:-make} --no-print-directory"
python=${PYTHON:-/usr/bin/python3}
variant=${VARIANT:-release}
only=${T:-}
out=$(pwd)/build/check/$(echo "$*${only:+-$only}" | tr ' /' '__')
lane_one="golden fuzz-replay e2e"
lane_two="clang lint unit asan"

export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1 CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# No test reads or writes the person's own configuration, keys or history.
export HOME="$out/home" XDG_CONFIG_HOME="$out/home/config" XDG_DATA_HOME="$out/home/data"
export XDG_STATE_HOME="$out/home/state" XDG_CACHE_HOME="$out/home/cache"
unset SOURCE_DATE_EPOCH NO_COLOR CDPATH

# count SUITE PASSED FAILED SKIPPED
count() {
    echo "$2 $3 $4" >> "$out/$1.count"
}

# complain TITLE FILE - show the end of a log, indented.
complain() {
    echo "FAILED $1"
    tail -n 60 "$2" | sed 's/^/    /'
}

# build SUITE WHAT... - make these; a failure is one failed test of the suite.
build() {
    suite=$1
    shift
    if ! $make -j2 "$@" > "$out/$suite-build.log" 2>&1; then
        count "$suite" 0 1 0
        complain "$suite: $make $*" "$out/$suite-build.log"
        return 1
    fi
}

# run_tap SUITE NAME COMMAND... - run a program that prints TAP; count and complain.
run_tap() {
    suite=$1
    name=$2
    shift 2
    log="$out/$suite-$name.log"
    timeout 300 "$@" > "$log" 2>&1
    status=$?
    result=$(awk -v status=$status -f tests/tools/tap.awk "$log")
    # shellcheck disable=SC2086
    count "$suite" $result
    case $result in
    *" 0 "*) ;;
    *) complain "$suite: $name (exit $status)" "$log" ;;
    esac
}

# run_one SUITE NAME COMMAND... - run a command that is one test case: good is exit 0.
run_one() {
    suite=$1
    name=$2
    shift 2
    log="$out/$suite-$name.log"
    timeout 900 "$@" > "$log" 2>&1
    status=$?
    if test $status -eq 0; then
        count "$suite" 1 0 0
    else
        count "$suite" 0 1 0
        complain "$suite: $name (exit $status)" "$log"
    fi
}

# programs FOLDER PREFIX - the names of the test programs there, without prefix and ending.
programs() {
    if test -n "$only"; then
        echo "$only"
        return
    fi
    for file in tests/"$1"/"$2"_*.c; do
        test -e "$file" || continue
        name=${file##*/"$2"_}
        echo "${name%.c}"
    done
}

# built SUITE VARIANT PATH-PREFIX NAME... - of the test programs of that name, those that build.
# One make for all of them; only when that fails, one for each, to run what can be run.
built() {
    suite=$1
    in=$2
    prefix=build/$in/tests/$3
    shift 3
    paths=
    for name; do paths="$paths $prefix$name"; done
    # shellcheck disable=SC2086
    if $make -j2 VARIANT="$in" $paths > "$out/$suite-build.log" 2>&1; then
        echo "$*"
        return
    fi
    build "$suite" VARIANT="$in" lib >&2 || return
    for name; do
        build "$suite" VARIANT="$in" "$prefix$name" >&2 && echo "$name"
    done
}

# unit_in SUITE VARIANT and replay_in SUITE VARIANT serve release and asan alike.
unit_in() {
    # shellcheck disable=SC2046
    for name in $(built "$1" "$2" unit/test_ $(programs unit test)); do
        run_tap "$1" "test_$name" "build/$2/tests/unit/test_$name"
    done
}

replay_in() {
    # shellcheck disable=SC2046
    for name in $(built "$1" "$2" fuzz/fuzz_ $(programs fuzz fuzz)); do
        run_one "$1" "fuzz_$name" "build/$2/tests/fuzz/fuzz_$name" "tests/fuzz/corpus/$name"
    done
}

suite_unit() {
    unit_in unit "$variant"
}

suite_fuzz_replay() {
    replay_in fuzz-replay "$variant"
}

suite_asan() {
    if test -z "$only"; then
        build asan VARIANT=asan -k all test-programs || return
        run_one asan demo build/asan/reportgen demo "$out/asan-demo"
        replay_in asan asan
    fi
    unit_in asan asan
}

suite_clang() {
    if build clang VARIANT=clang CC=clang -k objects; then
        count clang 1 0 0
    fi
}

suite_golden() {
    build golden VARIANT="$variant" all || return
    run_tap golden cases sh tests/tools/golden.sh "build/$variant/reportgen"
}

suite_e2e() {
    build e2e VARIANT="$variant" all || return
    rm -f "$out/e2e.xml"
    where="tests/e2e tests/fakeaws"
    test -z "$only" || where="tests/e2e/test_$only.py"
    # Most of a test of scan is waiting; so more of them run at once than there are processors.
    # shellcheck disable=SC2086
    REPORTGEN=$(pwd)/build/$variant/reportgen timeout 1200 "$python" -m pytest -q -n 4 \
        -p no:cacheprovider --rootdir=tests/e2e --junitxml="$out/e2e.xml" \
        $where > "$out/e2e-pytest.log" 2>&1
    status=$?
    result=$("$python" tests/tools/junit_count.py "$out/e2e.xml" $status)
    # shellcheck disable=SC2086
    count e2e $result
    case $result in
    *" 0 "*) ;;
    *) complain "e2e: pytest (exit $status)" "$out/e2e-pytest.log" ;;
    esac
}

suite_lint() {
    for lint in tests/lint/*.sh tests/lint/*.py; do
        test -e "$lint" || continue
        name=${lint##*/}
        case $only in
        '' | "${name%.*}") ;;
        *) continue ;;
        esac
        case $lint in
        *.py) run_one lint "${name%.*}" "$python" "$lint" ;;
        *) run_one lint "${name%.*}" sh "$lint" ;;
        esac
    done
}

# total SUITE... - sum the counts: "passed failed skipped".
total() {
    for suite; do
        test -e "$out/$suite.count" && cat "$out/$suite.count"
    done | awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }'
}

# run_suite SUITE - run it and say in one line how it went; no test at all is a failure.
run_suite() {
    began=$(date +%s)
    "suite_$(echo "$1" | tr - _)"
    test -e "$out/$1.count" || {
        count "$1" 0 1 0
        echo "FAILED $1: no test there${only:+ named $only}"
    }
    total "$1" | awk -v suite="$1" -v seconds=$(($(date +%s) - began)) \
        '{ printf "%-12s %4d tests, %d failed, %d s\n", suite, $1 + $2 + $3, $2, seconds }'
}

run_lane() {
    for suite; do
        run_suite "$suite"
    done
}

rm -rf "$out"
mkdir -p "$out/home"

if test "${1-}" = all; then
    # shellcheck disable=SC2086
    set -- build $lane_one $lane_two
    build build -k all test-programs && count build 1 0 0
    if test "$(total build)" = "1 0 0"; then
        # shellcheck disable=SC2086
        run_lane $lane_one > "$out/lane-one.txt" 2>&1 &
        lane=$!
        # shellcheck disable=SC2086
        run_lane $lane_two
        wait $lane
        cat "$out/lane-one.txt"
    fi
else
    run_lane "$@"
fi

# shellcheck disable=SC2046
set -- $(total "$@")
if test "$3" -gt 0; then
    echo "$1 passed, $2 failed, $3 skipped"
else
    echo "$1 passed, $2 failed"
fi
test "$2" -eq 0 && test "$1" -gt 0
