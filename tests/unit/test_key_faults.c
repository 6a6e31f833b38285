/* test_key_faults.c - reading a private key while signals arrive and the disk fails.
 *
 * key.c is compiled in here, with its reads counted. */
#include "expect.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static int interrupted; /* so many reads end with EINTR first */
static int broken;      /* then one with EIO */
static size_t longest_read = SIZE_MAX;

static ssize_t faulty_read(int fd, void *bytes, size_t len)
{
    if (interrupted > 0 || broken > 0) {
        errno = interrupted > 0 ? EINTR : EIO;
        (*(interrupted > 0 ? &interrupted : &broken))--;
        return -1;
    }
    return read(fd, bytes, len < longest_read ? len : longest_read);
}

#define read(fd, bytes, len) faulty_read(fd, bytes, len)

#include "../../reportgen/evidence/key.c"

#undef read

TEST(interrupted_and_short_reads_go_on)
{
    struct arena a = {0};
    const char *dir = expect_dir(), *path = file_join(&a, dir, "key.pem");
    struct error err = {0};
    cleanup_key struct key whole = {0}, pieces = {0};

    expect_ok(key_make(path, &err), err);
    expect_ok(key_load(path, &whole, &err), err);
    interrupted = 2;
    longest_read = 7;
    expect_ok(key_load(path, &pieces, &err), err);
    assert_string_equal(pieces.id, whole.id);
    assert_int_equal(interrupted, 0);
    broken = 1;
    key_clear(&pieces);
    assert_int_equal(key_load(path, &pieces, &err), -1);
    expect_error(err, ERR_IO, path);
    expect_ok(file_remove_tree(dir, &err), err);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interrupted_and_short_reads_go_on),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
