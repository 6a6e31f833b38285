/* pdf_findings.c - every tier with its checks: a card per open check, a table of the others. */
#include <math.h>
#include <string.h>

#include "render/pdf_pages.h"
#include "render/pdf_table.h"

enum { FINDINGS_SHOWN = 20, FACTS = 4, SHORT_NAME = 24 /* characters */ };
#define STATUS_WIDTH 84.0
#define CARD_WIDTH (CARD_RIGHT - CARD_LEFT)
#define TAIL_HEIGHT 96.0   /* of fix, supports and facts */
#define WHOLE_HEIGHT 330.0 /* a card up to this height is never split */
#define HALF_X 298.0       /* the card's right half */

static void draw_stat(struct sheet *sheet, double right, const char *value, const char *word)
{
    struct pdf_style big = {FACE_BOLD, 12.5, WHITE, 0}, small = {FACE_REGULAR, 7.4, ON_INK, 0};

    pdf_text_right(sheet->pdf, (struct pdf_point){right, sheet->y + 20}, &big, value);
    pdf_text_right(sheet->pdf, (struct pdf_point){right, sheet->y + 33}, &small, word);
}

/* The tier's band, kept together with the `first` points after it. */
static void draw_tier(struct sheet *sheet, const cJSON *tier, double first)
{
    struct pdf_style title = {FACE_BOLD, 14, WHITE, 0}, about = {FACE_REGULAR, 8, ON_INK, 0};
    struct pdf_text_block block = {json_str(tier, "about"), &about, BREAK_WORDS};
    struct pdf_lines lines = pdf_wrap_block(sheet->pdf, sheet->arena, &block, 290);
    bool capped = cJSON_IsNumber(json_find(tier, "ceiling"));
    double height = 31.6 + 10.4 * (double)lines.count, right = SHEET_RIGHT - 16;

    sheet_need(sheet, height + 12 + first);
    pdf_bookmark(sheet->pdf, 1, json_str(tier, "title"), pdf_page_count(sheet->pdf) - 1,
                 sheet->y - 8);
    pdf_fill_box(sheet->pdf, (struct pdf_box){SHEET_LEFT, sheet->y, SHEET_WIDTH, height}, 6, INK);
    pdf_text(sheet->pdf, (struct pdf_point){CARD_LEFT - 2, sheet->y + 20}, &title,
             json_str(tier, "title"));
    pdf_show_lines(sheet->pdf, (struct pdf_point){CARD_LEFT - 2, sheet->y + 33}, &about, &lines,
                   10.4);
    draw_stat(sheet, right,
              capped ? arena_printf(sheet->arena, "%.0f", json_num(tier, "ceiling")) : "none",
              "Ceiling");
    draw_stat(sheet, right - 44, pdf_count(sheet->arena, json_num(tier, "open")), "Open");
    draw_stat(sheet, right - 88, pdf_count(sheet->arena, json_num(tier, "weight")), "Weight");
    draw_stat(sheet, right - 132, json_str(tier, "rateText"), "Rate");
    sheet->y += height + 12;
}

static bool is_open(const cJSON *check)
{
    const char *status = json_str(check, "status");

    return strcmp(status, "FAIL") == 0 || strcmp(status, "UNKNOWN") == 0 ||
           strcmp(status, "MANUAL") == 0;
}

/* The mark of a check: a FAIL of which every finding is waived is shown as waived. */
static const char *mark_of(const cJSON *item, bool waived)
{
    const char *status = json_str(item, "status");

    return waived && strcmp(status, "FAIL") == 0 ? "WAIVED" : status;
}

/* Pill and status word, right-aligned; returns where they begin. */
static double draw_corner(struct sheet *sheet, const cJSON *check, double y)
{
    const char *mark = mark_of(check, json_num(check, "waived") > 0 &&
                                          json_num(check, "waived") >= json_num(check, "fail"));
    struct pdf_style word = {FACE_BOLD, 9.4, pdf_status_text(mark), 0};
    const char *text = json_str(check, "statusText"), *severity = json_str(check, "severityText");
    double x = CARD_RIGHT - pdf_text_width(sheet->pdf, &word, text);

    pdf_text(sheet->pdf, (struct pdf_point){x, y}, &word, text);
    x -= 9.4;
    pdf_status(sheet->pdf, (struct pdf_point){x, y - 3.4}, 5, mark);
    x -= 5 + 8 + pdf_severity_width(sheet->pdf, severity);
    pdf_severity(sheet->pdf, (struct pdf_point){x, y - 3.4}, json_str(check, "severity"), severity);
    return x;
}

/* Title, id, layer, corner. */
static void draw_card_head(struct sheet *sheet, const cJSON *check, const struct pdf_lines *title)
{
    const char *core = json_str(check, "coreText");
    double y = sheet->y + 20;
    struct pdf_point at = {CARD_LEFT, y};

    draw_corner(sheet, check, y);
    pdf_show_lines(sheet->pdf, at, &pdf_type.card_title, title, 14);
    at.y += 14 * (double)title->count;
    at.x += pdf_text(sheet->pdf, at, &pdf_type.mono_id, json_str(check, "id")) + 8;
    pdf_text(sheet->pdf, at, &pdf_type.note,
             arena_printf(sheet->arena, "%s%s%s", json_str(check, "layerText"),
                          *core ? "  ·  " : "", core));
    sheet->y = at.y + 8;
}

/* What was found, in words; then who waived or attested it, until when and why. */
static const char *found_text(struct sheet *sheet, const cJSON *finding)
{
    const cJSON *waiver = json_find(finding, "waiver");
    const char *detail = json_str(finding, "detail");

    if (!*detail)
        detail = json_str(finding, "observed");
    if (*json_str(finding, "attestationText"))
        return arena_printf(sheet->arena, "%s. %s: %s", detail,
                            json_str(finding, "attestationText"),
                            json_str(json_find(finding, "attestation"), "statement"));
    if (!cJSON_IsObject(waiver))
        return detail;
    if (!json_true(waiver, "valid"))
        return arena_printf(sheet->arena, "%s; %s", detail, json_str(finding, "waiverText"));
    return arena_printf(sheet->arena, "%s; %s (%s): %s", detail, json_str(finding, "waiverText"),
                        json_str(waiver, "id"), json_str(waiver, "reason"));
}

static void draw_finding(struct table *table, const cJSON *finding)
{
    static const struct pdf_style id = {FACE_MONO, 6.6, BRAND_TEXT, 0};
    struct sheet *sheet = table->sheet;
    const char *name = json_str(finding, "accountName"), *observed = json_str(finding, "observed");
    const char *found = found_text(sheet, finding);
    const struct table_cell cells[] = {
        {.text = json_str(finding, "resource"),
         .style = &pdf_type.mono,
         .breaks = BREAK_ARN,
         .note =
             arena_printf(sheet->arena, "%s%s%s", json_str(finding, "id"), *name ? "  " : "", name),
         .note_style = &id},
        {.text = found, .note = strstr(found, observed) ? "" : observed},
        {.text = json_str(finding, "statusText"),
         .kind = CELL_STATUS,
         .level = mark_of(finding, json_true(json_find(finding, "waiver"), "valid"))},
        {.text = json_str(finding, "since")},
    };

    table_row(table, cells);
}

/* Wide enough for most ARNs in one line; narrow when all there is to name is accounts. */
static double resource_width(const cJSON *findings, bool since)
{
    size_t longest = 0;

    for (const cJSON *f = json_first(findings); f; f = f->next) {
        size_t len = strlen(json_str(f, "resource"));

        longest = len > longest ? len : longest;
    }
    return longest <= SHORT_NAME ? 168 : since ? 182 : 214;
}

/* The findings table, at most `limit` rows. */
static void draw_list(struct sheet *sheet, const cJSON *check, size_t limit)
{
    const cJSON *findings = json_find(check, "openFindings");
    size_t all = json_count(findings), shown = 0;
    bool since = false;

    for (const cJSON *f = json_first(findings); f && !since; f = f->next)
        since = *json_str(f, "since");

    double resource = resource_width(findings, since), right = since ? 64 : 0;
    const struct table_column columns[] = {
        {"Resource", resource, false},
        {"Found", CARD_WIDTH - resource - STATUS_WIDTH - right, false},
        {"Status", STATUS_WIDTH, false},
        {"Since", right, false},
    };
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = since ? 4 : 3,
                          .x = CARD_LEFT,
                          .width = CARD_WIDTH,
                          .in_card = true,
                          .row_padding = 3.2};

    if (all == 0)
        return;
    pdf_text(sheet->pdf, (struct pdf_point){CARD_LEFT, sheet->y + 8}, &pdf_type.label,
             arena_printf(sheet->arena, "%s OPEN, %s JUDGED",
                          pdf_count(sheet->arena, json_num(check, "open")),
                          pdf_count(sheet->arena, json_num(check, "judged"))));
    sheet->y += 14;
    table_begin(&table);
    for (const cJSON *f = json_first(findings); f && shown < limit; f = f->next, shown++)
        draw_finding(&table, f);
    if (shown < all) {
        sheet_need(sheet, 16);
        sheet->y += 11;
        pdf_text(sheet->pdf, (struct pdf_point){CARD_LEFT + 10, sheet->y}, &pdf_type.note,
                 arena_printf(sheet->arena, "and %s more, in the JSON",
                              pdf_count(sheet->arena, (double)(all - shown))));
        sheet->y += 5;
    }
    sheet->y += 8;
}

static const struct pdf_style evidence_style = {FACE_MONO, 6.6, INK, 0};

/* The first finding's first piece of evidence, as lines under a label; empty when there is none. */
static struct pdf_lines evidence_lines(struct sheet *sheet, const cJSON *check, const char *key,
                                       enum pdf_breaks breaks)
{
    const cJSON *finding = json_first(json_find(check, "openFindings"));
    const cJSON *evidence = json_first(json_find(finding, "evidence"));
    struct pdf_text_block block = {json_str(evidence, key), &evidence_style, breaks};

    if (!*block.text)
        return (struct pdf_lines){NULL, 0};
    return pdf_wrap_block(sheet->pdf, sheet->arena, &block, CARD_RIGHT - HALF_X - 36);
}

static double draw_evidence_part(struct sheet *sheet, double y, const char *word,
                                 const struct pdf_lines *lines)
{
    if (lines->count == 0)
        return y;
    pdf_text(sheet->pdf, (struct pdf_point){HALF_X, y + 8}, &pdf_type.note, word);
    pdf_show_lines(sheet->pdf, (struct pdf_point){HALF_X + 36, y + 8}, &evidence_style, lines,
                   10.2);
    return y + 10.2 * (double)lines->count + 1.6;
}

/* Why it matters, beside the first piece of evidence; one below the other when they are long. */
static void draw_why(struct sheet *sheet, const cJSON *check)
{
    struct pdf_text_block why = {json_str(check, "why"), &pdf_type.body, BREAK_WORDS};
    struct pdf_lines file = evidence_lines(sheet, check, "file", BREAK_PATH);
    struct pdf_lines pointer = evidence_lines(sheet, check, "pointer", BREAK_PATH);
    bool beside = file.count > 0 && file.count + pointer.count < 20;
    struct sheet_column column = {
        .x = CARD_LEFT, .width = beside ? HALF_X - 24 - CARD_LEFT : CARD_WIDTH, .leading = 12.6};
    struct pdf_lines lines = pdf_wrap_block(sheet->pdf, sheet->arena, &why, column.width);
    double text = 12.6 * (double)lines.count;
    double side = beside ? 10.2 * (double)(file.count + pointer.count) + 3.2 : 0;

    if (!*why.text && !beside)
        return;
    sheet_need(sheet, 14 + fmin(fmax(text, side), 260));
    pdf_text(sheet->pdf, (struct pdf_point){CARD_LEFT, sheet->y + 6}, &pdf_type.label,
             "WHY IT MATTERS");
    if (beside)
        pdf_text(sheet->pdf, (struct pdf_point){HALF_X, sheet->y + 6}, &pdf_type.label,
                 "EVIDENCE OF THE FIRST");
    sheet->y += 10;
    if (beside) {
        double y = draw_evidence_part(sheet, sheet->y, "raw", &file);

        draw_evidence_part(sheet, y, "pointer", &pointer);
    }

    size_t page = pdf_page_count(sheet->pdf);
    double top = sheet->y;

    sheet_paragraph(sheet, &why, &column);
    if (pdf_page_count(sheet->pdf) == page)
        sheet->y = fmax(sheet->y, top + side);
    sheet->y += 8;
}

static void draw_fix(struct sheet *sheet, const cJSON *check)
{
    struct pdf_text_block block = {json_str(check, "fix"), &pdf_type.body, BREAK_WORDS};
    struct sheet_column column = {.x = CARD_LEFT + 22,
                                  .width = CARD_WIDTH - 22,
                                  .leading = 12.6,
                                  .label = "FIX",
                                  .label_x = CARD_LEFT};

    if (!*block.text)
        return;
    sheet_need(sheet, TAIL_HEIGHT); /* so that the facts do not stand alone on a page */
    sheet_paragraph(sheet, &block, &column);
    sheet->y += 6;
}

static void draw_supports(struct sheet *sheet, const cJSON *check)
{
    const cJSON *frameworks = json_find(check, "frameworks");
    static const struct pdf_style measure = {FACE_MEDIUM, 7.2, INK, 0};
    double x = CARD_LEFT + 48;

    if (json_count(frameworks) == 0)
        return;
    sheet_need(sheet, 18);
    pdf_text(sheet->pdf, (struct pdf_point){CARD_LEFT, sheet->y + 9.4}, &pdf_type.label,
             "SUPPORTS");
    for (const cJSON *f = json_first(frameworks); f; f = f->next) {
        const char *text = json_str(f, "text");

        if (x > CARD_LEFT + 48 &&
            x + pdf_text_width(sheet->pdf, &measure, text) + 12 > CARD_RIGHT) {
            x = CARD_LEFT + 48;
            sheet->y += 18;
            sheet_need(sheet, 18);
        }
        x += pdf_chip(sheet->pdf, (struct pdf_point){x, sheet->y + 7}, text) + 5;
    }
    sheet->y += 22;
}

static void draw_facts(struct sheet *sheet, const cJSON *check)
{
    struct arena *a = sheet->arena;
    const struct {
        const char *label, *value, *note;
    } facts[FACTS] = {
        {"JUDGED", pdf_count(a, json_num(check, "judged")),
         json_num(check, "notApplicable") > 0
             ? arena_printf(a, "%s not applicable", pdf_count(a, json_num(check, "notApplicable")))
             : ""},
        {"PROVEN", pdf_count(a, json_num(check, "pass")), ""},
        {"OPEN", pdf_count(a, json_num(check, "open")),
         arena_printf(a, "%s failed, %s unknown, %s manual", pdf_count(a, json_num(check, "fail")),
                      pdf_count(a, json_num(check, "unknown")),
                      pdf_count(a, json_num(check, "manual")))},
        {"GAIN", json_str(check, "gainText"), "alone"},
    };
    static const double lefts[FACTS] = {0, 110, 190, 366};

    sheet_need(sheet, 34);
    pdf_rule(sheet->pdf, (struct pdf_point){CARD_LEFT, sheet->y}, CARD_RIGHT, 0.6, RULE);
    for (size_t i = 0; i < FACTS; i++) {
        struct pdf_point at = {CARD_LEFT + lefts[i], sheet->y + 14};

        pdf_text(sheet->pdf, at, &pdf_type.label, facts[i].label);
        at.y += 12;
        at.x += pdf_text(sheet->pdf, at, &pdf_type.value, facts[i].value) + 5;
        pdf_text(sheet->pdf, at, &pdf_type.note, facts[i].note);
    }
    sheet->y += 28;
}

/* Everything down to the findings table. */
static void draw_card_top(struct sheet *sheet, const cJSON *check)
{
    struct pdf_text_block title = {json_str(check, "title"), &pdf_type.card_title, BREAK_WORDS};
    struct pdf_text_block summary = {json_str(check, "summary"), &pdf_type.body, BREAK_WORDS};
    struct pdf_text_block expected = {
        arena_printf(sheet->arena, "Expected: %s", json_str(check, "expected")), &pdf_type.note,
        BREAK_WORDS};
    struct sheet_column column = {.x = CARD_LEFT, .width = CARD_WIDTH, .leading = 12.6};
    struct pdf_lines lines = pdf_wrap_block(sheet->pdf, sheet->arena, &title, CARD_WIDTH - 160);

    sheet_card_open(sheet, title.text, json_str(check, "severity"));
    draw_card_head(sheet, check, &lines);
    sheet_paragraph(sheet, &summary, &column);
    if (*json_str(check, "expected"))
        sheet_paragraph(sheet, &expected, &column);
    sheet->y += 6;
}

/* What may not be parted: the top and the first row. */
static void draw_card_opening(struct sheet *sheet, const cJSON *check)
{
    draw_card_top(sheet, check);
    draw_list(sheet, check, 1);
}

static void draw_card_body(struct sheet *sheet, const cJSON *check)
{
    draw_card_top(sheet, check);
    draw_list(sheet, check, FINDINGS_SHOWN);
    draw_why(sheet, check);
    draw_fix(sheet, check);
    draw_supports(sheet, check);
    draw_facts(sheet, check);
    sheet_card_close(sheet);
}

static double card_room(struct sheet *sheet, const cJSON *check)
{
    double whole = sheet_measure(sheet, draw_card_body, check) - 12; /* the gap after it */

    return whole <= WHOLE_HEIGHT ? whole : sheet_measure(sheet, draw_card_opening, check);
}

static void draw_card(struct sheet *sheet, const cJSON *check)
{
    sheet_need(sheet, card_room(sheet, check));
    draw_card_body(sheet, check);
}

/* The checks of a tier without anything open, one row each. */
static void draw_closed(struct sheet *sheet, const cJSON *tier)
{
    static const struct table_column columns[] = {{"Nothing open", 214, false},
                                                  {"Severity", 70, false},
                                                  {"Result", 145.28, false},
                                                  {"Proven", 70, true}};
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = 4,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .in_card = true,
                          .row_padding = 3.4};
    bool begun = false;

    for (const cJSON *check = json_first(json_find(tier, "checks")); check; check = check->next) {
        const struct table_cell cells[] = {
            {.text = json_str(check, "title"),
             .style = &pdf_type.cell_bold,
             .note = json_str(check, "id"),
             .note_style = &pdf_type.mono_id},
            {.text = json_str(check, "severityText"),
             .kind = CELL_SEVERITY,
             .level = json_str(check, "severity")},
            {.text = json_str(check, "statusText"),
             .note = json_str(check, "summary"),
             .kind = CELL_STATUS,
             .level = json_str(check, "status")},
            {.text = arena_printf(sheet->arena, "%s of %s",
                                  pdf_count(sheet->arena, json_num(check, "pass")),
                                  pdf_count(sheet->arena, json_num(check, "judged")))},
        };

        if (is_open(check))
            continue;
        if (!begun)
            table_begin(&table);
        begun = true;
        table_row(&table, cells);
    }
    if (begun) {
        table_end(&table);
        sheet->y += 12;
    }
}

static void draw_unassessed(struct sheet *sheet, const char *names)
{
    struct pdf_text_block block = {
        arena_printf(sheet->arena,
                     "Not assessed: %s. This rule set has no check there that found "
                     "anything to judge; these tiers count neither for nor against.",
                     names),
        &pdf_type.body, BREAK_WORDS};

    if (!*names)
        return;
    sheet_paragraph(sheet, &block,
                    &(struct sheet_column){.x = SHEET_LEFT, .width = SHEET_WIDTH, .leading = 12.6});
}

/* Room for the first card of a tier, or for a row of its table. */
static double first_room(struct sheet *sheet, const cJSON *checks)
{
    for (const cJSON *check = json_first(checks); check; check = check->next)
        if (is_open(check))
            return card_room(sheet, check);
    return 60;
}

void pdf_findings(struct sheet *sheet)
{
    const char *names = "";

    sheet->section = "3  Findings by tier";
    sheet_page(sheet);
    sheet_title(sheet, "Findings by tier");
    for (const cJSON *tier = json_first(json_find(sheet->report, "tiers")); tier;
         tier = tier->next) {
        const cJSON *checks = json_find(tier, "checks");

        if (json_count(checks) == 0) {
            names = arena_printf(sheet->arena, "%s%s%s", names, *names ? ", " : "",
                                 json_str(tier, "title"));
            continue;
        }
        draw_tier(sheet, tier, first_room(sheet, checks));
        for (const cJSON *check = json_first(checks); check; check = check->next)
            if (is_open(check))
                draw_card(sheet, check);
        draw_closed(sheet, tier);
    }
    draw_unassessed(sheet, names);
}
