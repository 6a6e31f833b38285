/* test_arena.c - memory that dies together, and what happens when there is none. */
#include "expect.h"

#include <sys/wait.h>
#include <unistd.h>

TEST(objects_are_zeroed_aligned_and_apart)
{
    struct arena a = {0};
    unsigned char *objects[2000];

    for (size_t i = 0; i < 2000; i++) {
        size_t size = i * 7 % 300 + 1;

        objects[i] = arena_alloc(&a, size, 1);
        assert_int_equal((uintptr_t)objects[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(objects[i][k], 0);
        memset(objects[i], (int)(i & 0xFF), size);
    }
    for (size_t i = 0; i < 2000; i++)
        for (size_t k = 0; k < i * 7 % 300 + 1; k++)
            assert_int_equal(objects[i][k], i & 0xFF);
    arena_free(&a);
    assert_null(a.top);
    assert_non_null(arena_new(&a, int, 3)); /* usable again */
    arena_free(&a);
}

TEST(large_objects_fit)
{
    struct arena a = {0};
    char *large = arena_alloc(&a, 5000000, 1);
    char *small = arena_strdup(&a, "small");

    large[0] = large[4999999] = 'x';
    assert_string_equal(small, "small");
    assert_non_null(arena_alloc(&a, 0, 8));
    arena_free(&a);
    arena_free(&a);
}

TEST(texts_are_copied)
{
    struct arena a = {0};
    char text[] = "original";
    char *copy = arena_strdup(&a, text);
    char *part = arena_strndup(&a, text, 4);

    text[0] = 'X';
    assert_string_equal(copy, "original");
    assert_string_equal(part, "orig");
    assert_string_equal(arena_strndup(&a, NULL, 0), "");
    assert_string_equal(arena_printf(&a, "%s-%03d", part, 7), "orig-007");
    arena_free(&a);
}

TEST(printf_has_no_length_limit)
{
    struct arena a = {0};
    char *text = arena_printf(&a, "%*s|", 100000, "end");

    assert_int_equal(strlen(text), 100001);
    assert_string_equal(text + 99997, "end|");
    arena_free(&a);
}

TEST(arrays_grow)
{
    struct arena a = {0};
    size_t *numbers = NULL;
    size_t count = 0;

    for (size_t i = 0; i < 1000; i++)
        *arena_push(&a, numbers, count) = i * i;
    assert_int_equal(count, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i * i);
    arena_free(&a);
}

/* An array that was made with room for exactly a power of two is moved, not overrun. */
TEST(a_full_array_moves)
{
    struct arena a = {0};
    int *numbers = arena_new(&a, int, 4);
    size_t count = 4;
    int *before = numbers;

    *arena_push(&a, numbers, count) = 5;
    assert_ptr_not_equal(numbers, before);
    assert_int_equal(numbers[4], 5);
    arena_free(&a);
}

TEST(realloc_keeps_what_was_there)
{
    char *p = memory_alloc(4);

    memcpy(p, "abc", 4);
    p = memory_realloc(p, 100000);
    assert_string_equal(p, "abc");
    free(p);
    free(memory_alloc(0));
}

/* Exit status and stderr of a child that asks for what cannot be had. */
static int status_of(void (*ask)(void), char *said, size_t size)
{
    int fds[2];
    int status = 0;

    assert_int_equal(pipe(fds), 0);

    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(fds[1], STDERR_FILENO);
        ask();
        _exit(0);
    }
    (void)close(fds[1]);

    ssize_t n = read(fds[0], said, size - 1);

    said[n > 0 ? n : 0] = '\0';
    (void)close(fds[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void ask_overflowing(void)
{
    struct arena a = {0};
    volatile size_t many = SIZE_MAX / 4;

    (void)arena_alloc(&a, many, 16);
}

static void ask_grown_too_far(void)
{
    struct arena a = {0};
    volatile size_t many = SIZE_MAX / 2 + 1;

    (void)arena_grow(&a, NULL, many, 1);
}

TEST(without_memory_the_program_ends)
{
    char said[200];

    assert_int_equal(status_of(ask_overflowing, said, sizeof said), 3);
    assert_string_equal(said, "reportgen: error: out of memory\n");
    assert_int_equal(status_of(ask_grown_too_far, said, sizeof said), 3);
    assert_int_equal(status_of(memory_exhausted, said, sizeof said), 3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_zeroed_aligned_and_apart),
        cmocka_unit_test(large_objects_fit),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(printf_has_no_length_limit),
        cmocka_unit_test(arrays_grow),
        cmocka_unit_test(a_full_array_moves),
        cmocka_unit_test(realloc_keeps_what_was_there),
        cmocka_unit_test(without_memory_the_program_ends),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
