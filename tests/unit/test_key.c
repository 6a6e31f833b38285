/* test_key.c - signing keys: made once, kept private, named and used. */
#include "pack_fixture.h"

#include <stdio.h>
#include <sys/stat.h>

#include <openssl/ecdsa.h>
#include <openssl/pem.h>

#include "base/env.h"

/* A private key of any kind at `path`, written by OpenSSL itself. */
static void write_key(const char *path, EVP_PKEY *pkey, const char *passphrase)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_int_equal(PEM_write_PKCS8PrivateKey(out, pkey, passphrase ? EVP_aes_128_cbc() : NULL,
                                               passphrase, passphrase ? (int)strlen(passphrase) : 0,
                                               NULL, NULL),
                     1);
    fclose(out);
    EVP_PKEY_free(pkey);
    assert_int_equal(chmod(path, 0600), 0);
}

static void a_new_key_is_private(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    const char *path = key_file(f, "a/b/new.pem");
    struct stat st;

    assert_good(key_make(path, &err), err);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(stat(key_file(f, "a/b"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_non_null(strstr(get_text(f, f->dir, "a/b/new.pem", NULL), "BEGIN PRIVATE KEY"));

    struct file_list left = {0};

    assert_good(file_walk(key_file(f, "a"), 10, &f->arena, &left, &err), err);
    assert_int_equal(left.count, 1);
}

static void a_key_is_never_overwritten(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    const char *before = get_text(f, f->dir, "key.pem", NULL);

    assert_code(key_make(key_file(f, "key.pem"), &err), err, ERR_IO);
    assert_string_equal(get_text(f, f->dir, "key.pem", NULL), before);
}

static void the_default_key_is_made_once(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_key struct key first = {0}, second = {0};
    bool made;

    assert_int_equal(setenv("XDG_DATA_HOME", f->dir, 1), 0);
    assert_good(key_load_default(&f->arena, &first, &made, &err), err);
    assert_true(made);
    assert_good(key_load_default(&f->arena, &second, &made, &err), err);
    assert_false(made);
    assert_string_equal(first.id, second.id);
    assert_string_equal(key_default_path(&f->arena, &err),
                        key_file(f, "reportgen/keys/default.pem"));
}

static void the_data_folder_follows_xdg(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    assert_int_equal(setenv("XDG_DATA_HOME", "not/absolute", 1), 0);
    assert_int_equal(setenv("HOME", "/h", 1), 0);
    assert_string_equal(env_data_path(&f->arena, "x", &err), "/h/.local/share/x");
    assert_int_equal(unsetenv("HOME"), 0);
    assert_code(!env_data_path(&f->arena, "x", &err), err, ERR_CONFIG);
    assert_int_equal(setenv("HOME", f->dir, 1), 0);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_key struct key key = {0};
    const char *path = key_file(f, "key.pem");

    assert_int_equal(chmod(path, 0640), 0);
    assert_code(key_load(path, &key, &err), err, ERR_AUTH);
    assert_non_null(strstr(err.msg, "chmod 600"));
    assert_int_equal(chmod(path, 0600), 0);
    assert_good(key_load(path, &key, &err), err);
}

static void what_is_no_key_is_refused(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_key struct key key = {0};
    cleanup_strbuf struct strbuf pem = STRBUF_INIT(LIMIT_KEY_BYTES);

    assert_code(key_load(key_file(f, "none.pem"), &key, &err), err, ERR_MISSING);
    assert_code(key_load(f->dir, &key, &err), err, ERR_IO);
    put_text(f, f->dir, "bad.pem",
             "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assert_code(key_load(key_file(f, "bad.pem"), &key, &err), err, ERR_FORMAT);
    write_key(key_file(f, "p384.pem"), EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384"), NULL);
    assert_code(key_load(key_file(f, "p384.pem"), &key, &err), err, ERR_FORMAT);
    write_key(key_file(f, "rsa.pem"), EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048), NULL);
    assert_code(key_load(key_file(f, "rsa.pem"), &key, &err), err, ERR_FORMAT);
    write_key(key_file(f, "locked.pem"), EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), "secret");
    assert_code(key_load(key_file(f, "locked.pem"), &key, &err), err, ERR_AUTH);
    assert_code(key_load_public(key_file(f, "key.pem"), &key, &err), err, ERR_FORMAT);
    assert_non_null(strstr(err.msg, "private"));
    assert_good(key_public_pem(&f->key, &pem, &err), err);
    put_text(f, f->dir, "public.pem", pem.buf);
    assert_int_equal(chmod(key_file(f, "public.pem"), 0600), 0);
    assert_code(key_load(key_file(f, "public.pem"), &key, &err), err, ERR_FORMAT);
    assert_null(key.pkey);
}

static void the_id_is_the_hash_of_the_public_key(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_key struct key key = {0};
    /* SHA-256 of the DER form, computed with: openssl pkey -pubin -outform DER | sha256sum */
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                              "-----END PUBLIC KEY-----\n";
    cleanup_strbuf struct strbuf again = STRBUF_INIT(LIMIT_KEY_BYTES);

    (void)f;
    assert_good(key_parse_public("rfc8032", pem, strlen(pem), &key, &err), err);
    assert_int_equal(key.kind, KEY_ED25519);
    assert_string_equal(key.id, "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9");
    assert_good(key_public_pem(&key, &again, &err), err);
    assert_string_equal(again.buf, pem);
}

static void sign_and_check(struct fixture *f, const struct key *key)
{
    struct error err = {0};
    struct signature sig = {.len = 0};

    (void)f;
    assert_good(key_sign(key, "hello", 5, &sig, &err), err);
    assert_good(key_check(key, "hello", 5, &sig, &err), err);
    assert_code(key_check(key, "hellp", 5, &sig, &err), err, ERR_VERIFY);
    assert_code(key_check(key, "hell", 4, &sig, &err), err, ERR_VERIFY);
    for (size_t i = 0; i < sig.len * 8; i++) {
        sig.bytes[i / 8] ^= (unsigned char)(1u << (i % 8));
        assert_code(key_check(key, "hello", 5, &sig, &err), err, ERR_VERIFY);
        sig.bytes[i / 8] ^= (unsigned char)(1u << (i % 8));
    }
    sig.len = 0;
    assert_code(key_check(key, "hello", 5, &sig, &err), err, ERR_VERIFY);
}

static void both_kinds_sign(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_key struct key key = {0};

    sign_and_check(f, &f->key);
    write_key(key_file(f, "ed.pem"), EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL);
    assert_good(key_load(key_file(f, "ed.pem"), &key, &err), err);
    assert_string_equal(key_algorithm(&key), "Ed25519");
    sign_and_check(f, &key);
}

static void a_raw_signature_is_named_as_such(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct signature sig = {.len = 0};

    assert_good(key_sign(&f->key, "hello", 5, &sig, &err), err);

    const unsigned char *der = sig.bytes;
    ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)sig.len);
    struct signature raw = {.len = 64};

    assert_non_null(parsed);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(parsed), raw.bytes, 32), 32);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(parsed), raw.bytes + 32, 32), 32);
    ECDSA_SIG_free(parsed);
    assert_code(key_check(&f->key, "hello", 5, &raw, &err), err, ERR_VERIFY);
    assert_non_null(strstr(err.msg, "raw r||s"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_key_is_private),
        cmocka_unit_test(a_key_is_never_overwritten),
        cmocka_unit_test(the_default_key_is_made_once),
        cmocka_unit_test(the_data_folder_follows_xdg),
        cmocka_unit_test(a_key_that_others_can_read_is_refused),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(the_id_is_the_hash_of_the_public_key),
        cmocka_unit_test(both_kinds_sign),
        cmocka_unit_test(a_raw_signature_is_named_as_such),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
