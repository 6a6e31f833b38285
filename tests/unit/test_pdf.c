/* test_pdf.c - the PDF renderer: whole, repeatable, and unmoved by broken or hostile reports. */
#include "expect.h"

#include "base/json.h"
#include "base/limits.h"
#include "embedded.h"
#include "render/pdf_haru.h"
#include "render/pdf_parts.h"
#include "render/pdf_ttf.h"
#include "render/render.h"

static const char small_report[] =
    "{\"schema\":\"reportgen-report/1\",\"title\":\"MFA posture report\",\"question\":\"Is it?\","
    "\"sample\":true,\"producer\":{\"name\":\"reportgen\",\"version\":\"0\"},"
    "\"ruleset\":{\"version\":\"1\",\"sha256\":\"00112233\"},"
    "\"organization\":{\"id\":\"o-1\",\"name\":\"Example Corp (sample)\"},"
    "\"edition\":{\"id\":\"auditor\",\"label\":\"Auditor edition\",\"classification\":\"C\","
    "\"appendix\":true},"
    "\"document\":{\"date\":\"2026-11-24T06:14:00Z\",\"dateText\":\"24 Nov 2026\"},"
    "\"scan\":{\"finishedAt\":\"2026-11-23T06:01:12Z\"},"
    "\"scope\":{\"accounts\":[{\"id\":\"111122223333\",\"name\":\"a\",\"included\":true,"
    "\"read\":true}]},"
    "\"verdict\":{\"resultText\":\"Fail\",\"complete\":false,\"reasons\":[{\"code\":\"query\","
    "\"text\":\"refused\"}]},"
    "\"score\":{\"value\":35,\"valueText\":\"35\",\"assessed\":true,\"grade\":\"F\",\"ceiling\":49,"
    "\"ceilingText\":\"Capped at 49: root\",\"explain\":[]},"
    "\"coverage\":{\"percent\":98.4,\"text\":\"98.4 %\"},"
    "\"tiles\":[{\"id\":\"critical\",\"label\":\"Critical\",\"valueText\":\"4\"}],"
    "\"tiers\":[{\"id\":\"root\",\"title\":\"Root\",\"assessed\":true,\"rate\":90,\"weight\":30,"
    "\"checks\":[{\"id\":\"iam.root_mfa_enabled\",\"title\":\"Root has MFA\",\"status\":\"FAIL\","
    "\"statusText\":\"FAIL\",\"severity\":\"critical\",\"severityText\":\"Critical\","
    "\"openFindings\":[{\"id\":\"f-1\",\"resource\":\"arn:aws:iam::111122223333:root\","
    "\"name\":\"root\",\"status\":\"FAIL\",\"statusText\":\"FAIL\",\"detail\":\"no device\"}]}]}],"
    "\"fixes\":[{\"rank\":1,\"title\":\"Register\"}],"
    "\"groups\":[{\"title\":\"1:\",\"text\":\"\",\"fixes\":[{\"rank\":1,\"title\":\"Register\"}]}],"
    "\"populations\":[],\"queries\":[],\"evidence\":[{\"file\":\"raw/1/0001-a.xml\"}],"
    "\"limits\":[\"one\",\"two\"],\"decision\":\"\"}";

static cJSON *parse(const char *text)
{
    struct error err = {0};
    cJSON *report = json_parse("report", text, strlen(text), &err);

    assert_non_null(report);
    return report;
}

/* Where `what` stands in the file; NULL when it does not. */
static const char *find(const struct strbuf *pdf, const char *what)
{
    size_t len = strlen(what);

    for (size_t i = 0; i + len <= pdf->len; i++)
        if (memcmp(pdf->buf + i, what, len) == 0)
            return pdf->buf + i;
    return NULL;
}

static bool holds(const struct strbuf *pdf, const char *what)
{
    return find(pdf, what) != NULL;
}

TEST(a_report_becomes_the_same_file_twice)
{
    cleanup_json cJSON *report = parse(small_report);
    cleanup_strbuf struct strbuf one = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    cleanup_strbuf struct strbuf two = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    struct error err = {0};

    expect_ok(render_pdf.render(report, &one, &err), err);
    expect_ok(render_pdf.render(report, &two, &err), err);
    assert_true(one.len > 20000);
    assert_memory_equal(one.buf, "%PDF-1.7", 8);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.buf, two.buf, one.len);
    assert_true(holds(&one, "/CreationDate (D:20261124061400Z"));
    assert_true(holds(&one, "/ID ["));
    assert_true(holds(&one, "/FontFile2"));
    assert_true(holds(&one, "/ToUnicode"));
    assert_true(holds(&one, "%%EOF"));
}

TEST(another_report_has_another_id)
{
    cleanup_json cJSON *report = parse(small_report);
    cleanup_strbuf struct strbuf one = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    cleanup_strbuf struct strbuf two = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    struct error err = {0};

    expect_ok(render_pdf.render(report, &one, &err), err);
    cJSON_ReplaceItemInObject(report, "decision", cJSON_CreateString("decide"));
    expect_ok(render_pdf.render(report, &two, &err), err);

    const char *a = find(&one, "/ID ["), *b = find(&two, "/ID [");

    assert_non_null(a);
    assert_non_null(b);
    assert_memory_not_equal(a, b, 40);
}

TEST(a_report_with_a_piece_missing_is_refused)
{
    static const char *const needed[] = {
        "schema",  "organization", "edition",  "document", "scan",  "scope",
        "verdict", "score",        "coverage", "tiles",    "tiers", "fixes",
        "groups",  "populations",  "queries",  "evidence", "limits"};

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        cleanup_json cJSON *report = parse(small_report);
        cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
        struct error err = {0};

        cJSON_DeleteItemFromObject(report, needed[i]);
        assert_int_equal(render_pdf.render(report, &out, &err), -1);
        expect_error(err, ERR_FORMAT, "report: ");
    }
}

TEST(a_bad_date_is_refused)
{
    cleanup_json cJSON *report = parse(small_report);
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    cJSON *document = cJSON_GetObjectItem(report, "document");
    struct error err = {0};

    cJSON_ReplaceItemInObject(document, "date", cJSON_CreateString("yesterday"));
    assert_int_equal(render_pdf.render(report, &out, &err), -1);
    expect_error(err, ERR_FORMAT, "report: document.date");
}

TEST(a_document_larger_than_its_limit_is_refused)
{
    cleanup_json cJSON *report = parse(small_report);
    cleanup_strbuf struct strbuf out = STRBUF_INIT(1000);
    struct error err = {0};

    assert_int_equal(render_pdf.render(report, &out, &err), -1);
    expect_error(err, ERR_LIMIT, "report: ");
}

/* Replace every text of the tree but the date by `text`. */
static void fill(cJSON *item, const char *text)
{
    for (cJSON *child = item->child; child; child = child->next) {
        if (cJSON_IsString(child) && strcmp(child->string ? child->string : "", "date") != 0)
            cJSON_SetValuestring(child, text);
        fill(child, text);
    }
}

TEST(hostile_texts_are_drawn_somehow)
{
    static const char *const texts[] = {
        "",           " ",    "\n\r\t", "\x01\x07\x1b[31m", "<b>|`\"'\\()", "שלום", "\u202egnp.exe",
        "\U0001F600", "%s%n", "ünïcödé"};
    struct arena arena = {0};
    char *name = arena_alloc(&arena, 4097, 1);

    memset(name, 'n', 4096);
    for (size_t i = 0; i <= sizeof texts / sizeof *texts; i++) {
        cleanup_json cJSON *report = parse(small_report);
        cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
        struct error err = {0};

        fill(report, i < sizeof texts / sizeof *texts ? texts[i] : name);
        expect_ok(render_pdf.render(report, &out, &err), err);
        assert_true(holds(&out, "%%EOF"));
    }
    arena_free(&arena);
}

static const struct pdf_meta meta = {"t", "", "", "", "2026-11-24T06:14:00Z", "", false};

TEST(what_fonts_cannot_show_is_named)
{
    struct arena arena = {0};
    struct error err = {0};
    struct pdf *pdf = pdf_open(&arena, &meta, &err);

    assert_non_null(pdf);
    assert_string_equal(pdf_printable(pdf, "plain"), "plain");
    assert_string_equal(pdf_printable(pdf, "a\nb"), "a b");
    assert_string_equal(pdf_printable(pdf, "é"), "é");
    assert_false(pdf_replaced(pdf));
    assert_string_equal(pdf_printable(pdf, "\u05d0x"), "<U+05D0>x");
    assert_string_equal(pdf_printable(pdf, "\u202ex"), "<U+202E>x");
    assert_string_equal(pdf_printable(pdf, "\U0001F600"), "<U+1F600>");
    assert_true(pdf_replaced(pdf));
    assert_null(strchr(pdf_printable(pdf, "a\xff"), '\xff'));
    pdf_close(pdf);
    arena_free(&arena);
}

/* Without the parts of libharu that other versions may not have. */
TEST(the_plain_document_needs_no_fonts)
{
    struct pdf_meta plain = meta;
    struct arena arena = {0};
    struct error err = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    static const struct pdf_gradient gradient = {BAND_FROM, BAND_TO, 0};

    plain.plain = true;

    struct pdf *pdf = pdf_open(&arena, &plain, &err);

    assert_non_null(pdf);
    pdf_page_add(pdf);
    pdf_shade(pdf, (struct pdf_box){0, 0, 100, 10}, &gradient);
    pdf_text(pdf, (struct pdf_point){10, 30}, &pdf_type.heading, "Café −1");
    pdf_bookmark(pdf, 0, "Here", 0, 10);
    pdf_link(pdf, (struct pdf_box){10, 10, 10, 10}, 0, 0);
    expect_ok(pdf_save(pdf, &out, &err), err);
    assert_true(holds(&out, "/Helvetica"));
    assert_false(holds(&out, "/FontFile2"));
    pdf_close(pdf);
    arena_free(&arena);
}

TEST(a_subset_keeps_the_parts_of_composite_glyphs)
{
    const struct embedded *file = embedded_find("fonts/Lato-Regular.ttf");
    struct error err = {0};
    struct ttf font, subset;
    unsigned char used[65536] = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    unsigned marked = 0;

    assert_non_null(file);
    expect_ok(ttf_open(&font, file->path, (struct ttf_table){file->bytes, file->len}, &err), err);
    assert_int_equal(ttf_glyph(&font, 0x05D0), 0);
    assert_int_equal(ttf_glyph(&font, 0x1F600), 0);
    used[ttf_glyph(&font, 0xE9)] = 1;
    ttf_close(&font, used);
    for (size_t i = 0; i < font.glyphs; i++)
        marked += used[i];
    assert_true(marked >= 3);
    assert_int_equal(ttf_subset(&font, used, &out, &err), 0);
    assert_true(out.len < file->len / 4);
    /* It has no character map any more, so opening it fails there and not before. */
    assert_int_equal(ttf_open(&subset, "subset",
                              (struct ttf_table){(const unsigned char *)out.buf, out.len}, &err),
                     -1);
    expect_error(err, ERR_FORMAT, "subset: no format 4");
}

/* Whatever part of it meets the limit first. */
TEST(a_subset_larger_than_its_limit_is_refused)
{
    const struct embedded *file = embedded_find("fonts/Lato-Regular.ttf");
    struct error err = {0};
    struct ttf font;
    unsigned char used[65536] = {0};
    cleanup_strbuf struct strbuf whole = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);

    assert_non_null(file);
    expect_ok(ttf_open(&font, file->path, (struct ttf_table){file->bytes, file->len}, &err), err);
    for (uint32_t code = 'A'; code <= 'H'; code++)
        used[ttf_glyph(&font, code)] = 1;
    expect_ok(ttf_subset(&font, used, &whole, &err), err);
    for (size_t max = 0; max <= whole.len; max++) {
        cleanup_strbuf struct strbuf out = STRBUF_INIT(max);

        assert_int_equal(ttf_subset(&font, used, &out, &err), max < whole.len ? -1 : 0);
        if (max < whole.len)
            expect_error(err, ERR_LIMIT, "subset font: ");
    }
}

TEST(a_damaged_font_is_refused_or_read_within_its_bounds)
{
    const struct embedded *file = embedded_find("fonts/JetBrainsMono-Regular.ttf");

    assert_non_null(file);
    for (size_t i = 0; i < 400; i++) {
        struct arena arena = {0};
        unsigned char *copy = arena_alloc(&arena, file->len, 1);
        unsigned char used[65536] = {0};
        struct error err = {0};
        struct ttf font;

        memcpy(copy, file->bytes, file->len);
        copy[i] ^= 0xFF;
        if (ttf_open(&font, "font", (struct ttf_table){copy, file->len}, &err) == 0) {
            used[ttf_glyph(&font, 'A')] = 1;
            (void)ttf_advance(&font, ttf_glyph(&font, 'A'));
            (void)ttf_kern(&font, 1, 2);
            ttf_close(&font, used);
        }
        arena_free(&arena);
    }
}

static int set_up(void **state)
{
    (void)state;
    json_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_becomes_the_same_file_twice),
        cmocka_unit_test(another_report_has_another_id),
        cmocka_unit_test(a_report_with_a_piece_missing_is_refused),
        cmocka_unit_test(a_bad_date_is_refused),
        cmocka_unit_test(a_document_larger_than_its_limit_is_refused),
        cmocka_unit_test(hostile_texts_are_drawn_somehow),
        cmocka_unit_test(what_fonts_cannot_show_is_named),
        cmocka_unit_test(the_plain_document_needs_no_fonts),
        cmocka_unit_test(a_subset_keeps_the_parts_of_composite_glyphs),
        cmocka_unit_test(a_subset_larger_than_its_limit_is_refused),
        cmocka_unit_test(a_damaged_font_is_refused_or_read_within_its_bounds),
    };

    return RUN_TESTS(tests, set_up, NULL);
}
