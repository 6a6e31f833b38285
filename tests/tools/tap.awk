# tap.awk - count the test cases of one program's TAP output: prints "passed failed skipped".
#
# -v status=N is the program's exit status. A program that died, printed no test, fewer tests than
# it announced, or ended badly although all its tests passed, counts as one failed test more.
/^1\.\.[0-9]+/ { split($1, range, "[.][.]"); planned += range[2] }
/^(not )?ok [0-9].* # SKIP/ { skipped++; next }
/^ok [0-9]/ { passed++ }
/^not ok [0-9]/ { failed++ }
END {
    seen = passed + failed + skipped
    if (seen == 0 || seen < planned || (status != 0 && failed == 0 && skipped == 0))
        failed++
    print passed + 0, failed + 0, skipped + 0
}
