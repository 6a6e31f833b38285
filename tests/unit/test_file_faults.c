/* test_file_faults.c - writing while the disk fails: every call fails once, nothing is half there.
 *
 * The two files under test are compiled in here, with the calls that change the disk counted. */
#define _XOPEN_SOURCE 700 /* as base/file_stage.c */

#include "expect.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The call whose number this is fails with EIO; 0: none does. */
static int failing;
static int calls;
static size_t longest_write = SIZE_MAX;
static int interrupted; /* so many writes end with EINTR first */

static bool fails_now(void)
{
    errno = EIO;
    return ++calls == failing;
}

static ssize_t faulty_write(int fd, const void *bytes, size_t len)
{
    if (fails_now())
        return -1;
    if (interrupted > 0) {
        interrupted--;
        errno = EINTR;
        return -1;
    }
    return write(fd, bytes, len < longest_write ? len : longest_write);
}

static int faulty_close(int fd)
{
    int result = close(fd);

    return fails_now() ? -1 : result;
}

#define write(fd, bytes, len) faulty_write(fd, bytes, len)
#define close(fd) faulty_close(fd)
#define fsync(fd) (fails_now() ? -1 : fsync(fd))
#define fchmod(fd, mode) (fails_now() ? -1 : fchmod(fd, mode))
#define chmod(path, mode) (fails_now() ? -1 : chmod(path, mode))
#define rename(from, to) (fails_now() ? -1 : rename(from, to))
#define mkstemp(name) (fails_now() ? -1 : mkstemp(name))
#define mkdtemp(name) (fails_now() ? NULL : mkdtemp(name))

#include "../../scanner/base/file.c"
#include "../../scanner/base/file_stage.c"
#include "../../scanner/base/file_write.c"

#undef write
#undef close
#undef chmod
#undef rename

#define OLD "what was there before"
#define NEW "what is there now, which is longer"

static void start_failing(int number)
{
    calls = 0;
    failing = number;
}

/* The text of a file, and how many files its folder has. */
static const char *content(struct arena *a, const char *dir, const char *name, size_t *files)
{
    struct error err = {0};
    struct file_list list;
    size_t len;

    start_failing(0);
    expect_ok(file_walk(dir, 100, a, &list, &err), err);
    *files = list.count;
    return file_load(file_join(a, dir, name), 1000, a, &len, &err);
}

TEST(a_file_is_old_or_new_whatever_fails)
{
    struct arena a = {0};
    char *dir = expect_dir();
    const char *path = file_join(&a, dir, "f");
    bool done = false;
    int number = 1;

    for (; !done; number++) {
        struct error err = {0};
        size_t files = 0;

        start_failing(0);
        expect_ok(file_write(path, OLD, strlen(OLD), 0600, &err), err);
        start_failing(number);
        done = file_write(path, NEW, strlen(NEW), 0600, &err) == 0 && calls < failing;

        bool refused = err.code != ERR_NONE;
        const char *now = content(&a, dir, "f", &files);

        assert_true(strcmp(now, OLD) == 0 || strcmp(now, NEW) == 0);
        if (!refused)
            assert_string_equal(now, NEW);
        assert_int_equal(files, 1);
        if (refused) {
            assert_non_null(strstr(err.msg, "Input/output error"));
            expect_error(err, ERR_IO, path);
        }
    }
    assert_in_range(number, 6, 20); /* mkstemp, fchmod, write, fsync, close, rename, fsync */

    struct error err = {0};

    start_failing(0);
    expect_ok(file_remove_tree(dir, &err), err);
    arena_free(&a);
}

TEST(short_and_interrupted_writes_go_on)
{
    struct arena a = {0};
    char *dir = expect_dir();
    struct error err = {0};
    size_t files = 0;

    start_failing(0);
    longest_write = 3;
    interrupted = 2;
    expect_ok(file_write(file_join(&a, dir, "f"), NEW, strlen(NEW), 0600, &err), err);
    longest_write = SIZE_MAX;
    assert_string_equal(content(&a, dir, "f", &files), NEW);
    expect_ok(file_remove_tree(dir, &err), err);
    arena_free(&a);
}

/* Stage a folder over one in use. 0 when it was committed. */
static int replace_folder(const char *target, struct arena *a, struct error *err)
{
    struct file_stage stage;

    if (file_stage_open(&stage, target, 0700, err) < 0)
        return -1;
    if (file_write(file_join(a, stage.path, "f"), NEW, strlen(NEW), 0600, err) < 0 ||
        file_stage_commit(&stage, true, err) < 0) {
        file_stage_abandon(&stage);
        return -1;
    }
    return 0;
}

TEST(a_folder_is_old_or_new_whatever_fails)
{
    struct arena a = {0};
    char *dir = expect_dir();
    const char *target = file_join(&a, dir, "run");
    bool done = false;
    int number = 1;

    for (; !done; number++) {
        struct error err = {0};
        size_t files = 0;

        start_failing(0);
        expect_ok(file_remove_tree(target, &err), err);
        expect_ok(file_make_dirs(target, 0700, &err), err);
        expect_ok(file_write(file_join(&a, target, "f"), OLD, strlen(OLD), 0600, &err), err);
        start_failing(number);
        done = replace_folder(target, &a, &err) == 0 && calls < failing;

        bool refused = err.code != ERR_NONE;
        const char *now = content(&a, dir, "run/f", &files);

        assert_non_null(now);
        assert_true(strcmp(now, OLD) == 0 || strcmp(now, NEW) == 0);
        if (!refused)
            assert_string_equal(now, NEW);
        assert_int_equal(files, 1);
        if (refused)
            assert_int_equal(err.code, ERR_IO);
    }
    assert_in_range(number, 10, 40);

    struct error err = {0};

    start_failing(0);
    expect_ok(file_remove_tree(dir, &err), err);
    arena_free(&a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_old_or_new_whatever_fails),
        cmocka_unit_test(short_and_interrupted_writes_go_on),
        cmocka_unit_test(a_folder_is_old_or_new_whatever_fails),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
