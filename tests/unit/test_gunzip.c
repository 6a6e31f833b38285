/* test_gunzip.c - unpacking gzip: whole, cut off, damaged, and larger than allowed. */
#include "base/gunzip.h"
#include "base/limits.h"
#include "gzipped.h"

static int take(void *context, const char *bytes, size_t len, struct error *err)
{
    (void)err;
    strbuf_add(context, bytes, len);
    return 0;
}

static int unpack(const struct strbuf *packed, size_t max, struct strbuf *out, struct error *err)
{
    struct gunzip_sink sink = {take, out};

    return gunzip(packed->buf, packed->len, max, &sink, err);
}

TEST(what_was_packed_comes_out)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB), packed = STRBUF_INIT(MIB),
                                 out = STRBUF_INIT(MIB);
    struct error err = {0};

    for (int i = 0; i < 40000; i++)
        strbuf_addf(&text, "%d ", i * 7919 % 10007);
    gzip_add(&packed, text.buf, text.len);
    expect_ok(unpack(&packed, MIB, &out, &err), err);
    assert_int_equal(out.len, text.len);
    assert_memory_equal(out.buf, text.buf, text.len);
}

TEST(several_members_are_one_text)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(MIB), out = STRBUF_INIT(MIB);
    struct error err = {0};

    gzip_add(&packed, "one ", 4);
    gzip_add(&packed, "", 0);
    gzip_add(&packed, "two", 3);
    expect_ok(unpack(&packed, MIB, &out, &err), err);
    assert_string_equal(out.buf, "one two");
}

TEST(every_cut_and_every_flipped_byte_is_found)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(MIB), out = STRBUF_INIT(MIB);
    struct error err = {0};
    size_t whole;

    gzip_add(&packed, "some text that is packed, some text", 35);
    whole = packed.len;
    for (size_t len = 0; len < whole; len++) {
        packed.len = len;
        assert_int_equal(unpack(&packed, MIB, &out, &err), -1);
        expect_error(err, ERR_FORMAT, "gzip: ");
    }
    packed.len = whole;
    for (size_t i = 10; i < whole; i++) { /* the header's time and system may be anything */
        strbuf_clear(&out);
        packed.buf[i] ^= 1;
        assert_int_equal(unpack(&packed, MIB, &out, &err), -1);
        expect_error(err, ERR_FORMAT, "gzip: ");
        packed.buf[i] ^= 1;
    }
}

TEST(what_follows_must_be_gzip_too)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(MIB), out = STRBUF_INIT(MIB);
    struct error err = {0};

    gzip_add(&packed, "text", 4);
    strbuf_addstr(&packed, "and more of it");
    assert_int_equal(unpack(&packed, MIB, &out, &err), -1);
    expect_error(err, ERR_FORMAT, "gzip: incorrect header");
}

/* A million bytes of nothing take a thousand: unpacking ends where the caller says. */
TEST(a_bomb_is_stopped)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(MIB), out = STRBUF_INIT(2 * MIB);
    static char zeros[MIB];
    struct error err = {0};

    gzip_add(&packed, zeros, sizeof zeros);
    assert_true(packed.len < 2000);
    assert_int_equal(unpack(&packed, 100000, &out, &err), -1);
    expect_error(err, ERR_LIMIT, "larger than 100000 bytes unpacked");
    assert_true(out.len <= 100000);
    expect_ok(unpack(&packed, MIB, &out, &err), err);
}

static int refuse(void *context, const char *bytes, size_t len, struct error *err)
{
    (void)context;
    (void)bytes;
    return fail(err, ERR_CONFIG, "no more after %zu", len);
}

TEST(the_sink_may_end_it)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(MIB);
    struct gunzip_sink sink = {refuse, NULL};
    struct error err = {0};

    gzip_add(&packed, "text", 4);
    assert_int_equal(gunzip(packed.buf, packed.len, MIB, &sink, &err), -1);
    expect_error(err, ERR_CONFIG, "no more after 4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_comes_out),
        cmocka_unit_test(several_members_are_one_text),
        cmocka_unit_test(every_cut_and_every_flipped_byte_is_found),
        cmocka_unit_test(what_follows_must_be_gzip_too),
        cmocka_unit_test(a_bomb_is_stopped),
        cmocka_unit_test(the_sink_may_end_it),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
