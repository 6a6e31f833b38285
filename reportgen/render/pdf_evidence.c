/* pdf_evidence.c - the evidence appendix: what was asked, what was refused, and the hash of every
 * raw answer. */
#include <string.h>

#include "render/pdf_pages.h"
#include "render/pdf_table.h"

enum { ANSWERS_SHOWN = 500 };

static bool same_operation(const cJSON *a, const cJSON *b)
{
    return strcmp(json_str(a, "service"), json_str(b, "service")) == 0 &&
           strcmp(json_str(a, "operation"), json_str(b, "operation")) == 0;
}

/* One operation over all accounts, counted from its first query on. */
static void draw_operation(struct table *table, const cJSON *first)
{
    struct arena *a = table->sheet->arena;
    const char *account = "", *removed = "";
    double queries = 0, pages = 0, accounts = 0, refused = 0;

    for (const cJSON *query = first; query; query = query->next) {
        if (!same_operation(first, query))
            continue;
        queries++;
        pages += json_num(query, "pages");
        refused += !json_true(query, "complete");
        accounts += strcmp(account, json_str(query, "account")) != 0;
        account = json_str(query, "account");
        if (*json_str(query, "redactedText"))
            removed = arena_printf(a, "%s removed", json_str(query, "redactedText"));
    }

    const struct table_cell cells[] = {
        {.text = json_str(first, "operation"), .style = &pdf_type.cell_bold, .note = removed},
        {.text = json_str(first, "service")},
        {.text = pdf_count(a, accounts)},
        {.text = pdf_count(a, queries)},
        {.text = pdf_count(a, pages)},
        {.text =
             refused > 0 ? arena_printf(a, "%s not complete", pdf_count(a, refused)) : "complete",
         .kind = CELL_STATUS,
         .level = refused > 0 ? "UNKNOWN" : "PASS"},
    };

    table_row(table, cells);
}

static void draw_operations(struct sheet *sheet)
{
    static const struct table_column columns[] = {
        {"Operation", 155, false}, {"Service", 84, false}, {"Accounts", 58, true},
        {"Queries", 54, true},     {"Pages", 50, true},    {"Answer", 98.28, false}};
    const cJSON *queries = json_find(sheet->report, "queries");
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = 6,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .row_padding = 2.9};

    sheet_heading(sheet, "Query log",
                  arena_printf(sheet->arena, "%s queries, by operation",
                               pdf_count(sheet->arena, (double)json_count(queries))),
                  40);
    table_begin(&table);
    for (const cJSON *query = json_first(queries); query; query = query->next) {
        const cJSON *before = json_first(queries);

        while (before != query && !same_operation(before, query))
            before = before->next;
        if (before == query)
            draw_operation(&table, query);
    }
    table_end(&table);
}

static void draw_refused(struct sheet *sheet)
{
    static const struct table_column columns[] = {
        {"Not complete", 82, false}, {"Query", 150, false}, {"Answer", 267.28, false}};
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = 3,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .in_card = true,
                          .row_padding = 2.9};
    bool begun = false;

    for (const cJSON *query = json_first(json_find(sheet->report, "queries")); query;
         query = query->next) {
        const struct table_cell cells[] = {
            {.text = json_str(query, "account"), .style = &pdf_type.mono},
            {.text = json_str(query, "operation"),
             .style = &pdf_type.cell_bold,
             .note = json_str(query, "parametersText")},
            {.text = json_str(query, "completeText"), .note = json_str(query, "error")},
        };

        if (json_true(query, "complete"))
            continue;
        if (!begun) {
            sheet->y += 12;
            table_begin(&table);
        }
        begun = true;
        table_row(&table, cells);
    }
    if (begun)
        table_end(&table);
}

/* Length of the folder in front of a file's name, its slash counted. */
static size_t folder_len(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash ? (size_t)(slash - file) + 1 : 0;
}

static void draw_answer(struct table *table, const cJSON *answer)
{
    static const struct pdf_style small = {FACE_MONO, 6.2, INK, 0}, hash = {FACE_MONO, 6.4, INK, 0};
    struct arena *a = table->sheet->arena;
    const char *at = json_str(answer, "receivedAt"), *file = json_str(answer, "file");
    const char *clock = strlen(at) > 11 ? at + 11 : "";
    const struct table_cell cells[] = {
        {.text = file + folder_len(file),
         .style = &small,
         .breaks = BREAK_ID,
         .note = arena_printf(a, "%s, HTTP %.0f", json_str(answer, "sizeText"),
                              json_num(answer, "httpStatus"))},
        {.text = arena_printf(a, "%.*s", (int)strcspn(clock, "Z"), clock),
         .style = &small,
         .note = arena_printf(a, "%.10s", at)},
        {.text = json_str(answer, "requestId"), .style = &small, .breaks = BREAK_ID},
        {.text = json_str(answer, "sha256Groups"), .style = &hash},
    };

    table_row(table, cells);
}

static void draw_answers(struct sheet *sheet)
{
    static const struct table_column columns[] = {{"File", 176.28, false},
                                                  {"Received, UTC", 66, false},
                                                  {"Request id", 90, false},
                                                  {"SHA-256 of the answer", 167, false}};
    const cJSON *evidence = json_find(sheet->report, "evidence");
    size_t all = json_count(evidence), shown = 0;
    const char *folder = "";
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = 4,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .row_padding = 2.4};

    sheet_heading(sheet, "Raw answers",
                  all > ANSWERS_SHOWN
                      ? arena_printf(sheet->arena, "%d of %s; the rest is in snapshot.json",
                                     ANSWERS_SHOWN, pdf_count(sheet->arena, (double)all))
                      : "every answer as AWS sent it, but for what is named above as removed",
                  50);
    table_begin(&table);
    for (const cJSON *answer = json_first(evidence); answer && shown < ANSWERS_SHOWN;
         answer = answer->next, shown++) {
        const char *file = json_str(answer, "file");
        size_t len = folder_len(file);

        if (strncmp(folder, file, len) != 0 || folder[len] != '\0') {
            folder = arena_strndup(sheet->arena, file, len);
            table_group(&table, folder, "");
        }
        draw_answer(&table, answer);
    }
    table_end(&table);
}

void pdf_evidence(struct sheet *sheet)
{
    static const char lead[] =
        "sha256sum over a file prints the hash listed here. The same list stands "
        "in snapshot.json, whose own SHA-256 is on the first page.";
    const char *challenge = json_str(json_find(sheet->report, "scan"), "challengeText");
    struct pdf_text_block block = {*challenge ? arena_printf(sheet->arena, "%s %s", lead, challenge)
                                              : lead,
                                   &pdf_type.lead, BREAK_WORDS};

    sheet->section = "4  Evidence appendix";
    sheet_page(sheet);
    sheet_title(sheet, "Evidence appendix");
    sheet_paragraph(sheet, &block,
                    &(struct sheet_column){.x = SHEET_LEFT, .width = SHEET_WIDTH, .leading = 13});
    draw_operations(sheet);
    draw_refused(sheet);
    draw_answers(sheet);
}
