/* test_clock.c - RFC 3339 both ways, and the date of documents. */
#include "expect.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* Well-known moments. To add one: seconds, and its texts. */
static const struct {
    time_t at;
    const char *text, *day, *minute;
} moments[] = {
    {0, "1970-01-01T00:00:00Z", "1 Jan 1970", "1 Jan 1970 00:00 UTC"},
    {951782399, "2000-02-28T23:59:59Z", "28 Feb 2000", "28 Feb 2000 23:59 UTC"},
    {951782400, "2000-02-29T00:00:00Z", "29 Feb 2000", "29 Feb 2000 00:00 UTC"},
    {1000000000, "2001-09-09T01:46:40Z", "9 Sep 2001", "9 Sep 2001 01:46 UTC"},
    {1234567890, "2009-02-13T23:31:30Z", "13 Feb 2009", "13 Feb 2009 23:31 UTC"},
    {2147483647, "2038-01-19T03:14:07Z", "19 Jan 2038", "19 Jan 2038 03:14 UTC"},
    {2147483648, "2038-01-19T03:14:08Z", "19 Jan 2038", "19 Jan 2038 03:14 UTC"},
    {4107542400, "2100-03-01T00:00:00Z", "1 Mar 2100", "1 Mar 2100 00:00 UTC"},
    {253402300799, "9999-12-31T23:59:59Z", "31 Dec 9999", "31 Dec 9999 23:59 UTC"},
};

TEST(moments_are_written)
{
    char out[CLOCK_TEXT];

    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        assert_string_equal(clock_format(moments[i].at, out), moments[i].text);
        assert_string_equal(clock_format_day(moments[i].at, out), moments[i].day);
        assert_string_equal(clock_format_minute(moments[i].at, out), moments[i].minute);
    }
    assert_string_equal(clock_format(-1, out), "1970-01-01T00:00:00Z");
    assert_string_equal(clock_format(253402300800, out), "9999-12-31T23:59:59Z");
}

TEST(moments_are_read)
{
    time_t at;

    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        assert_true(clock_parse(moments[i].text, &at));
        assert_int_equal(at, moments[i].at);
    }
}

TEST(all_days_agree_with_the_c_library)
{
    char out[CLOCK_TEXT], want[CLOCK_TEXT];

    for (time_t at = 43200; at < 253402300799; at += 86400 * 7 + 1) {
        struct tm tm;
        time_t back;

        assert_non_null(gmtime_r(&at, &tm));
        assert_true(strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0);
        assert_string_equal(clock_format(at, out), want);
        assert_true(clock_parse(out, &back));
        assert_int_equal(back, at);
    }
}

TEST(other_spellings_are_read)
{
    static const struct {
        const char *text;
        time_t at;
    } good[] = {
        {"2001-09-09T01:46:40.999999999Z", 1000000000}, {"2001-09-09T03:46:40+02:00", 1000000000},
        {"2001-09-08T20:16:40.5-05:30", 1000000000},    {"2001-09-09t01:46:40z", 1000000000},
        {"2001-09-09T01:46:40-00:00", 1000000000},      {"2016-12-31T23:59:60Z", 1483228800},
        {"2017-01-01T00:59:60+01:00", 1483228800},
    };

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        time_t at = 0;

        assert_true(clock_parse(good[i].text, &at));
        assert_int_equal(at, good[i].at);
    }
}

TEST(other_texts_are_refused)
{
    static const char *const bad[] = {
        "",
        "2026",
        "2026-11-24",
        "2026-11-24 06:14:00Z",
        "2026-11-24T06:14:00",
        "2026-11-24T06:14Z",
        "2026-11-24T06:14:00Z ",
        " 2026-11-24T06:14:00Z",
        "2026-11-24T06:14:00ZZ",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T23:60:00Z",
        "2026-01-01T12:00:60Z",
        "2026-01-01T23:59:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+02:60",
        "2026-01-01T00:00:00+0200",
        "2026-01-01T00:00:00+02",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "-026-01-01T00:00:00Z",
        "+026-01-01T00:00:00Z",
        "20x6-01-01T00:00:00Z",
        "2026-1-01T00:00:00ZZ",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        time_t at;

        if (clock_parse(bad[i], &at))
            print_error("accepted: %s\n", bad[i]);
        assert_false(clock_parse(bad[i], &at));
    }
}

/* In a child, because the first answer is kept for the run. */
static time_t document_under(const char *epoch, int *status)
{
    int fds[2];
    time_t at = -1;
    int how = 0;

    assert_int_equal(pipe(fds), 0);

    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct error err = {0};
        time_t first = 0, second = 0;

        (void)(epoch ? setenv("SOURCE_DATE_EPOCH", epoch, 1) : unsetenv("SOURCE_DATE_EPOCH"));
        if (clock_document(&first, &err) < 0)
            _exit(10 + (int)err.code);
        (void)setenv("SOURCE_DATE_EPOCH", "77", 1);
        if (clock_document(&second, &err) < 0 || first != second)
            _exit(1);
        _exit(write(fds[1], &first, sizeof first) == (ssize_t)sizeof first ? 0 : 1);
    }
    (void)close(fds[1]);
    if (read(fds[0], &at, sizeof at) != (ssize_t)sizeof at)
        at = -1;
    (void)close(fds[0]);
    assert_int_equal(waitpid(child, &how, 0), child);
    *status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    return at;
}

TEST(the_document_date_is_fixed_once)
{
    int status;

    assert_int_equal(document_under("1795500840", &status), 1795500840);
    assert_int_equal(status, 0);
    assert_int_equal(document_under("0", &status), 0);

    time_t before = clock_now();
    time_t at = document_under(NULL, &status);

    assert_in_range(at, before, clock_now());
}

TEST(a_wrong_epoch_is_refused)
{
    static const char *const bad[] = {"x",  "-1",   "1.5",          " 1",
                                      "1 ", "0x10", "253402300800", "99999999999999999999"};
    int status;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)document_under(bad[i], &status);
        assert_int_equal(status, 10 + ERR_USAGE);
    }
}

TEST(the_option_now_fixes_it_too)
{
    struct error err = {0};
    time_t at = 0;

    expect_ok(clock_set_document("2026-11-24T06:14:00Z", &err), err);
    expect_ok(clock_document(&at, &err), err);
    assert_int_equal(at, 1795500840);
    expect_ok(clock_set_document("@1000000000", &err), err);
    expect_ok(clock_document(&at, &err), err);
    assert_int_equal(at, 1000000000);
    assert_int_equal(clock_set_document("tomorrow", &err), -1);
    expect_error(err, ERR_USAGE, "\"tomorrow\": not a time");
    assert_int_equal(clock_set_document("@", &err), -1);
    assert_int_equal(clock_set_document("@-5", &err), -1);
    expect_ok(clock_document(&at, &err), err);
    assert_int_equal(at, 1000000000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_written),
        cmocka_unit_test(moments_are_read),
        cmocka_unit_test(all_days_agree_with_the_c_library),
        cmocka_unit_test(other_spellings_are_read),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(the_document_date_is_fixed_once),
        cmocka_unit_test(a_wrong_epoch_is_refused),
        cmocka_unit_test(the_option_now_fixes_it_too),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
