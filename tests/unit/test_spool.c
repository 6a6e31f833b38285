/* test_spool.c - bytes put aside come back, from memory and from the file without a name. */
#include "expect.h"

#include "base/spool.h"

/* Byte number `at` of everything that is put aside. */
static char byte_at(size_t at)
{
    return (char)(at * 2654435761u >> 13);
}

static char piece[3 * SPOOL_HELD];

static void put(struct spool *s, size_t len, size_t total)
{
    struct error err = {0};
    size_t place;

    for (size_t i = 0; i < len; i++)
        piece[i] = byte_at(total + i);
    expect_ok(spool_add(s, piece, len, &place, &err), err);
    assert_int_equal(place, total);
}

static void check(const struct spool *s, size_t place, size_t len)
{
    memset(piece, 0, len);
    spool_read(s, place, piece, len);
    for (size_t i = 0; i < len; i++)
        if (piece[i] != byte_at(place + i))
            assert_int_equal(place + i, -1);
}

TEST(what_was_put_aside_comes_back)
{
    static const size_t sizes[] = {
        0, 1,          4095, 2, SPOOL_HELD / 2, SPOOL_HELD / 2 + 7, 100, 2 * SPOOL_HELD + 3,
        5, SPOOL_HELD, 1};
    struct spool s = {0};
    size_t total = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        put(&s, sizes[i], total);
        total += sizes[i];
        check(&s, total - sizes[i], sizes[i]);
    }
    assert_true(s.file != 0 && s.held_len <= SPOOL_HELD);
    for (size_t place = 0; place + 70000 < total; place += 611953)
        check(&s, place, 70000);
    check(&s, total - 10, 10);
    spool_free(&s);
    assert_int_equal(s.written, 0);
}

TEST(a_few_bytes_touch_no_disk)
{
    struct spool s = {0};

    put(&s, SPOOL_HELD - 1, 0);
    assert_int_equal(s.file, 0);
    spool_free(&s);
}

TEST(no_room_is_told)
{
    struct spool s = {0};
    struct error err = {0};
    size_t place;

    assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
    assert_int_equal(spool_add(&s, piece, sizeof piece, &place, &err), -1);
    expect_error(err, ERR_IO, "/nowhere/at/all: a temporary file cannot be made (TMPDIR)");
    assert_int_equal(unsetenv("TMPDIR"), 0);
    spool_free(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_aside_comes_back),
        cmocka_unit_test(a_few_bytes_touch_no_disk),
        cmocka_unit_test(no_room_is_told),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
