/* test_score_memory.c - score/1 while memory runs out: the right score or none. */
#include "expect.h"

#include <openssl/crypto.h>
#include <sys/wait.h>
#include <unistd.h>

#include "score/score.h"

static long allocations_left = -1; /* of libcrypto, until memory is out; below 0: no end */

static bool is_out(void)
{
    return allocations_left >= 0 && allocations_left-- == 0;
}

static void *crypto_alloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return is_out() ? NULL : malloc(size);
}

static void *crypto_realloc(void *p, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return is_out() ? NULL : realloc(p, size);
}

static void crypto_free(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    free(p);
}

/* One account and the first four checks, two of which have an open resource. */
static struct score score_of(struct arena *arena)
{
    enum { CHECKS = 4 };
    struct tally *table = arena_new(arena, struct tally, CHECKS);
    struct score_input in = {table, table, 1, CHECKS};
    struct score s;

    for (size_t row = 0; row < CHECKS; row++)
        table[row] = (struct tally){7, row % 3 == 0, 0};
    s = score_compute(&in, arena);
    score_plan(&in, &s, arena);
    return s;
}

static bool same_score(const struct score *a, const struct score *b)
{
    for (size_t i = 0; i < a->fix_count && i < b->fix_count; i++)
        if (a->fixes[i].row != b->fixes[i].row || a->fixes[i].gain != b->fixes[i].gain ||
            a->fixes[i].score_after != b->fixes[i].score_after)
            return false;
    return a->value == b->value && a->raw == b->raw && a->with_exceptions == b->with_exceptions &&
           a->ceiling_points == b->ceiling_points && a->rounding_points == b->rounding_points &&
           a->fix_count == b->fix_count;
}

/* What a child comes to that scores with so many allocations. ENDED is the exit status of
 * memory_exhausted(). */
enum outcome { SUFFICED, WRONG, RIGHT_ALL_THE_SAME, ENDED };

static enum outcome outcome_with(long allocations, const struct score *want)
{
    struct arena arena = {0};
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        assert_non_null(freopen("/dev/null", "w", stderr));
        allocations_left = allocations;

        struct score s = score_of(&arena);

        if (!same_score(&s, want))
            _exit(WRONG);
        _exit(allocations_left < 0 ? RIGHT_ALL_THE_SAME : SUFFICED);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? (enum outcome)WEXITSTATUS(status) : WRONG;
}

TEST(a_score_without_memory_is_none)
{
    struct arena arena = {0};
    struct score want = score_of(&arena);
    enum outcome outcome = WRONG;
    size_t ended = 0;

    assert_true(want.fix_count > 1);
    for (long n = 0; outcome != SUFFICED; n++) {
        outcome = outcome_with(n, &want);
        assert_int_not_equal(outcome, WRONG);
        ended += outcome == ENDED;
    }
    assert_true(ended > 50);
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_without_memory_is_none),
    };

    if (!CRYPTO_set_mem_functions(crypto_alloc, crypto_realloc, crypto_free))
        return 1;
    return RUN_TESTS(tests, NULL, NULL);
}
