/* pdf_scope.c - contents, accounts, what was not covered, how the score came about, limits. */
#include <math.h>
#include <string.h>

#include "render/pdf_pages.h"
#include "render/pdf_table.h"

#define CONTENTS_PITCH 15.0
#define CONTENTS_GAP 28.0

enum { FACTS = 4, SECTIONS_WITH_APPENDIX = 4 };

static size_t contents_rows(const struct sheet *sheet)
{
    bool appendix = json_true(json_find(sheet->report, "edition"), "appendix");

    return (size_t)(SECTIONS_WITH_APPENDIX - !appendix + 1) / 2;
}

void pdf_contents(struct sheet *sheet)
{
    double width = (SHEET_WIDTH - CONTENTS_GAP) / 2;
    size_t rows = contents_rows(sheet);
    struct pdf_style number = {FACE_BOLD, 9, BRAND, 0}, page = {FACE_BOLD, 9, INK, 0};
    struct pdf_style title = {FACE_REGULAR, 9, INK, 0};

    pdf_page_select(sheet->pdf, sheet->sections[1].page);
    for (size_t i = 0; i < sheet->section_count; i++) {
        const struct sheet_section *section = &sheet->sections[i];
        double x = i < rows ? SHEET_LEFT : SHEET_RIGHT - width, right = x + width;
        double y = SHEET_TOP + 44 + CONTENTS_PITCH * (double)(i % rows), left = x + 18;
        const char *at = arena_printf(sheet->arena, "%zu", section->page + 1);

        pdf_text(sheet->pdf, (struct pdf_point){x, y}, &number,
                 arena_printf(sheet->arena, "%u", section->number));
        left += pdf_text(sheet->pdf, (struct pdf_point){left, y}, &title, section->title) + 7;
        pdf_leader(sheet->pdf, (struct pdf_point){left, y - 0.6},
                   right - pdf_text_width(sheet->pdf, &page, at) - 7);
        pdf_text_right(sheet->pdf, (struct pdf_point){right, y}, &page, at);
        pdf_link(sheet->pdf, (struct pdf_box){x, y - 10, width, CONTENTS_PITCH}, section->page,
                 section->y);
    }
}

static void leave_room_for_contents(struct sheet *sheet)
{
    pdf_text(sheet->pdf, (struct pdf_point){SHEET_LEFT, SHEET_TOP + 22}, &pdf_type.page_title,
             "Contents");
    sheet->y = SHEET_TOP + 44 + CONTENTS_PITCH * (double)contents_rows(sheet) - 2;
    pdf_rule(sheet->pdf, (struct pdf_point){SHEET_LEFT, sheet->y}, SHEET_RIGHT, 0.6, RULE);
    sheet->y += 8;
}

struct fact {
    const char *label, *value, *note;
};

static void draw_facts(struct sheet *sheet)
{
    const cJSON *report = sheet->report, *scan = json_find(report, "scan");
    const cJSON *ruleset = json_find(report, "ruleset"), *scope = json_find(report, "scope");
    const cJSON *producer = json_find(report, "producer");
    struct arena *a = sheet->arena;
    const char *digest = json_str(ruleset, "sha256"), *finished = json_str(scan, "finishedAt");
    const struct fact facts[FACTS] = {
        {"SCAN", json_str(scan, "periodText"),
         arena_printf(a, "finished %.10s %.8s UTC", finished,
                      strlen(finished) > 11 ? finished + 11 : "")},
        {"SCOPE", json_str(scope, "accountCountText"),
         arena_printf(a, "%s, %s identities", json_str(scope, "consoleUsersText"),
                      pdf_count(a, json_num(scope, "identities")))},
        {"CHECK PACK", arena_printf(a, "Rule set %s", json_str(ruleset, "version")),
         strlen(digest) < 8 ? "" : arena_printf(a, "SHA-256 begins %.4s %.4s", digest, digest + 4)},
        {"PROGRAM",
         arena_printf(a, "%s %s", json_str(producer, "name"), json_str(producer, "version")),
         arena_printf(a, "formula %s", json_str(json_find(report, "score"), "version"))},
    };
    double gap = 10, w = (SHEET_WIDTH - (FACTS - 1) * gap) / FACTS, tall = 0;
    struct pdf_lines values[FACTS], notes[FACTS];

    for (size_t i = 0; i < FACTS; i++) {
        struct pdf_text_block value = {facts[i].value, &pdf_type.value, BREAK_WORDS};
        struct pdf_text_block note = {facts[i].note, &pdf_type.note, BREAK_WORDS};

        values[i] = pdf_wrap_block(sheet->pdf, a, &value, w - 18);
        notes[i] = pdf_wrap_block(sheet->pdf, a, &note, w - 18);
        tall = fmax(tall, (double)values[i].count * 11 + (double)notes[i].count * 10);
    }
    sheet_need(sheet, 30 + tall);
    for (size_t i = 0; i < FACTS; i++) {
        struct pdf_box box = {SHEET_LEFT + (double)i * (w + gap), sheet->y, w, 25 + tall};
        double y = box.y + 25;

        pdf_fill_box(sheet->pdf, box, 6, PANEL);
        pdf_text(sheet->pdf, (struct pdf_point){box.x + 10, box.y + 13}, &pdf_type.label,
                 facts[i].label);
        pdf_show_lines(sheet->pdf, (struct pdf_point){box.x + 10, y}, &pdf_type.value, &values[i],
                       11);
        y += 11 * (double)values[i].count;
        pdf_show_lines(sheet->pdf, (struct pdf_point){box.x + 10, y}, &pdf_type.note, &notes[i],
                       10);
    }
    sheet->y += 25 + tall;
}

/* Why it was left out; else how old its credential report was. */
static const char *note_of(struct arena *a, const cJSON *account)
{
    const cJSON *report = json_find(account, "credentialReport");

    if (!json_true(account, "included"))
        return json_str(account, "reason");
    if (!json_count(report))
        return "no credential report";
    return arena_printf(a, "report %s old, %s", json_str(report, "ageText"),
                        json_str(report, "generatedText"));
}

static void draw_account(struct table *table, const cJSON *account)
{
    struct arena *a = table->sheet->arena;
    bool included = json_true(account, "included"), read = json_true(account, "read");
    bool capped = json_num(account, "ceiling") < 100;
    const char *alias = json_str(account, "alias");
    const char *note =
        arena_printf(a, "%s%s%s", json_true(account, "management") ? "management" : "",
                     json_true(account, "management") && *alias ? " · " : "", alias);
    const struct table_cell cells[] = {
        {.text = json_str(account, "id"), .style = &pdf_type.mono},
        {.text = json_str(account, "name"), .note = note},
        {.text = pdf_count(a, json_num(account, "fail"))},
        {.text = pdf_count(a, json_num(account, "unknown"))},
        {.text = capped ? arena_printf(a, "%.0f", json_num(account, "ceiling")) : "none"},
        {.text = json_str(account, "scoreText"), .style = &pdf_type.cell_bold},
        {.text = !included ? "left out"
                 : read    ? "in full"
                           : "in part",
         .note = note_of(a, account),
         .kind = CELL_STATUS,
         .level = !included ? "NOT_APPLICABLE"
                  : read    ? "PASS"
                            : "UNKNOWN"},
    };

    table_row(table, cells);
}

static void draw_accounts(struct sheet *sheet)
{
    static const struct table_column columns[] = {
        {"Account", 80, false}, {"Name", 117, false}, {"Failed", 46, true},   {"Unknown", 54, true},
        {"Ceiling", 48, true},  {"Score", 44, true},  {"Read", 110.28, false}};
    const cJSON *accounts = json_find(json_find(sheet->report, "scope"), "accounts");
    const cJSON *score = json_find(sheet->report, "score");
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = 7,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .row_padding = 2.9};
    size_t read = 0, out = 0;
    double fail = 0, unknown = 0;

    for (const cJSON *account = json_first(accounts); account; account = account->next) {
        read += json_true(account, "included") && json_true(account, "read");
        out += !json_true(account, "included");
        fail += json_num(account, "fail");
        unknown += json_num(account, "unknown");
    }
    sheet_heading(sheet, "Accounts in scope",
                  arena_printf(sheet->arena,
                               "%zu listed, %zu read in full, %zu left out; age of credential "
                               "reports at the scan",
                               json_count(accounts), read, out),
                  50);
    table_begin(&table);
    for (const cJSON *account = json_first(accounts); account; account = account->next)
        draw_account(&table, account);

    const struct pdf_style *bold = &pdf_type.cell_bold;
    double ceiling = json_num(score, "ceiling");
    const struct table_cell total[] = {
        {.text = "Pooled", .style = bold},
        {.text = ""},
        {.text = pdf_count(sheet->arena, fail), .style = bold},
        {.text = pdf_count(sheet->arena, unknown), .style = bold},
        {.text = ceiling < 100 ? arena_printf(sheet->arena, "%.0f", ceiling) : "none",
         .style = bold},
        {.text = json_str(score, "valueText"), .style = bold},
        {.text = ""},
    };

    table_total(&table, total);
}

static void draw_reasons(struct sheet *sheet)
{
    static const struct table_column columns[] = {{"What is missing, and why", 389.28, false},
                                                  {"Reason code", 110, false}};
    const cJSON *verdict = json_find(sheet->report, "verdict");
    const cJSON *reasons = json_find(verdict, "reasons");
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = 2,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .row_padding = 2.9};

    sheet_heading(sheet, "Not covered, and why", "each of these makes the run incomplete", 40);
    if (json_count(reasons) == 0) {
        struct pdf_text_block block = {"Every query in scope was answered in full, the populations "
                                       "agree and nothing was overridden.",
                                       &pdf_type.body, BREAK_WORDS};

        sheet->y += 2;
        sheet_paragraph(
            sheet, &block,
            &(struct sheet_column){.x = SHEET_LEFT, .width = SHEET_WIDTH, .leading = 12.6});
        return;
    }
    table_begin(&table);
    for (const cJSON *reason = json_first(reasons); reason; reason = reason->next) {
        const struct table_cell cells[] = {
            {.text = json_str(reason, "text")},
            {.text = json_str(reason, "code"), .style = &pdf_type.mono, .breaks = BREAK_ID},
        };

        table_row(&table, cells);
    }
    table_end(&table);
}

static bool same_population(const cJSON *a, const cJSON *b)
{
    static const char *const keys[] = {"kind", "expectedSource", "listedSource"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(json_str(a, keys[i]), json_str(b, keys[i])) != 0)
            return false;
    return true;
}

/* One kind of population over all accounts, then the accounts that differ. */
static void draw_population(struct table *table, const cJSON *first)
{
    struct arena *a = table->sheet->arena;
    double expected = 0, listed = 0, accounts = 0;
    bool agree = true, explained = true;

    for (const cJSON *row = first; row; row = row->next) {
        if (!same_population(row, first))
            continue;
        expected += json_num(row, "expected");
        listed += json_num(row, "listed");
        accounts++;
        agree = agree && json_num(row, "difference") == 0;
        explained = explained && json_true(row, "explained");
    }

    const struct table_cell cells[] = {
        {.text = json_str(first, "kind"),
         .style = &pdf_type.cell_bold,
         .note = accounts == 1 ? "1 account" : arena_printf(a, "%.0f accounts", accounts)},
        {.text = json_str(first, "expectedSource")},
        {.text = pdf_count(a, expected)},
        {.text = json_str(first, "listedSource")},
        {.text = pdf_count(a, listed)},
        {.text = agree       ? "equal"
                 : explained ? "explained"
                             : "not explained",
         .kind = CELL_STATUS,
         .level = agree || explained ? "PASS" : "FAIL"},
    };

    table_row(table, cells);
    for (const cJSON *row = first; row && !agree; row = row->next) {
        if (!same_population(row, first) || json_num(row, "difference") == 0)
            continue;

        const struct table_cell parts[] = {
            {.text = ""},
            {.text = json_str(row, "account"), .style = &pdf_type.mono},
            {.text = pdf_count(a, json_num(row, "expected"))},
            {.text = ""},
            {.text = pdf_count(a, json_num(row, "listed"))},
            {.text = arena_printf(a, "%s%.0f", json_num(row, "difference") > 0 ? "+" : "−",
                                  fabs(json_num(row, "difference")))},
        };

        table_row(table, parts);
    }
}

static void draw_populations(struct sheet *sheet)
{
    static const struct table_column columns[] = {
        {"Population", 68, false},     {"First source", 127, false}, {"Count", 42, true},
        {"Second source", 152, false}, {"Count", 42, true},          {"Result", 68.28, false}};
    const cJSON *populations = json_find(sheet->report, "populations");
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = 6,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .row_padding = 2.9};

    if (json_count(populations) == 0)
        return;
    sheet_heading(sheet, "Populations reconciled", "counted by one source, listed by another", 50);
    table_begin(&table);
    for (const cJSON *row = json_first(populations); row; row = row->next) {
        const cJSON *before = json_first(populations);

        while (before != row && !same_population(before, row))
            before = before->next;
        if (before == row)
            draw_population(&table, row);
    }
    table_end(&table);
}

void pdf_scope(struct sheet *sheet)
{
    static const char lead[] = "All IAM users and roles of the accounts below were asked for, none "
                               "was sampled. What could not be read is named under «Not covered».";
    struct pdf_text_block block = {lead, &pdf_type.lead, BREAK_WORDS};
    const cJSON *limits = json_find(sheet->report, "limits");
    const cJSON *organization = json_find(sheet->report, "organization");
    const char **texts = arena_new(sheet->arena, const char *, json_count(limits) + 1);
    size_t count = 0;

    sheet->section = "Contents  ·  Scope and method";
    sheet_page(sheet);
    leave_room_for_contents(sheet);
    sheet_title(sheet, "Scope and method");
    sheet_paragraph(sheet, &block,
                    &(struct sheet_column){.x = SHEET_LEFT, .width = SHEET_WIDTH, .leading = 13});
    block.text =
        arena_printf(sheet->arena, "Organisation: %s%s%s. %s", json_str(organization, "name"),
                     *json_str(organization, "id") ? ", " : "", json_str(organization, "id"),
                     json_str(sheet->report, "sampleNote"));
    block.style = &pdf_type.note;
    sheet_paragraph(sheet, &block,
                    &(struct sheet_column){.x = SHEET_LEFT, .width = SHEET_WIDTH, .leading = 11});
    sheet->y += 8;
    draw_facts(sheet);
    draw_accounts(sheet);
    draw_reasons(sheet);
    draw_populations(sheet);
    pdf_method(sheet);
    for (const cJSON *limit = json_first(limits); limit; limit = limit->next)
        texts[count++] = cJSON_IsString(limit) ? limit->valuestring : "";
    sheet->y += 16;
    sheet_callout(sheet, &(struct sheet_callout){"WHAT THIS REPORT DOES NOT PROVE", "medium", texts,
                                                 count, true});
}
