/* test_digest.c - SHA-256 by FIPS 180-4's examples, base64 by RFC 4648's. */
#include "expect.h"

#include "base/digest.h"
#include "base/file.h"

#define SHA_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA_448_BITS "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
#define SHA_MILLION_A "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

TEST(known_digests)
{
    static const char long_one[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    char hex[DIGEST_HEX];

    assert_string_equal(digest_bytes("", 0, hex), SHA_EMPTY);
    assert_string_equal(digest_bytes("abc", 3, hex), SHA_ABC);
    assert_string_equal(digest_bytes(long_one, 56, hex), SHA_448_BITS);
}

TEST(files_are_read_in_pieces)
{
    static char many[1000000];
    char *dir = expect_dir();
    struct arena a = {0};
    char *path = file_join(&a, dir, "many");
    struct error err = {0};
    char hex[DIGEST_HEX];
    size_t size = 0;

    memset(many, 'a', sizeof many);
    expect_ok(file_write(path, many, sizeof many, 0600, &err), err);
    expect_ok(digest_file(path, sizeof many, hex, &size, &err), err);
    assert_string_equal(hex, SHA_MILLION_A);
    assert_int_equal(size, sizeof many);
    expect_ok(digest_file(path, sizeof many, hex, NULL, &err), err);
    assert_int_equal(digest_file(path, sizeof many - 1, hex, &size, &err), -1);
    expect_error(err, ERR_LIMIT, path);
    assert_int_equal(digest_file(dir, 100, hex, &size, &err), -1);
    expect_error(err, ERR_IO, dir);
    assert_int_equal(digest_file(file_join(&a, dir, "none"), 100, hex, &size, &err), -1);
    expect_error(err, ERR_MISSING, dir);
    expect_ok(file_remove_tree(dir, &err), err);
    arena_free(&a);
}

/* RFC 4648 section 10. */
static const char *const pairs[][2] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

TEST(base64_examples)
{
    struct error err = {0};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        cleanup_strbuf struct strbuf text = STRBUF_INIT(100);
        cleanup_strbuf struct strbuf bytes = STRBUF_INIT(100);

        base64_encode(&text, pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(text.buf, pairs[i][1]);
        expect_ok(base64_decode(&bytes, text.buf, text.len, &err), err);
        assert_string_equal(bytes.buf, pairs[i][0]);
    }
}

TEST(base64_of_all_bytes_and_lengths)
{
    struct error err = {0};
    char bytes[300];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 37);
    for (size_t len = 0; len < sizeof bytes; len++) {
        cleanup_strbuf struct strbuf text = STRBUF_INIT(1000);
        cleanup_strbuf struct strbuf back = STRBUF_INIT(1000);

        base64_encode(&text, bytes, len);
        assert_int_equal(text.len, (len + 2) / 3 * 4);
        expect_ok(base64_decode(&back, text.buf, text.len, &err), err);
        assert_int_equal(back.len, len);
        assert_memory_equal(back.buf, bytes, len);
    }
}

TEST(loose_base64_is_refused)
{
    static const char *const bad[] = {
        "Zg",       "Zg=",       "Zg===",      "Z===", "====", "=",        "Zm9v\n",
        "Zm 9v===", "Zm9v Zg==", "Zm-_",       "Zh==", "Zm9=", "Zg==Zm9v", "Zm9v=A==",
        "Z=9v",     "Zm9v\nZg=", "\xC3\xA9==", "Zm=v", "Zg=A",
    };
    cleanup_strbuf struct strbuf out = STRBUF_INIT(100);
    struct error err = {0};

    strbuf_addstr(&out, "kept");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(base64_decode(&out, bad[i], strlen(bad[i]), &err), -1);
        expect_error(err, ERR_FORMAT, "base64: ");
        assert_string_equal(out.buf, "kept");
    }
    assert_int_equal(base64_decode(&out, "Zm9\0", 4, &err), -1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_digests),
        cmocka_unit_test(files_are_read_in_pieces),
        cmocka_unit_test(base64_examples),
        cmocka_unit_test(base64_of_all_bytes_and_lengths),
        cmocka_unit_test(loose_base64_is_refused),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
