/* test_secret.c - memory that is wiped, and programs whose output goes there. */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/process.h"
#include "base/secret.h"
#include "expect.h"

static struct arena arena;
static const char *dir;

/* --- Memory ------------------------------------------------------------------------------------
 */

TEST(a_reserved_buffer_does_not_move)
{
    cleanup_secret struct strbuf sb = STRBUF_INIT(1000);

    secret_reserve(&sb);

    const char *before = sb.buf;

    for (int i = 0; i < 1000; i++)
        strbuf_addch(&sb, 's');
    assert_ptr_equal(sb.buf, before);
    assert_false(sb.overflowed);
    strbuf_addch(&sb, 's');
    assert_true(sb.overflowed);
    secret_reserve(&sb); /* again, and empty */
    assert_int_equal(sb.len, 0);
    secret_free(&sb);
    secret_free(&sb);
}

TEST(copies_that_fit_and_others)
{
    char out[5] = "old";

    assert_true(secret_copy(out, sizeof out, "1234"));
    assert_string_equal(out, "1234");
    assert_false(secret_copy(out, sizeof out, "12345"));
    assert_memory_equal(out, "\0\0\0\0\0", 5);
}

TEST(a_tree_is_wiped_to_its_last_text)
{
    static const char text[] =
        "{\"a\":\"one\",\"b\":[\"two\",{\"c\":\"three\",\"d\":[[\"four\"]]},5],\"e\":\"six\"}";
    struct error err = {0};
    cJSON *tree = json_parse("test", text, sizeof text - 1, &err);

    assert_non_null(tree);
    secret_json_delete(tree); /* the sanitizer sees what is lost or freed twice */
    secret_json_delete(NULL);
}

TEST(an_allocator_that_knows_sizes)
{
    char *p = secret_calloc(10, 10);
    char *s;

    assert_int_equal(p[99], 0);
    memset(p, 'x', 100);
    p = secret_realloc(p, 200);
    assert_int_equal(p[99], 'x');
    p = secret_realloc(p, 10);
    assert_int_equal(p[9], 'x');
    secret_release(p);
    secret_release(NULL);
    p = secret_realloc(NULL, 5);
    memset(p, 'y', 5);
    secret_release(p);
    s = secret_strdup("text");
    assert_string_equal(s, "text");
    secret_release(s);
}

TEST(files_up_to_their_limit)
{
    cleanup_secret struct strbuf sb = STRBUF_INIT(10);
    const char *path = file_join(&arena, dir, "file");
    struct error err = {0};

    expect_ok(file_write(path, "0123456789", 10, 0600, &err), err);
    expect_ok(secret_read(path, 10, &sb, &err), err);
    assert_string_equal(sb.buf, "0123456789");
    assert_int_equal(secret_read(path, 9, &sb, &err), -1);
    expect_error(err, ERR_LIMIT, path);
    assert_int_equal(secret_read(file_join(&arena, dir, "none"), 9, &sb, &err), -1);
    expect_error(err, ERR_MISSING, dir);
    expect_ok(file_write(path, "", 0, 0600, &err), err);
    expect_ok(secret_read(path, 10, &sb, &err), err);
    assert_int_equal(sb.len, 0);
    assert_string_equal(sb.buf, "");
}

/* --- Programs ----------------------------------------------------------------------------------
 */

static int run(const char *script, long timeout_ms, struct strbuf *out, struct error *err)
{
    char *argv[] = {arena_strdup(&arena, "sh"), arena_strdup(&arena, "-c"),
                    arena_strdup(&arena, script), NULL};

    return process_capture(argv, timeout_ms, out, err);
}

TEST(what_a_program_prints)
{
    cleanup_secret struct strbuf out = STRBUF_INIT(100);
    struct error err = {0};

    expect_ok(run("cat; printf 'a b'; exec 1>&-; sleep 0.1", 10000, &out, &err), err);
    assert_string_equal(out.buf, "a b");
    out.max = 5;
    expect_ok(run("printf 12345", 10000, &out, &err), err);
    assert_string_equal(out.buf, "12345");
    assert_int_equal(run("printf 123456", 10000, &out, &err), -1);
    expect_error(err, ERR_LIMIT, "printed more than 5 bytes");
    assert_int_equal(run("exit 7", 10000, &out, &err), -1);
    expect_error(err, ERR_AUTH, "ended with status 7");
}

static void too_slow(const char *script)
{
    cleanup_secret struct strbuf out = STRBUF_INIT(100);
    struct error err = {0};
    long long before = clock_ticks_ms();

    assert_int_equal(run(script, 300, &out, &err), -1);
    expect_error(err, ERR_LIMIT, "took too long and was stopped");
    assert_true(clock_ticks_ms() - before < 5000);
}

TEST(programs_that_take_too_long)
{
    too_slow("exec sleep 30");
    too_slow("exec 1>&-; exec sleep 30");
    too_slow("while :; do :; done");
}

TEST(programs_that_do_not_start)
{
    cleanup_secret struct strbuf out = STRBUF_INIT(100);
    char *none[] = {arena_strdup(&arena, "/nonexistent/program"), NULL};
    char *folder[] = {arena_strdup(&arena, dir), NULL};
    struct error err = {0};

    assert_int_equal(process_capture(none, 1000, &out, &err), -1);
    expect_error(err, ERR_MISSING, "not started: ");
    assert_int_equal(process_capture(folder, 1000, &out, &err), -1);
    expect_error(err, ERR_MISSING, "not started: ");
}

static int start(void **state __attribute__((unused)))
{
    json_init();
    dir = arena_strdup(&arena, expect_dir());
    return 0;
}

static int end(void **state __attribute__((unused)))
{
    struct error err = {0};

    (void)file_remove_tree(dir, &err);
    arena_free(&arena);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reserved_buffer_does_not_move),
        cmocka_unit_test(copies_that_fit_and_others),
        cmocka_unit_test(a_tree_is_wiped_to_its_last_text),
        cmocka_unit_test(an_allocator_that_knows_sizes),
        cmocka_unit_test(files_up_to_their_limit),
        cmocka_unit_test(what_a_program_prints),
        cmocka_unit_test(programs_that_take_too_long),
        cmocka_unit_test(programs_that_do_not_start),
    };

    return RUN_TESTS(tests, start, end);
}
