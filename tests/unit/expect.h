/* expect.h - cmocka, and what tests of the base layer expect of errors. */
#ifndef TESTS_UNIT_EXPECT_H
#define TESTS_UNIT_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#undef fail /* ours is a function: base/error.h */

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"

/* A test that needs nothing prepared. */
#define TEST(name) static void name(void **state __attribute__((unused)))

/* The call returned 0; its message is shown when it did not. */
#define expect_ok(call, err) expect_ok_((call), &(err), #call, __FILE__, __LINE__)

static inline void expect_ok_(int result, const struct error *err, const char *call,
                              const char *file, int line)
{
    if (result == 0)
        return;
    print_error("%s: %s: %s\n", call, error_name(err->code), err->msg);
    _fail(file, line);
}

/* The error has the code, and its message begins with `start`. Clears it for the next one. */
#define expect_error(err, code, start) expect_error_(&(err), (code), (start), __FILE__, __LINE__)

static inline void expect_error_(struct error *err, enum error_code code, const char *start,
                                 const char *file, int line)
{
    if (err->code != code || strncmp(err->msg, start, strlen(start)) != 0) {
        print_error("got:  %s: %s\nwant: %s: %s\n", error_name(err->code), err->msg,
                    error_name(code), start);
        _fail(file, line);
    }
    *err = (struct error){0};
}

/* A directory of its own for a test program, removed again by expect_dir_end(). */
static inline char *expect_dir(void)
{
    static char dir[64];

    (void)snprintf(dir, sizeof dir, "%s", "/tmp/reportgen-unit-XXXXXX");
    assert_non_null(mkdtemp(dir));
    return dir;
}

#define RUN_TESTS(tests, setup, teardown) \
    cmocka_run_group_tests_name(__FILE__, (tests), (setup), (teardown))

#endif
