/* test_csv.c - rows by header name, and refusals of the CSV reader. */
#include "expect.h"

#include "base/csv.h"
#include "base/limits.h"

/* Writes down columns a, b and c of every row. */
struct record {
    struct strbuf out;
    size_t stop_at;
};

static int on_row(void *context, const struct csv_row *row, struct error *err)
{
    struct record *r = context;
    const char *a = csv_field(row, "a");
    const char *b = csv_field(row, "b");
    const char *c = csv_field(row, "c");

    strbuf_addf(&r->out, "%zu %s|%s|%s\n", csv_row_number(row), a ? a : "-", b ? b : "-",
                c ? c : "-");
    if (csv_row_number(row) == r->stop_at)
        return fail(err, ERR_LIMIT, "enough");
    return 0;
}

static int read_into(struct record *r, const char *text, size_t len, struct error *err)
{
    char *exact = memory_alloc(len);

    memcpy(exact, text, len);

    int result = csv_each("t.csv", exact, len, on_row, r, err);

    free(exact);
    return result;
}

static void check_rows(const char *text, const char *want)
{
    struct error err = {0};
    struct record r = {.out = STRBUF_INIT(100000)};

    expect_ok(read_into(&r, text, strlen(text), &err), err);
    assert_string_equal(r.out.buf, want);
    strbuf_free(&r.out);
}

TEST(rows_come_by_header)
{
    check_rows("a,b,x\n1,2,3\n4,5,6\n", "2 1|2|-\n3 4|5|-\n");
    check_rows("b,a\n1,2", "2 2|1|-\n");
    check_rows("a,b\n", "");
    check_rows("a", "");
    check_rows("a\n\"\"\n", "2 |-|-\n");
    check_rows("a,b,c\n,,\n", "2 ||\n");
}

TEST(line_ends_may_be_windows_ones)
{
    check_rows("a,b\r\n1,2\r\n3,4\r\n", "2 1|2|-\n3 3|4|-\n");
    check_rows("a,b\r\n1,2", "2 1|2|-\n");
    check_rows("\xEF\xBB\xBF"
               "a,b\r\n1,2\n",
               "2 1|2|-\n");
}

TEST(quotes_hold_anything)
{
    check_rows("\"a\",\"b\"\n\"1,2\",\"say \"\"hi\"\"\"\n", "2 1,2|say \"hi\"|-\n");
    check_rows("a,b\n\"line\nfeed\",\"\r\"\nx,y\n", "2 line\nfeed|\r|-\n3 x|y|-\n");
}

TEST(white_space_belongs_to_the_field)
{
    check_rows("a,b\n 1 ,\t2\t\n", "2  1 |\t2\t|-\n");
    check_rows("a,b\n\" 1 \",2\n", "2  1 |2|-\n");
}

TEST(empty_lines_at_the_end_do_not_count)
{
    check_rows("a,b\n1,2\n\n\n", "2 1|2|-\n");
    check_rows("a,b\r\n1,2\r\n\r\n", "2 1|2|-\n");
}

static int check_columns(void *context, const struct csv_row *row, struct error *err)
{
    (void)context;
    (void)err;
    assert_int_equal(csv_column(row, "user"), 1);
    assert_int_equal(csv_column(row, "password_enabled"), 3);
    assert_int_equal(csv_column(row, "User"), 0);
    assert_int_equal(csv_column(row, ""), 0);
    assert_string_equal(csv_field(row, "password_enabled"), "true");
    assert_null(csv_field(row, "mfa_active"));
    return 0;
}

TEST(columns_are_numbered_from_one)
{
    static const char text[] = "user,arn,password_enabled\nroot,x,true\n";
    struct error err = {0};

    expect_ok(csv_each("t.csv", text, sizeof text - 1, check_columns, NULL, &err), err);
}

/* One refused text a row. To add one: text, and how the message begins. */
static const struct {
    const char *text;
    const char *message;
} refused[] = {
    {"", "t.csv:row 1: no header"},
    {"\n", "t.csv:row 1: no header"},
    {"\r\na\n", "t.csv:row 1: no header"},
    {"\xEF\xBB\xBF", "t.csv:row 1: no header"},
    {"a,a\n", "t.csv:row 1: two columns of one name"},
    {"a,b,a\n1,2,3\n", "t.csv:row 1: two columns of one name"},
    {"a,,\n", "t.csv:row 1: two columns of one name"},
    {"a,b\n1\n", "t.csv:row 2: fewer fields than the header has"},
    {"a,b\n1,2\n3", "t.csv:row 3: fewer fields than the header has"},
    {"a,b\n1,2,3\n", "t.csv:row 2: more fields than the header has"},
    {"a,b\n1,2,\n", "t.csv:row 2: more fields than the header has"},
    {"a,b\n1,2\n\n3,4\n", "t.csv:row 3: empty line"},
    {"a,b\r\n1,2\r\n\r\n\r\n3,4\r\n", "t.csv:row 3: empty line"},
    {"a\n\nb\n", "t.csv:row 2: empty line"},
    {"a,b\n\"1,2\n", "t.csv:row 2: quote without an end"},
    {"a,\"b", "t.csv:row 1: quote without an end"},
    {"a,b\n\"1\"x,2\n", "t.csv:row 2: misplaced quote"},
    {"a,b\n\"1\" ,2\n", "t.csv:row 2: misplaced quote"},
    {"a,b\n1\"2,3\n", "t.csv:row 2: misplaced quote"},
    {"a,b\n1, \"2\"\n", "t.csv:row 2: misplaced quote"},
    {"a,b\n1,\xFF\n", "t.csv:row 2: not UTF-8"},
    {"a,\xC3\n1,2\n", "t.csv:row 1: not UTF-8"},
    {"a,b\n1,\"\xED\xA0\x80\"\n", "t.csv:row 2: not UTF-8"},
    {"a,b\r1,2\r", "t.csv:row 1: carriage return without a line feed"},
    {"a,b\n1,2\r3,4\n", "t.csv:row 2: carriage return without a line feed"},
    {"a,b\n1,2\r", "t.csv:row 2: carriage return without a line feed"},
    {"a,b\n1,2\r\r\n", "t.csv:row 2: carriage return without a line feed"},
};

TEST(loose_files_are_refused_with_the_row)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct error err = {0};
        struct record r = {.out = STRBUF_INIT(100000)};

        assert_int_equal(read_into(&r, refused[i].text, strlen(refused[i].text), &err), -1);
        expect_error(err, ERR_FORMAT, refused[i].message);
        strbuf_free(&r.out);
    }
}

TEST(nul_bytes_are_refused)
{
    struct error err = {0};
    struct record r = {.out = STRBUF_INIT(1000)};

    assert_int_equal(read_into(&r, "a,b\n1,x\0y\n", 10, &err), -1);
    expect_error(err, ERR_FORMAT, "t.csv:row 2: NUL byte");
    assert_int_equal(read_into(&r, "a,\"b\0\"\n", 7, &err), -1);
    expect_error(err, ERR_FORMAT, "t.csv:row 1: NUL byte");
    strbuf_free(&r.out);
}

TEST(a_handler_can_stop)
{
    struct error err = {0};
    struct record r = {.out = STRBUF_INIT(1000), .stop_at = 3};

    assert_int_equal(read_into(&r, "a\n1\n2\n3\n", 8, &err), -1);
    expect_error(err, ERR_LIMIT, "t.csv:row 3: enough");
    assert_string_equal(r.out.buf, "2 1|-|-\n3 2|-|-\n");
    strbuf_free(&r.out);
}

static int read_columns(size_t columns, struct error *err)
{
    struct record r = {.out = STRBUF_INIT(1000)};
    cleanup_strbuf struct strbuf text = STRBUF_INIT(10000);

    for (size_t i = 0; i < columns; i++)
        strbuf_addf(&text, "%sn%zu", i ? "," : "", i);

    int result = read_into(&r, text.buf, text.len, err);

    strbuf_free(&r.out);
    return result;
}

TEST(columns_are_bounded)
{
    struct error err = {0};

    expect_ok(read_columns(LIMIT_CSV_COLUMNS, &err), err);
    assert_int_equal(read_columns(LIMIT_CSV_COLUMNS + 1, &err), -1);
    expect_error(err, ERR_LIMIT, "t.csv:row 1: too many columns");
}

static int count_row(void *context, const struct csv_row *row, struct error *err)
{
    size_t *count = context;

    (void)row;
    (void)err;
    ++*count;
    return 0;
}

TEST(rows_are_bounded)
{
    struct error err = {0};
    size_t count = 0;
    size_t len = 2 * (LIMIT_CSV_ROWS + 1);
    char *text = memory_alloc(len);

    for (size_t i = 0; i < len; i++)
        text[i] = i % 2 ? '\n' : 'x';
    expect_ok(csv_each("t.csv", text, len - 2, count_row, &count, &err), err);
    assert_int_equal(count, LIMIT_CSV_ROWS - 1);
    assert_int_equal(csv_each("t.csv", text, len, count_row, &count, &err), -1);
    expect_error(err, ERR_LIMIT, "t.csv:row 1000001: too many rows");
    free(text);
}

/* Rows that lie across the pieces in which the file is given to libcsv. */
TEST(long_files_come_whole)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);
    struct error err = {0};
    size_t count = 0;

    strbuf_addstr(&text, "a,b\r\n");
    for (int i = 0; i < 20000; i++)
        strbuf_addf(&text, "%d,\"%0*d\r\n\"\r\n", i, i % 20, i);
    expect_ok(csv_each("t.csv", text.buf, text.len, count_row, &count, &err), err);
    assert_int_equal(count, 20000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_by_header),
        cmocka_unit_test(line_ends_may_be_windows_ones),
        cmocka_unit_test(quotes_hold_anything),
        cmocka_unit_test(white_space_belongs_to_the_field),
        cmocka_unit_test(empty_lines_at_the_end_do_not_count),
        cmocka_unit_test(columns_are_numbered_from_one),
        cmocka_unit_test(loose_files_are_refused_with_the_row),
        cmocka_unit_test(nul_bytes_are_refused),
        cmocka_unit_test(a_handler_can_stop),
        cmocka_unit_test(columns_are_bounded),
        cmocka_unit_test(rows_are_bounded),
        cmocka_unit_test(long_files_come_whole),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
