/* test_lookup.c - what is put into the table is found again, and nothing else is. */
#include "expect.h"

#include "base/lookup.h"

TEST(every_key_has_its_own_value)
{
    struct arena arena = {0};
    struct lookup t = {.arena = &arena};
    static int values[1000];

    for (size_t i = 0; i < 1000; i++) {
        const char *key = arena_printf(&arena, "key %zu", i);
        void **at = lookup_at(&t, key, strlen(key));

        assert_null(*at);
        *at = &values[i];
    }
    assert_int_equal(t.count, 1000);
    for (size_t i = 0; i < 1000; i++) {
        const char *key = arena_printf(&arena, "key %zu", i);

        assert_ptr_equal(*lookup_at(&t, key, strlen(key)), &values[i]);
    }
    assert_int_equal(t.count, 1000);
    arena_free(&arena);
}

TEST(keys_are_bytes)
{
    struct arena arena = {0};
    struct lookup t = {.arena = &arena};
    int a, b, c;

    *lookup_at(&t, "x\0y", 3) = &a;
    *lookup_at(&t, "x\0z", 3) = &b;
    *lookup_at(&t, "", 0) = &c;
    assert_ptr_equal(*lookup_at(&t, "x\0y", 3), &a);
    assert_ptr_equal(*lookup_at(&t, "x\0z", 3), &b);
    assert_ptr_equal(*lookup_at(&t, "", 0), &c);
    assert_null(*lookup_at(&t, "x", 1));
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_has_its_own_value),
        cmocka_unit_test(keys_are_bytes),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
