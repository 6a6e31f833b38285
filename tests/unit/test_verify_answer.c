/* test_verify_answer.c - the answer of verify is whole or an error. */
#include "expect.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "verify_answer.h"

/* Read answers to a bad pack into a buffer of that size. */
static int answer_in(size_t most, struct strbuf *out, struct error *err)
{
    struct verify_result r = {.unsigned_files = 1};
    struct error reason = {0};
    int status;

    (void)fail(&reason, ERR_VERIFY, "raw/1: changed");
    out->max = most;
    status = verify_json("pack\x01", &r, &reason, out, err);
    return status ? status : strbuf_finish(out, "pack", err);
}

TEST(a_whole_answer_is_json)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(0);
    struct error err = {0};
    cleanup_json cJSON *tree = NULL;

    json_init();
    expect_ok(answer_in(MIB, &out, &err), err);
    tree = json_parse("answer", out.buf, out.len, &err);
    assert_string_equal(json_str(tree, "result"), "refused");
    assert_string_equal(json_str(tree, "reason"), "raw/1: changed");
    assert_string_equal(json_str(tree, "pack"), "pack\\x01");
}

/* Half an answer that is JSON by chance would be worse than none. */
TEST(an_answer_that_does_not_fit_is_an_error)
{
    cleanup_strbuf struct strbuf whole = STRBUF_INIT(0);
    struct error err = {0};

    expect_ok(answer_in(MIB, &whole, &err), err);
    for (size_t most = 0; most < whole.len; most++) {
        cleanup_strbuf struct strbuf out = STRBUF_INIT(0);

        assert_int_equal(answer_in(most, &out, &err), -1);
        expect_error(err, ERR_LIMIT, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_answer_is_json),
        cmocka_unit_test(an_answer_that_does_not_fit_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
