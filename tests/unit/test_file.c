/* test_file.c - reading bounded files, writing whole ones, walking and staging folders. */
#include "expect.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

/* A new folder for each test. */
struct fixture {
    struct arena arena;
    char *dir;
};

static int start(void **state)
{
    static struct fixture f;

    f = (struct fixture){.dir = expect_dir()};
    *state = &f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    expect_ok(file_remove_tree(f->dir, &err), err);
    arena_free(&f->arena);
    return 0;
}

static const char *in(struct fixture *f, const char *name)
{
    return file_join(&f->arena, f->dir, name);
}

static void put(struct fixture *f, const char *name, const char *text)
{
    struct error err = {0};

    expect_ok(file_write(in(f, name), text, strlen(text), 0600, &err), err);
}

static void put_dir(struct fixture *f, const char *name)
{
    struct error err = {0};

    expect_ok(file_make_dirs(in(f, name), 0700, &err), err);
}

static const char *get(struct fixture *f, const char *name)
{
    struct error err = {0};
    size_t len;
    char *text = file_load(in(f, name), 1000, &f->arena, &len, &err);

    return text ? text : "(none)";
}

static unsigned mode_of(struct fixture *f, const char *name)
{
    struct stat st;

    assert_int_equal(lstat(in(f, name), &st), 0);
    return (unsigned)st.st_mode & 07777u;
}

/* Names in the folder, in one text. */
static const char *listing(struct fixture *f, const char *name)
{
    struct error err = {0};
    struct file_list list;
    const char *all = "";

    expect_ok(file_walk(in(f, name), 1000, &f->arena, &list, &err), err);
    for (size_t i = 0; i < list.count; i++)
        all = arena_printf(&f->arena, "%s%s%s", all, i ? " " : "", list.paths[i]);
    return all;
}

static void what_is_written_is_read(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(0);
    size_t len = 0;

    expect_ok(file_write(in(f, "a"), "x\0y\n", 4, 0600, &err), err);
    expect_ok(file_read(in(f, "a"), 4, &sb, &err), err);
    assert_int_equal(sb.len, 4);
    assert_memory_equal(sb.buf, "x\0y\n", 5);
    assert_int_equal(sb.max, 4);
    assert_memory_equal(file_load(in(f, "a"), 4, &f->arena, &len, &err), "x\0y\n", 5);
    assert_int_equal(len, 4);
    put(f, "a", "");
    expect_ok(file_read(in(f, "a"), 0, &sb, &err), err);
    assert_string_equal(sb.buf, "");
}

static void large_files_come_whole(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    size_t size = 300001;
    char *bytes = arena_alloc(&f->arena, size, 1);
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(10);

    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 31 >> 3);
    expect_ok(file_write(in(f, "a"), bytes, size, 0600, &err), err);
    expect_ok(file_read(in(f, "a"), size, &sb, &err), err);
    assert_int_equal(sb.len, size);
    assert_memory_equal(sb.buf, bytes, size);
}

static void larger_than_allowed_is_refused(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(0);

    put(f, "a", "12345");
    assert_int_equal(file_read(in(f, "a"), 4, &sb, &err), -1);
    expect_error(err, ERR_LIMIT, in(f, "a: larger than 4 bytes"));
    assert_int_equal(truncate(in(f, "a"), (off_t)1 << 40),
                     0); /* sparse: reading it would take long */
    assert_int_equal(file_read(in(f, "a"), MIB, &sb, &err), -1);
    expect_error(err, ERR_LIMIT, in(f, "a: larger than 1048576 bytes"));
    assert_int_equal(file_read("/proc/self/status", 10, &sb, &err), -1); /* its size reads as 0 */
    expect_error(err, ERR_LIMIT, "/proc/self/status: larger than 10 bytes");
}

static void only_regular_files_are_read(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(0);

    assert_int_equal(file_read(f->dir, 100, &sb, &err), -1);
    expect_error(err, ERR_IO, arena_printf(&f->arena, "%s: is a directory", f->dir));
    assert_int_equal(mkfifo(in(f, "fifo"), 0600), 0);
    assert_int_equal(file_read(in(f, "fifo"), 100, &sb, &err), -1);
    expect_error(err, ERR_IO, in(f, "fifo: not a regular file"));
    assert_int_equal(file_read("/dev/zero", 100, &sb, &err), -1);
    expect_error(err, ERR_IO, "/dev/zero: not a regular file");
    put(f, "a", "text");
    assert_int_equal(symlink("a", in(f, "link")), 0);
    expect_ok(file_read(in(f, "link"), 100, &sb, &err), err);
    assert_string_equal(sb.buf, "text");
}

static void what_is_not_there_is_missing(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(0);
    size_t len;

    put(f, "a", "");
    assert_int_equal(file_read(in(f, "none"), 100, &sb, &err), -1);
    expect_error(err, ERR_MISSING, in(f, "none: No such file"));
    assert_int_equal(file_read(in(f, "a/b"), 100, &sb, &err), -1);
    expect_error(err, ERR_MISSING, in(f, "a/b: "));
    assert_null(file_load(in(f, "none"), 100, &f->arena, &len, &err));
    expect_error(err, ERR_MISSING, in(f, "none"));
    assert_int_equal(file_write(in(f, "no/where"), "", 0, 0600, &err), -1);
    expect_error(err, ERR_MISSING, in(f, "no/where: "));
}

static void the_mode_is_exact(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    mode_t before = umask(0777);

    expect_ok(file_write(in(f, "a"), "", 0, 0644, &err), err);
    expect_ok(file_make_dirs(in(f, "d/e"), 0755, &err), err);
    (void)umask(0);
    expect_ok(file_write(in(f, "b"), "", 0, 0600, &err), err);
    expect_ok(file_write(in(f, "a2"), "", 0, 0666, &err), err);
    expect_ok(file_write(in(f, "a2"), "", 0, 0400, &err), err);
    expect_ok(file_make_dirs(in(f, "g"), 0700, &err), err);
    (void)umask(before);
    assert_int_equal(mode_of(f, "a"), 0644);
    assert_int_equal(mode_of(f, "b"), 0600);
    assert_int_equal(mode_of(f, "a2"), 0400);
    assert_int_equal(mode_of(f, "d"), 0755);
    assert_int_equal(mode_of(f, "d/e"), 0755);
    assert_int_equal(mode_of(f, "g"), 0700);
}

static void writing_replaces_and_leaves_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    put(f, "a", "old text that is longer");
    put(f, "a", "new");
    assert_string_equal(get(f, "a"), "new");
    assert_int_equal(symlink("a", in(f, "link")), 0);
    put(f, "link", "own");
    assert_string_equal(get(f, "a"), "new");
    assert_string_equal(get(f, "link"), "own");
    put_dir(f, "d");
    assert_int_equal(file_write(in(f, "d"), "x", 1, 0600, &err), -1);
    expect_error(err, ERR_IO, in(f, "d: "));
    assert_string_equal(listing(f, ""), "a link");
}

static void paths_without_folders_are_here(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    int here = open(".", O_RDONLY);

    assert_int_equal(chdir(f->dir), 0);
    expect_ok(file_write("plain", "1", 1, 0600, &err), err);
    expect_ok(file_make_dirs("p/q", 0700, &err), err);
    assert_string_equal(get(f, "plain"), "1");
    assert_true(file_is_directory("p/q"));
    assert_int_equal(fchdir(here), 0);
    (void)close(here);
}

static void long_names_are_refused(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    char *name = arena_alloc(&f->arena, LIMIT_PATH + 10, 1);
    struct file_stage stage;

    memset(name, 'x', LIMIT_PATH + 9);
    assert_int_equal(file_write(name, "", 0, 0600, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(file_make_dirs(name, 0700, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(file_stage_open(&stage, name, 0700, &err), -1);
    expect_error(err, ERR_IO, "\"xxxx");
    name[300] = '\0';
    assert_int_equal(file_write(in(f, name), "", 0, 0600, &err), -1);
    assert_int_equal(err.code, ERR_IO);
}

static void folders_are_made_where_missing(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    expect_ok(file_make_dirs(in(f, "a//b/c/"), 0700, &err), err);
    assert_true(file_is_directory(in(f, "a/b/c")));
    assert_int_equal(chmod(in(f, "a"), 0755), 0);
    expect_ok(file_make_dirs(in(f, "a/b/d"), 0700, &err), err);
    assert_int_equal(mode_of(f, "a"), 0755);
    expect_ok(file_make_dirs("/", 0700, &err), err);
    put(f, "file", "");
    assert_int_equal(file_make_dirs(in(f, "file/x"), 0700, &err), -1);
    expect_error(err, ERR_IO, in(f, "file"));
    assert_int_equal(file_make_dirs(in(f, "file"), 0700, &err), -1);
    expect_error(err, ERR_IO, in(f, "file: File exists"));
}

static void files_and_folders_are_told_apart(void **state)
{
    struct fixture *f = *state;

    put(f, "a", "");
    assert_true(file_exists(in(f, "a")));
    assert_false(file_is_directory(in(f, "a")));
    assert_true(file_exists(f->dir));
    assert_true(file_is_directory(f->dir));
    assert_false(file_exists(in(f, "b")));
    assert_false(file_is_directory(in(f, "b")));
}

static void walking_is_sorted_by_bytes(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_list list;

    put_dir(f, "b/c");
    put_dir(f, "empty");
    put(f, "b/c/2", "");
    put(f, "b/10", "");
    put(f, "b.txt", "");
    put(f, "Z", "");
    put(f, "a", "");
    put(f, ".hidden", "");
    put(f, "\xC3\xA9", "");
    assert_string_equal(listing(f, ""), ".hidden Z a b.txt b/10 b/c/2 \xC3\xA9");
    assert_string_equal(listing(f, "empty"), "");
    expect_ok(file_walk(f->dir, 7, &f->arena, &list, &err), err);
    assert_int_equal(file_walk(f->dir, 6, &f->arena, &list, &err), -1);
    expect_error(err, ERR_LIMIT, f->dir);
}

static void walking_refuses_all_but_files_and_folders(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_list list;

    put_dir(f, "d");
    assert_int_equal(symlink("d", in(f, "link")), 0);
    assert_int_equal(file_walk(f->dir, 10, &f->arena, &list, &err), -1);
    expect_error(err, ERR_IO, in(f, "link: not a regular file or folder"));
    assert_int_equal(unlink(in(f, "link")), 0);
    assert_int_equal(mkfifo(in(f, "d/fifo"), 0600), 0);
    assert_int_equal(file_walk(f->dir, 10, &f->arena, &list, &err), -1);
    expect_error(err, ERR_IO, in(f, "d/fifo: not a regular file or folder"));
    assert_int_equal(file_walk(in(f, "none"), 10, &f->arena, &list, &err), -1);
    expect_error(err, ERR_MISSING, in(f, "none"));
}

static void a_staged_folder_appears_whole(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_stage stage;

    expect_ok(file_stage_open(&stage, in(f, "new/deep/run/"), 0700, &err), err);
    assert_false(file_exists(in(f, "new/deep/run")));
    expect_ok(file_write(file_join(&f->arena, stage.path, "x"), "1", 1, 0600, &err), err);
    expect_ok(file_stage_commit(&stage, false, &err), err);
    assert_string_equal(get(f, "new/deep/run/x"), "1");
    assert_int_equal(mode_of(f, "new/deep/run"), 0700);
    file_stage_abandon(&stage); /* nothing to remove any more */
    assert_string_equal(listing(f, ""), "new/deep/run/x");
}

static void an_abandoned_stage_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_stage stage;

    expect_ok(file_stage_open(&stage, in(f, "run"), 0700, &err), err);
    expect_ok(file_make_dirs(file_join(&f->arena, stage.path, "a/b"), 0700, &err), err);
    file_stage_abandon(&stage);
    file_stage_abandon(&stage);
    expect_ok(file_remove_tree(in(f, "none"), &err), err);
    assert_int_equal(rmdir(f->dir), 0); /* so it is empty */
    assert_int_equal(mkdir(f->dir, 0700), 0);
}

static void stage_with(struct fixture *f, const char *target, struct file_stage *stage)
{
    struct error err = {0};

    expect_ok(file_stage_open(stage, target, 0700, &err), err);
    expect_ok(file_write(file_join(&f->arena, stage->path, "new"), "", 0, 0600, &err), err);
}

static void a_folder_in_use_is_not_replaced_unasked(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_stage stage;

    put_dir(f, "run");
    put(f, "run/old", "");
    stage_with(f, in(f, "run"), &stage);
    assert_int_equal(file_stage_commit(&stage, false, &err), -1);
    expect_error(err, ERR_IO, in(f, "run: already exists and is not empty"));
    file_stage_abandon(&stage);
    assert_string_equal(listing(f, ""), "run/old");
}

static void a_folder_in_use_is_replaced_when_asked(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_stage stage;

    put_dir(f, "run/sub");
    put(f, "run/sub/old", "");
    stage_with(f, in(f, "run"), &stage);
    expect_ok(file_stage_commit(&stage, true, &err), err);
    assert_string_equal(listing(f, ""), "run/new");
}

static void empty_folders_and_links_give_way(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_stage stage;

    put_dir(f, "empty");
    stage_with(f, in(f, "empty"), &stage);
    expect_ok(file_stage_commit(&stage, false, &err), err);
    put_dir(f, "real");
    assert_int_equal(symlink("real", in(f, "link")), 0);
    stage_with(f, in(f, "link"), &stage);
    expect_ok(file_stage_commit(&stage, false, &err), err);
    assert_int_equal(unlink(in(f, "link")), 0);
    assert_string_equal(listing(f, ""), "empty/new real/new");
}

static void the_folder_we_are_in_can_be_the_target(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_stage stage;
    int here = open(".", O_RDONLY);

    put_dir(f, "cwd");
    assert_int_equal(chdir(in(f, "cwd")), 0);
    stage_with(f, ".", &stage);
    expect_ok(file_stage_commit(&stage, false, &err), err);
    assert_int_equal(fchdir(here), 0);
    (void)close(here);
    assert_string_equal(listing(f, ""), "cwd/new");
}

static void a_file_is_never_replaced_by_a_folder(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct file_stage stage;

    put(f, "run", "precious");
    stage_with(f, in(f, "run"), &stage);
    assert_int_equal(file_stage_commit(&stage, true, &err), -1);
    expect_error(err, ERR_IO, in(f, "run: already exists and is not a folder"));
    file_stage_abandon(&stage);
    assert_string_equal(get(f, "run"), "precious");
    assert_string_equal(listing(f, ""), "run");
    assert_int_equal(file_stage_open(&stage, "", 0700, &err), -1);
    expect_error(err, ERR_IO, "\"\": no usable folder name");
    assert_int_equal(file_stage_open(&stage, in(f, "run/x"), 0700, &err), -1);
    expect_error(err, ERR_IO, in(f, "run"));
}

static void removing_does_not_follow_links(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    put_dir(f, "keep");
    put(f, "keep/this", "1");
    put_dir(f, "tree/a/b/c");
    put(f, "tree/a/file", "");
    assert_int_equal(symlink("../../keep", in(f, "tree/a/link")), 0);
    assert_int_equal(mkfifo(in(f, "tree/fifo"), 0600), 0);
    assert_int_equal(chmod(in(f, "tree/a/file"), 0), 0);
    expect_ok(file_remove_tree(in(f, "tree"), &err), err);
    assert_false(file_exists(in(f, "tree")));
    assert_string_equal(get(f, "keep/this"), "1");
    assert_int_equal(symlink("keep", in(f, "link")), 0);
    expect_ok(file_remove_tree(in(f, "link"), &err), err);
    assert_string_equal(listing(f, ""), "keep/this");
}

static void paths_are_joined_by_one_slash(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(file_join(&f->arena, "a", "b"), "a/b");
    assert_string_equal(file_join(&f->arena, "a/", "b/c"), "a/b/c");
    assert_string_equal(file_join(&f->arena, "/", "b"), "/b");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, end)

TEST(a_folder_is_locked_until_its_holders_end)
{
    struct fixture *f = *state;
    struct error err = {0};
    int lock, again, ready[2];
    char byte;
    pid_t holder;

    assert_int_equal(pipe(ready), 0);
    holder = fork();
    if (holder == 0) {
        (void)alarm(20);
        if (file_lock(f->dir, 0, &lock, &err) == 0 && write(ready[1], "x", 1) == 1)
            (void)pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(file_lock(f->dir, 100, &lock, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(lock, -1);
    (void)kill(holder, SIGKILL);
    assert_int_equal(file_lock(f->dir, 5000, &lock, &err), 0);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
    assert_int_equal(file_lock(f->dir, 0, &again, &err), -1);
    file_unlock(lock);
    assert_int_equal(file_lock(f->dir, 0, &again, &err), 0);
    file_unlock(again);
    assert_int_equal(file_lock(in(f, "none"), 0, &again, &err), 0); /* nothing to lock */
    assert_int_equal(again, -1);
    file_unlock(again);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(what_is_written_is_read),
        CASE(a_folder_is_locked_until_its_holders_end),
        CASE(large_files_come_whole),
        CASE(larger_than_allowed_is_refused),
        CASE(only_regular_files_are_read),
        CASE(what_is_not_there_is_missing),
        CASE(the_mode_is_exact),
        CASE(writing_replaces_and_leaves_nothing_else),
        CASE(paths_without_folders_are_here),
        CASE(long_names_are_refused),
        CASE(folders_are_made_where_missing),
        CASE(files_and_folders_are_told_apart),
        CASE(walking_is_sorted_by_bytes),
        CASE(walking_refuses_all_but_files_and_folders),
        CASE(a_staged_folder_appears_whole),
        CASE(an_abandoned_stage_leaves_nothing),
        CASE(a_folder_in_use_is_not_replaced_unasked),
        CASE(a_folder_in_use_is_replaced_when_asked),
        CASE(empty_folders_and_links_give_way),
        CASE(the_folder_we_are_in_can_be_the_target),
        CASE(a_file_is_never_replaced_by_a_folder),
        CASE(removing_does_not_follow_links),
        CASE(paths_are_joined_by_one_slash),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
