/* pdf_summary.c - the first page: band, score, tiles, tiers, what to fix first. */
#include <math.h>
#include <string.h>

#include "render/pdf_pages.h"
#include "render/pdf_table.h"

enum { NAME_LINES = 2, TILES = 5 };
#define BAND_HEIGHT 118.0
#define FIX_ROW 20.0

static double draw_pills(struct sheet *sheet, double y)
{
    const cJSON *edition = json_find(sheet->report, "edition");
    char *label = arena_strdup(sheet->arena, json_str(edition, "label"));
    struct pdf_pill pill = {label, {FACE_BOLD, 7, BRAND_TEXT, 0.6}, 16, 9, WHITE, 0};
    double x = SHEET_RIGHT;

    for (char *c = label; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    x -= pdf_pill_width(sheet->pdf, &pill);
    pdf_pill(sheet->pdf, (struct pdf_point){x, y}, &pill);
    if (json_true(sheet->report, "sample")) {
        struct pdf_pill sample = {"SAMPLE", {FACE_BOLD, 7, WHITE, 0.6}, 16, 9, 0, WHITE};

        x -= pdf_pill_width(sheet->pdf, &sample) + 6;
        pdf_pill(sheet->pdf, (struct pdf_point){x, y}, &sample);
    }
    return x;
}

static void draw_ground(struct sheet *sheet, double height)
{
    static const struct pdf_gradient gradient = {BAND_FROM, BAND_TO, 0.6};
    static const double radii[] = {128, 90, 52};
    struct pdf *pdf = sheet->pdf;
    struct pdf_box band = {0, 0, PDF_PAGE_WIDTH, height};

    pdf_shade(pdf, band, &gradient);
    pdf_push(pdf);
    pdf_box_path(pdf, band, 0);
    pdf_clip(pdf);
    pdf_alpha(pdf, 0.055);
    for (size_t i = 0; i < sizeof radii / sizeof *radii; i++) {
        pdf_arc(pdf, (struct pdf_point){571, 10}, radii[i], 0, 360);
        pdf_shut(pdf);
        pdf_fill(pdf, WHITE);
    }
    pdf_pop(pdf);
}

/* The organisation's name, or its id when the name is too long for the band. */
static struct pdf_lines band_name(struct sheet *sheet, const struct pdf_style *style)
{
    const cJSON *organization = json_find(sheet->report, "organization");
    struct pdf_text_block block = {json_str(organization, "name"), style, BREAK_WORDS};
    struct pdf_lines lines = pdf_wrap_block(sheet->pdf, sheet->arena, &block, 280);

    if (lines.count > NAME_LINES) {
        block.text = json_str(organization, "id");
        lines = pdf_wrap_block(sheet->pdf, sheet->arena, &block, 280);
    }
    return lines;
}

static void draw_band(struct sheet *sheet)
{
    static const struct pdf_style name_style = {FACE_MEDIUM, 10, WHITE, 0};
    struct pdf *pdf = sheet->pdf;
    const cJSON *report = sheet->report, *scope = json_find(report, "scope");
    const char *subtitle =
        arena_printf(sheet->arena, "%s  %s, %s", json_str(report, "question"),
                     json_str(scope, "accountCountText"), json_str(scope, "consoleUsersText"));
    struct pdf_text_block block = {json_str(report, "title"), &pdf_type.band_title, BREAK_WORDS};
    struct pdf_lines name = band_name(sheet, &name_style);
    struct pdf_lines title = pdf_wrap_block(pdf, sheet->arena, &block, 370);
    struct pdf_style issued = pdf_type.band_text;
    const char *lines[] = {json_str(json_find(report, "scan"), "periodText"),
                           arena_printf(sheet->arena, "Issued %s",
                                        json_str(json_find(report, "document"), "issuedText"))};

    block = (struct pdf_text_block){subtitle, &pdf_type.band_text, BREAK_WORDS};

    struct pdf_lines under = pdf_wrap_block(pdf, sheet->arena, &block, 350);
    double grown = 28 * (double)(title.count - 1) + 12.6 * (double)(under.count - 1);
    double y = 79 + 28 * (double)(title.count - 1);

    draw_ground(sheet, BAND_HEIGHT + grown);
    pdf_logo(pdf, (struct pdf_box){SHEET_LEFT, 23, 26, 26}, 6, WHITE, BRAND);
    pdf_show_lines(pdf, (struct pdf_point){84, name.count > 1 ? 33.5 : 39.4}, &name_style, &name,
                   12);
    pdf_show_lines(pdf, (struct pdf_point){SHEET_LEFT, 79}, &pdf_type.band_title, &title, 28);
    pdf_show_lines(pdf, (struct pdf_point){SHEET_LEFT, y + 18.6}, &pdf_type.band_text, &under,
                   12.6);
    pdf_text_right(pdf, (struct pdf_point){SHEET_RIGHT, 34}, &issued, lines[0]);
    pdf_text_right(pdf, (struct pdf_point){SHEET_RIGHT, 47.5}, &issued, lines[1]);
    draw_pills(sheet, y + 11);
    sheet->y = BAND_HEIGHT + grown + 18;
}

static bool tile_has_foot(const cJSON *tile)
{
    return *json_str(tile, "deltaText") || *json_str(tile, "note");
}

static void draw_tile(struct sheet *sheet, const cJSON *tile, struct pdf_box box)
{
    struct pdf *pdf = sheet->pdf;
    const char *id = json_str(tile, "id"), *delta = json_str(tile, "deltaText");
    const struct pdf_tone *tone = pdf_tone(strcmp(id, "proven") == 0 ? "good" : id);
    struct pdf_style label = {FACE_REGULAR, 8.2, MUTED, 0};
    double x = box.x + 13;

    pdf_fill_box(pdf, box, 6, PANEL);
    pdf_stripe(pdf, box, 6, 4, tone->fill);
    pdf_text(pdf, (struct pdf_point){x, box.y + 15.4}, &label, json_str(tile, "label"));
    pdf_text(pdf, (struct pdf_point){x, box.y + 35.6}, &pdf_type.tile, json_str(tile, "valueText"));
    if (*delta) {
        bool good = json_true(tile, "goodNews"), up = json_num(tile, "delta") > 0;
        struct pdf_style words = pdf_in(&pdf_type.note, pdf_tone(good ? "good" : "critical")->text);

        pdf_triangle(pdf, (struct pdf_point){x + 2.8, box.y + 47.2}, 5.6, up, words.rgb);
        pdf_text(pdf, (struct pdf_point){x + 9.6, box.y + 50}, &words, delta);
    }
    if (*json_str(tile, "note") && *delta)
        pdf_text_right(pdf, (struct pdf_point){box.x + box.w - 7, box.y + 50}, &pdf_type.note,
                       json_str(tile, "note"));
    else
        pdf_text(pdf, (struct pdf_point){x, box.y + 50}, &pdf_type.note, json_str(tile, "note"));
}

static void draw_tiles(struct sheet *sheet)
{
    const cJSON *tiles = json_find(sheet->report, "tiles");
    double gap = 10, w = (SHEET_WIDTH - (TILES - 1) * gap) / TILES, x = SHEET_LEFT, h = 46;

    for (const cJSON *tile = json_first(tiles); tile; tile = tile->next)
        h = tile_has_foot(tile) ? 59 : h;
    sheet_need(sheet, h);
    for (const cJSON *tile = json_first(tiles); tile; tile = tile->next) {
        draw_tile(sheet, tile, (struct pdf_box){x, sheet->y, w, h});
        x += w + gap;
    }
    sheet->y += h + 4;
}

static void draw_tier(struct sheet *sheet, const cJSON *tier, struct pdf_point at, double width)
{
    struct pdf *pdf = sheet->pdf;
    bool assessed = json_true(tier, "assessed");
    const char *ceiling = json_str(tier, "ceilingText");
    const char *about =
        arena_printf(sheet->arena, "weight %.0f%s%s", json_num(tier, "weight"),
                     assessed ? " · " : "", assessed ? json_str(tier, "openText") : "");
    double x = at.x;

    x += pdf_text(pdf, at, &pdf_type.value, json_str(tier, "title")) + 7;
    x += pdf_text(pdf, (struct pdf_point){x, at.y}, &pdf_type.note, about) + 7;
    if (*ceiling) {
        const struct pdf_tone *tone = pdf_ceiling_tone(json_num(tier, "ceiling"));
        struct pdf_pill pill = {ceiling, {FACE_MEDIUM, 6.8, tone->text, 0}, 12, 5.5, tone->tint, 0};

        pdf_pill(pdf, (struct pdf_point){x, at.y - 2.8}, &pill);
    }
    pdf_text_right(pdf, (struct pdf_point){at.x + width, at.y},
                   assessed ? &pdf_type.value : &pdf_type.note, json_str(tier, "rateText"));
    pdf_bar(pdf, (struct pdf_box){at.x, at.y + 5, width, 5},
            assessed ? json_num(tier, "rate") / 100 : -1, pdf_tone(json_str(tier, "level"))->fill);
}

static void draw_tiers(struct sheet *sheet)
{
    const cJSON *tiers = json_find(sheet->report, "tiers");
    size_t rows = (json_count(tiers) + 1) / 2, i = 0;
    double width = 238, pitch = 26;

    sheet_heading(sheet, "Enforcement by tier",
                  "proven share of weighted checks, core failures set a ceiling",
                  pitch * (double)rows);
    for (const cJSON *tier = json_first(tiers); tier; tier = tier->next, i++) {
        struct pdf_point at = {i < rows ? SHEET_LEFT : SHEET_RIGHT - width,
                               sheet->y + 13 + pitch * (double)(i % rows)};

        draw_tier(sheet, tier, at, width);
    }
    sheet->y += pitch * (double)rows - 3;
}

static void draw_fix(struct table *table, const cJSON *fix, bool owners)
{
    struct pdf_style gain = pdf_in(&pdf_type.cell_bold, json_num(fix, "gain") > 0 ? INK : MUTED);
    struct pdf_style rank = {FACE_BOLD, 8.3, BRAND, 0};
    const struct pdf_style *bold = &pdf_type.cell_bold;
    struct arena *arena = table->sheet->arena;
    const struct table_cell cells[] = {
        {.text = arena_printf(arena, "%.0f", json_num(fix, "rank")), .style = &rank},
        {.text = json_str(fix, "title")},
        {.text = json_str(fix, "severityText"),
         .kind = CELL_SEVERITY,
         .level = json_str(fix, "severity")},
        {.text = json_str(fix, "gainText"), .style = &gain},
        {.text = json_str(fix, "scoreAfterText"), .style = bold},
        {.text = owners ? json_str(fix, "owner") : ""},
    };

    table_row(table, cells);
}

static bool any_owner(const cJSON *fixes)
{
    for (const cJSON *fix = json_first(fixes); fix; fix = fix->next)
        if (*json_str(fix, "owner"))
            return true;
    return false;
}

/* Where the table must end so that what follows it stays on the first page. */
static double fixes_end(const struct sheet *sheet)
{
    return *json_str(sheet->report, "decision") ? SHEET_BOTTOM - 96 : SHEET_BOTTOM - 20;
}

/* The rows in their groups while there is room (at least one); returns how many. */
static size_t draw_fix_rows(struct table *table, bool owners)
{
    const struct sheet *sheet = table->sheet;
    double end = fixes_end(sheet);
    size_t shown = 0;

    for (const cJSON *group = json_first(json_find(sheet->report, "groups")); group;
         group = group->next) {
        const cJSON *fix = json_first(json_find(group, "fixes"));

        if (shown > 0 && sheet->y + 2 * FIX_ROW > end)
            break;
        table_group(table, json_str(group, "title"), json_str(group, "text"));
        for (; fix && (shown == 0 || sheet->y + FIX_ROW < end); fix = fix->next, shown++)
            draw_fix(table, fix, owners);
    }
    return shown;
}

static void draw_fixes(struct sheet *sheet)
{
    static const struct table_column with_owner[] = {
        {"Fix", 14, false},       {"", 229, false},          {"Severity", 62, false},
        {"Gain alone", 60, true}, {"Score after", 55, true}, {"Owner", 79.28, false}};
    static const struct table_column without[] = {{"Fix", 14, false},
                                                  {"", 296.28, false},
                                                  {"Severity", 69, false},
                                                  {"Gain alone", 60, true},
                                                  {"Score after", 60, true}};
    const cJSON *fixes = json_find(sheet->report, "fixes");
    bool owners = any_owner(fixes);
    struct table table = {.sheet = sheet,
                          .columns = owners ? with_owner : without,
                          .count = owners ? 6 : 5,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .row_padding = 4.9};
    size_t all = json_count(fixes), page = pdf_page_count(sheet->pdf);

    sheet_heading(sheet, "Fix these first", "", 60);

    struct pdf_point corner = {SHEET_RIGHT, sheet->y - 8};

    if (all == 0) {
        sheet->y += 10;
        pdf_text(sheet->pdf, (struct pdf_point){SHEET_LEFT, sheet->y}, &pdf_type.body,
                 json_true(json_find(sheet->report, "score"), "assessed")
                     ? "Nothing that was assessed needs a fix."
                     : "Nothing was assessed, so nothing can be said here.");
        sheet->y += 6;
        return;
    }
    table_begin(&table);

    size_t shown = draw_fix_rows(&table, owners);

    table_end(&table);
    if (page == pdf_page_count(sheet->pdf))
        pdf_text_right(sheet->pdf, corner, &pdf_type.note,
                       shown < all ? arena_printf(sheet->arena,
                                                  "%zu of %zu; the others stand with "
                                                  "their checks",
                                                  shown, all)
                                   : "gain alone; score when done in this order");
}

static void draw_snapshot(struct sheet *sheet)
{
    const char *groups = json_str(json_find(sheet->report, "scan"), "snapshotSha256Groups");
    struct pdf_style label = {FACE_REGULAR, 7.2, MUTED, 0};
    struct pdf_point at = {SHEET_LEFT, 0};

    sheet_need(sheet, 20);
    sheet->y += 16;
    at.y = sheet->y;
    at.x += pdf_text(sheet->pdf, at, &label, "Snapshot SHA-256") + 7;
    pdf_text(sheet->pdf, at, &pdf_type.hash, groups);
}

void pdf_summary(struct sheet *sheet)
{
    const char *decision = json_str(sheet->report, "decision");

    sheet->section = "1  Executive summary";
    sheet_page_bare(sheet);
    sheet_section(sheet, "Executive summary");
    draw_band(sheet);
    pdf_score(sheet);
    draw_tiles(sheet);
    draw_tiers(sheet);
    draw_fixes(sheet);
    if (*decision) {
        sheet->y += 14;
        sheet_callout(sheet, &(struct sheet_callout){"WHAT WE ASK YOU TO DECIDE", "brand",
                                                     &decision, 1, false});
    }
    draw_snapshot(sheet);
}
