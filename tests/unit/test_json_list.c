/* test_json_list.c - lists made while they are written, rows read one by one: the same as trees. */
#include "expect.h"

#include "base/file.h"
#include "base/json.h"
#include "base/json_list.h"
#include "base/json_rows.h"
#include "base/limits.h"

/* A list of `count` objects. */
static cJSON *next(struct json_list *list)
{
    cJSON *row;

    if (list->at[0] == list->number)
        return NULL;
    row = cJSON_CreateObject();
    (void)cJSON_AddNumberToObject(row, "n", (double)list->at[0]++);
    (void)cJSON_AddStringToObject(row, "text", "»quoted\" and long enough to fill a piece of text");
    return row;
}

/* An object that holds such lists, one of them in another object. */
static cJSON *tree_of(struct json_list lists[3], size_t count)
{
    cJSON *root = cJSON_CreateObject();

    lists[0] = (struct json_list){.next = next};
    lists[1] = (struct json_list){.next = next, .number = 1};
    lists[2] = (struct json_list){.next = next, .number = count};
    json_add_list(root, "none", &lists[0]);
    json_add_list(cJSON_AddObjectToObject(root, "inner"), "one", &lists[1]);
    json_add_list(root, "many", &lists[2]);
    (void)cJSON_AddStringToObject(root, "after", "x");
    return root;
}

TEST(lists_are_written_as_arrays_are)
{
    struct json_list lists[3];
    struct error err = {0};
    cleanup_json cJSON *made = tree_of(lists, 5), *filled = tree_of(lists, 5);
    cleanup_strbuf struct strbuf a = STRBUF_INIT(MIB), b = STRBUF_INIT(MIB);

    json_init();
    json_fill(filled);
    assert_int_equal(json_count(json_find(filled, "many")), 5);
    assert_true(cJSON_IsArray(json_find(filled, "none")));
    for (int pretty = 0; pretty < 2; pretty++) {
        strbuf_clear(&a);
        strbuf_clear(&b);
        expect_ok((pretty ? json_pretty : json_canonical)(made, &a, &err), err);
        expect_ok((pretty ? json_pretty : json_canonical)(filled, &b, &err), err);
        assert_string_equal(a.buf, b.buf);
    }
}

/* Larger than a piece, so that it goes out in several. */
TEST(a_draft_has_the_same_bytes)
{
    const char *dir = expect_dir();
    struct arena arena = {0};
    const char *path = file_join(&arena, dir, "list.json");
    struct json_list lists[3];
    struct error err = {0};
    struct file_draft draft;
    cleanup_json cJSON *tree = tree_of(lists, 5000);
    cleanup_strbuf struct strbuf text = STRBUF_INIT(8 * MIB), read = STRBUF_INIT(8 * MIB);

    expect_ok(json_pretty_draft(tree, &draft, path, 8 * MIB, &err), err);
    assert_false(file_exists(path));
    expect_ok(file_publish(&draft, 1, &err), err);
    expect_ok(json_pretty(tree, &text, &err), err);
    assert_true(text.len > 300000);
    expect_ok(file_read(path, 8 * MIB, &read, &err), err);
    assert_int_equal(text.len, read.len);
    assert_memory_equal(text.buf, read.buf, text.len);

    assert_int_equal(json_pretty_draft(tree, &draft, path, text.len - 1, &err), -1);
    expect_error(err, ERR_LIMIT, path);
    assert_string_equal(draft.temporary, "");
    expect_ok(file_remove_tree(dir, &err), err);
    arena_free(&arena);
}

static const char *const texts[] = {
    "{\"rows\":[]}",
    " {\"a\":1,\"rows\" : [ 1 , \"]\\\"\" ,{\"x\":[2,{}]},[],null ],\"z\":{\"rows\":[7]}} ",
    "{\"rows\":[{\"a\":\"\\\\\"},-1.5e3,true]}",
    "{\"z\":{\"rows\":[7]},\"rows\":\"none\"}",
    "{\"r\\u006fws\":[1,2]}",
    "[1,2]",
    "{}",
    "{\"z\":[{\"rows\":[1]}]}",
};

/* Head and rows together are the whole tree. */
TEST(rows_read_one_by_one_are_the_rows)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cleanup_strbuf struct strbuf a = STRBUF_INIT(MIB), b = STRBUF_INIT(MIB);
        struct json_rows rows;
        struct error err = {0};
        size_t len = strlen(texts[i]), count = 0;
        cleanup_json cJSON *whole = json_parse("t", texts[i], len, &err);
        cleanup_json cJSON *head = json_parse_head("t", texts[i], len, "rows", &rows, &err);
        cJSON *list = cJSON_IsObject(head) ? cJSON_GetObjectItem(head, "rows") : NULL, *row;

        assert_non_null(head);
        for (; (row = json_next_row(&rows)); count++)
            (void)cJSON_AddItemToArray(list, row);
        assert_int_equal(count, rows.count);
        expect_ok(json_canonical(whole, &a, &err), err);
        expect_ok(json_canonical(head, &b, &err), err);
        assert_string_equal(a.buf, b.buf);
    }
}

TEST(rows_of_bad_text_are_refused_as_a_tree_is)
{
    static const char *const bad[] = {"{\"rows\":[1,]}", "{\"rows\":[01]}", "{\"rows\":[1]",
                                      "{\"rows\":[{\"a\":1,\"a\":2}]}", ""};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct json_rows rows;
        struct error a = {0}, b = {0};

        assert_null(json_parse("t", bad[i], strlen(bad[i]), &a));
        assert_null(json_parse_head("t", bad[i], strlen(bad[i]), "rows", &rows, &b));
        assert_string_equal(a.msg, b.msg);
        assert_int_equal(a.code, b.code);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_written_as_arrays_are),
        cmocka_unit_test(a_draft_has_the_same_bytes),
        cmocka_unit_test(rows_read_one_by_one_are_the_rows),
        cmocka_unit_test(rows_of_bad_text_are_refused_as_a_tree_is),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
