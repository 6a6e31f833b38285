/* pdf_haru.c - one PDF document in memory: pages, paths, gradients, links, over libharu. */
#include "render/pdf_haru.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "render/pdf_private.h"

#define PI 3.14159265358979323846

enum { ID_BYTES = 16, READ_BYTES = 65536 };

static void keep_first(HPDF_STATUS code, HPDF_STATUS detail, void *data)
{
    (void)detail;
    pdf_note(data, code);
}

void pdf_note(struct pdf *pdf, HPDF_STATUS status)
{
    if (status != HPDF_OK && pdf->status == HPDF_OK)
        pdf->status = status;
}

static float flip(double y)
{
    return (float)(PDF_PAGE_HEIGHT - y);
}

static unsigned hex_digit(char c)
{
    return c >= 'a' ? (unsigned)(c - 'a') + 10 : (unsigned)(c - '0');
}

static void set_id(struct pdf *pdf, const char *digest)
{
    HPDF_Array id = HPDF_Array_New(pdf->doc->mmgr);
    HPDF_BYTE bytes[ID_BYTES] = {0};

    for (size_t i = 0; i < ID_BYTES && strlen(digest) >= 2 * ID_BYTES; i++)
        bytes[i] = (HPDF_BYTE)(hex_digit(digest[2 * i]) << 4 | hex_digit(digest[2 * i + 1]));
    pdf_note(pdf, HPDF_Dict_Add(pdf->doc->trailer, "ID", id));
    for (int half = 0; half < 2; half++)
        pdf_note(pdf, HPDF_Array_Add(id, HPDF_Binary_New(pdf->doc->mmgr, bytes, ID_BYTES)));
}

/* Catalog entries of which libharu 2.3.0 has no call. */
static void set_catalog(struct pdf *pdf)
{
    HPDF_MMgr mmgr = pdf->doc->mmgr;
    HPDF_Dict preferences = HPDF_Dict_New(mmgr);

    pdf_note(pdf, HPDF_Dict_Add(pdf->doc->catalog, "Lang", HPDF_String_New(mmgr, "en", NULL)));
    pdf_note(pdf, HPDF_Dict_Add(pdf->doc->catalog, "ViewerPreferences", preferences));
    pdf_note(pdf, HPDF_Dict_AddBoolean(preferences, "DisplayDocTitle", HPDF_TRUE));
}

static int set_info(struct pdf *pdf, const struct pdf_meta *meta, struct error *err)
{
    time_t when;
    struct tm t;

    if (!clock_parse(meta->date, &when) || !gmtime_r(&when, &t))
        return fail(err, ERR_FORMAT, "document.date: not an RFC 3339 time");

    HPDF_Date date = {t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min,
                      t.tm_sec,         'Z',          0,         0};
    const struct {
        HPDF_InfoType type;
        const char *text;
    } texts[] = {{HPDF_INFO_TITLE, meta->title},
                 {HPDF_INFO_AUTHOR, meta->author},
                 {HPDF_INFO_SUBJECT, meta->subject},
                 {HPDF_INFO_CREATOR, meta->creator}};

    pdf_note(pdf, HPDF_UseUTFEncodings(pdf->doc));
    pdf_note(pdf, HPDF_SetCurrentEncoder(pdf->doc, "UTF-8"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i].text)
            pdf_note(pdf, HPDF_SetInfoAttr(pdf->doc, texts[i].type,
                                           pdf_printable(pdf, texts[i].text)));
    pdf_note(pdf, HPDF_SetInfoDateAttr(pdf->doc, HPDF_INFO_CREATION_DATE, date));
    pdf_note(pdf, HPDF_SetInfoDateAttr(pdf->doc, HPDF_INFO_MOD_DATE, date));
    return 0;
}

static HPDF_Dict shared_dict(struct pdf *pdf)
{
    HPDF_Dict dict = HPDF_Dict_New(pdf->doc->mmgr);

    pdf_note(pdf, HPDF_Xref_Add(pdf->doc->xref, dict));
    return dict;
}

struct pdf *pdf_open(struct arena *arena, const struct pdf_meta *meta, struct error *err)
{
    struct pdf *pdf = arena_new(arena, struct pdf, 1);

    pdf->arena = arena;
    pdf->raw = (struct strbuf)STRBUF_INIT(MIB);
    pdf->plain = meta->plain || strcmp(HPDF_GetVersion(), HPDF_VERSION_TEXT) != 0;
    pdf->doc = HPDF_NewEx(keep_first, NULL, NULL, 0, pdf);
    if (!pdf->doc) {
        fail(err, ERR_LIMIT, "pdf: no memory for a document");
        return NULL;
    }
    pdf_note(pdf, HPDF_SetCompressionMode(pdf->doc, HPDF_COMP_ALL));
    if (!pdf->plain) {
        pdf->font_resources = shared_dict(pdf);
        pdf->shade_resources = shared_dict(pdf);
        set_id(pdf, meta->digest);
        set_catalog(pdf);
    }
    if (set_info(pdf, meta, err) != 0) {
        pdf_close(pdf);
        return NULL;
    }
    return pdf;
}

void pdf_close(struct pdf *pdf)
{
    HPDF_Free(pdf->doc);
    strbuf_free(&pdf->raw);
}

int pdf_save(struct pdf *pdf, struct strbuf *out, struct error *err)
{
    char *buf = arena_alloc(pdf->arena, READ_BYTES, 1);
    HPDF_UINT32 len;

    if (pdf_fonts_finish(pdf, err) != 0)
        return -1;
    if (!pdf->plain)
        pdf->doc->pdf_version = HPDF_VER_17;
    if (pdf->status == HPDF_OK)
        pdf_note(pdf, HPDF_SaveToStream(pdf->doc));
    if (pdf->status == HPDF_OK)
        pdf_note(pdf, HPDF_ResetStream(pdf->doc));
    if (pdf->status != HPDF_OK)
        return fail(err, ERR_FORMAT, "pdf: libharu error 0x%04lX", (unsigned long)pdf->status);
    do {
        len = READ_BYTES;
        HPDF_ReadFromStream(pdf->doc, (HPDF_BYTE *)buf, &len);
        strbuf_add(out, buf, len);
    } while (len == READ_BYTES);
    return strbuf_finish(out, "PDF document", err);
}

size_t pdf_page_add(struct pdf *pdf)
{
    HPDF_Page page = HPDF_AddPage(pdf->doc);

    if (!page)
        return pdf->page_count ? pdf->page_count - 1 : 0;
    pdf->page = page;
    pdf_note(pdf, HPDF_Page_SetWidth(page, (float)PDF_PAGE_WIDTH));
    pdf_note(pdf, HPDF_Page_SetHeight(page, (float)PDF_PAGE_HEIGHT));
    if (!pdf->plain) {
        HPDF_Dict resources = HPDF_Page_GetInheritableItem(page, "Resources", HPDF_OCLASS_DICT);

        pdf_note(pdf, HPDF_Dict_Add(resources, "Font", pdf->font_resources));
        pdf_note(pdf, HPDF_Dict_Add(resources, "Shading", pdf->shade_resources));
    }
    *arena_push(pdf->arena, pdf->pages, pdf->page_count) = page;
    return pdf->page_count - 1;
}

void pdf_page_select(struct pdf *pdf, size_t page)
{
    if (page < pdf->page_count)
        pdf->page = pdf->pages[page];
}

size_t pdf_page_count(const struct pdf *pdf)
{
    return pdf->page_count;
}

void pdf_add_number(struct strbuf *out, double v)
{
    long thousandths = lround(v * 1000);
    unsigned long size = (unsigned long)labs(thousandths), part = size % 1000;

    strbuf_addf(out, "%s%lu", thousandths < 0 ? "-" : "", size / 1000);
    if (part)
        strbuf_addf(out, ".%03lu", part);
}

void pdf_raw(struct pdf *pdf, const struct strbuf *operators)
{
    HPDF_PageAttr attr = pdf->page->attr;

    pdf_note(pdf, HPDF_Stream_Write(attr->stream, (const HPDF_BYTE *)operators->buf,
                                    (HPDF_UINT)operators->len));
}

void pdf_mute(struct pdf *pdf, bool muted)
{
    pdf->muted = muted;
}

static float channel(uint32_t rgb, unsigned shift)
{
    return (float)(rgb >> shift & 0xFF) / 255.0F;
}

void pdf_set_fill(struct pdf *pdf, uint32_t rgb)
{
    HPDF_RGBColor now = HPDF_Page_GetRGBFill(pdf->page);
    HPDF_RGBColor want = {channel(rgb, 16), channel(rgb, 8), channel(rgb, 0)};

    if (memcmp(&now, &want, sizeof now) != 0 || rgb == 0)
        pdf_note(pdf, HPDF_Page_SetRGBFill(pdf->page, want.r, want.g, want.b));
}

static void add_step(struct pdf *pdf, struct pdf_step step)
{
    if (pdf->steps == PATH_STEPS)
        pdf_note(pdf, HPDF_PAGE_OUT_OF_RANGE);
    else
        pdf->path[pdf->steps++] = step;
}

void pdf_move(struct pdf *pdf, double x, double y)
{
    add_step(pdf, (struct pdf_step){STEP_MOVE, {{x, y}}});
}

void pdf_to(struct pdf *pdf, double x, double y)
{
    add_step(pdf, (struct pdf_step){STEP_LINE, {{x, y}}});
}

void pdf_curve(struct pdf *pdf, struct pdf_point a, struct pdf_point b, struct pdf_point end)
{
    add_step(pdf, (struct pdf_step){STEP_CURVE, {a, b, end}});
}

void pdf_shut(struct pdf *pdf)
{
    add_step(pdf, (struct pdf_step){STEP_SHUT, {{0, 0}}});
}

static struct pdf_point on_circle(struct pdf_point centre, double radius, double degrees)
{
    double angle = degrees * PI / 180;

    return (struct pdf_point){centre.x + radius * cos(angle), centre.y - radius * sin(angle)};
}

void pdf_arc(struct pdf *pdf, struct pdf_point centre, double radius, double from, double to)
{
    unsigned pieces = (unsigned)ceil(fabs(to - from) / 90);
    double step = pieces ? (to - from) / pieces : 0;
    double reach = radius * 4 / 3 * tan(step * PI / 720); /* of a Bezier's handles */
    struct pdf_point start = on_circle(centre, radius, from);
    bool joined = pdf->steps && pdf->path[pdf->steps - 1].kind != STEP_SHUT;

    add_step(pdf, (struct pdf_step){joined ? STEP_LINE : STEP_MOVE, {start}});
    for (unsigned i = 0; i < pieces; i++) {
        double a = from + i * step, b = a + step;
        struct pdf_point p = on_circle(centre, radius, a), q = on_circle(centre, radius, b);

        pdf_curve(pdf, on_circle(p, reach, a + 90), on_circle(q, reach, b - 90), q);
    }
}

void pdf_box_path(struct pdf *pdf, struct pdf_box b, double radius)
{
    double r = fmax(0, fmin(radius, fmin(b.w, b.h) / 2)), right = b.x + b.w, low = b.y + b.h;

    if (r == 0) {
        pdf_move(pdf, b.x, b.y);
        pdf_to(pdf, right, b.y);
        pdf_to(pdf, right, low);
        pdf_to(pdf, b.x, low);
    } else {
        pdf_arc(pdf, (struct pdf_point){b.x + r, b.y + r}, r, 180, 90);
        pdf_arc(pdf, (struct pdf_point){right - r, b.y + r}, r, 90, 0);
        pdf_arc(pdf, (struct pdf_point){right - r, low - r}, r, 0, -90);
        pdf_arc(pdf, (struct pdf_point){b.x + r, low - r}, r, -90, -180);
    }
    pdf_shut(pdf);
}

/* Hand the collected path to libharu. */
static void play(struct pdf *pdf)
{
    for (size_t i = 0; i < pdf->steps; i++) {
        const struct pdf_point *p = pdf->path[i].p;
        HPDF_STATUS status = HPDF_OK;

        if (pdf->path[i].kind == STEP_MOVE)
            status = HPDF_Page_MoveTo(pdf->page, (float)p[0].x, flip(p[0].y));
        else if (pdf->path[i].kind == STEP_LINE)
            status = HPDF_Page_LineTo(pdf->page, (float)p[0].x, flip(p[0].y));
        else if (pdf->path[i].kind == STEP_CURVE)
            status = HPDF_Page_CurveTo(pdf->page, (float)p[0].x, flip(p[0].y), (float)p[1].x,
                                       flip(p[1].y), (float)p[2].x, flip(p[2].y));
        else
            status = HPDF_Page_ClosePath(pdf->page);
        pdf_note(pdf, status);
    }
    pdf->steps = 0;
}

/* While muted a path ends here. */
static bool drop_path(struct pdf *pdf)
{
    if (pdf->muted)
        pdf->steps = 0;
    return pdf->muted;
}

void pdf_fill(struct pdf *pdf, uint32_t rgb)
{
    if (drop_path(pdf))
        return;
    pdf_set_fill(pdf, rgb);
    play(pdf);
    pdf_note(pdf, HPDF_Page_Fill(pdf->page));
}

void pdf_stroke(struct pdf *pdf, uint32_t rgb, double width)
{
    if (drop_path(pdf))
        return;
    pdf_note(pdf, HPDF_Page_SetRGBStroke(pdf->page, channel(rgb, 16), channel(rgb, 8),
                                         channel(rgb, 0)));
    pdf_note(pdf, HPDF_Page_SetLineWidth(pdf->page, (float)width));
    play(pdf);
    pdf_note(pdf, HPDF_Page_Stroke(pdf->page));
}

void pdf_clip(struct pdf *pdf)
{
    if (drop_path(pdf))
        return;
    play(pdf);
    pdf_note(pdf, HPDF_Page_Clip(pdf->page));
    pdf_note(pdf, HPDF_Page_EndPath(pdf->page));
}

void pdf_push(struct pdf *pdf)
{
    if (!pdf->muted)
        pdf_note(pdf, HPDF_Page_GSave(pdf->page));
}

void pdf_pop(struct pdf *pdf)
{
    if (!pdf->muted)
        pdf_note(pdf, HPDF_Page_GRestore(pdf->page));
}

void pdf_alpha(struct pdf *pdf, double alpha)
{
    if (pdf->muted)
        return;

    HPDF_ExtGState state = HPDF_CreateExtGState(pdf->doc);

    pdf_note(pdf, HPDF_ExtGState_SetAlphaFill(state, (float)alpha));
    pdf_note(pdf, HPDF_ExtGState_SetAlphaStroke(state, (float)alpha));
    pdf_note(pdf, HPDF_Page_SetExtGState(pdf->page, state));
}

void pdf_dash(struct pdf *pdf, double on, double off)
{
    HPDF_UINT16 pattern[2] = {(HPDF_UINT16)on, (HPDF_UINT16)off};

    if (!pdf->muted)
        pdf_note(pdf, HPDF_Page_SetDash(pdf->page, on > 0 ? pattern : NULL, on > 0 ? 2 : 0, 0));
}

void pdf_round_caps(struct pdf *pdf, bool round)
{
    if (!pdf->muted)
        pdf_note(pdf, HPDF_Page_SetLineCap(pdf->page, round ? HPDF_ROUND_END : HPDF_BUTT_END));
}

static HPDF_Array add_array(struct pdf *pdf, HPDF_Dict dict, const char *key)
{
    HPDF_Array array = HPDF_Array_New(pdf->doc->mmgr);

    pdf_note(pdf, HPDF_Dict_Add(dict, key, array));
    return array;
}

/* An axial shading (ISO 32000-1, 8.7.4.5.3) between two colours. */
static void add_shading(struct pdf *pdf, const char *name, const struct pdf_shade *shade)
{
    HPDF_MMgr mmgr = pdf->doc->mmgr;
    HPDF_Dict shading = HPDF_Dict_New(mmgr), function = HPDF_Dict_New(mmgr);
    double slope = shade->box.h * shade->gradient.tilt / 2, middle = shade->box.y + shade->box.h / 2;
    HPDF_REAL ends[4] = {(float)shade->box.x, flip(middle - slope),
                         (float)(shade->box.x + shade->box.w), flip(middle + slope)};
    HPDF_Array coords, domain, colour[2], extend;

    pdf_note(pdf, HPDF_Dict_Add(pdf->shade_resources, name, shading));
    pdf_note(pdf, HPDF_Dict_AddNumber(shading, "ShadingType", 2));
    pdf_note(pdf, HPDF_Dict_AddName(shading, "ColorSpace", "DeviceRGB"));
    coords = add_array(pdf, shading, "Coords");
    for (size_t i = 0; i < 4; i++)
        pdf_note(pdf, HPDF_Array_AddReal(coords, ends[i]));
    extend = add_array(pdf, shading, "Extend");
    for (size_t i = 0; i < 2; i++)
        pdf_note(pdf, HPDF_Array_Add(extend, HPDF_Boolean_New(mmgr, HPDF_TRUE)));
    pdf_note(pdf, HPDF_Dict_Add(shading, "Function", function));
    pdf_note(pdf, HPDF_Dict_AddNumber(function, "FunctionType", 2));
    pdf_note(pdf, HPDF_Dict_AddNumber(function, "N", 1));
    domain = add_array(pdf, function, "Domain");
    colour[0] = add_array(pdf, function, "C0");
    colour[1] = add_array(pdf, function, "C1");
    for (size_t i = 0; i < 2; i++) {
        uint32_t rgb = i ? shade->gradient.to : shade->gradient.from;

        pdf_note(pdf, HPDF_Array_AddNumber(domain, (HPDF_INT32)i));
        for (unsigned shift = 24; shift > 0; shift -= 8)
            pdf_note(pdf, HPDF_Array_AddReal(colour[i], channel(rgb, shift - 8)));
    }
}

void pdf_shade(struct pdf *pdf, struct pdf_box box, const struct pdf_gradient *gradient)
{
    struct pdf_shade want = {box, *gradient};
    size_t i = 0;

    pdf_box_path(pdf, box, 0);
    if (pdf->plain || pdf->muted) {
        pdf_fill(pdf, gradient->from);
        return;
    }
    while (i < pdf->shade_count && memcmp(&pdf->shades[i], &want, sizeof want) != 0)
        i++;
    if (i == SHADES) {
        pdf_fill(pdf, gradient->from);
        return;
    }
    strbuf_clear(&pdf->raw);
    strbuf_addf(&pdf->raw, "Sh%zu", i + 1);
    if (i == pdf->shade_count) {
        pdf->shades[pdf->shade_count++] = want;
        add_shading(pdf, pdf->raw.buf, &want);
    }
    pdf_push(pdf);
    pdf_clip(pdf);
    strbuf_clear(&pdf->raw);
    strbuf_addf(&pdf->raw, "/Sh%zu sh\n", i + 1);
    pdf_raw(pdf, &pdf->raw);
    pdf_pop(pdf);
}

/* "At (0, y), zoom as it is" (ISO 32000-1, 12.3.2.2): libharu's own call refuses to keep the zoom,
 * and checks the array when it is used, so this comes after. */
static void aim(struct pdf *pdf, HPDF_Destination to, double y)
{
    if (!to || pdf->plain)
        return;

    HPDF_Page page = HPDF_Array_GetItem(to, 0, HPDF_OCLASS_DICT);

    HPDF_Array_Clear(to);
    pdf_note(pdf, HPDF_Array_Add(to, page));
    pdf_note(pdf, HPDF_Array_AddName(to, "XYZ"));
    pdf_note(pdf, HPDF_Array_AddReal(to, 0));
    pdf_note(pdf, HPDF_Array_AddReal(to, flip(y)));
    pdf_note(pdf, HPDF_Array_Add(to, HPDF_Null_New(pdf->doc->mmgr)));
}

void pdf_bookmark(struct pdf *pdf, unsigned level, const char *title, size_t page, double y)
{
    HPDF_Encoder utf8 = HPDF_GetEncoder(pdf->doc, "UTF-8");
    HPDF_Outline parent = level ? pdf->bookmarks[level - 1] : NULL;

    if (pdf->muted || level >= BOOKMARK_LEVELS || page >= pdf->page_count)
        return;

    HPDF_Outline mark = HPDF_CreateOutline(pdf->doc, parent, pdf_printable(pdf, title), utf8);
    HPDF_Destination to = HPDF_Page_CreateDestination(pdf->pages[page]);

    pdf_note(pdf, HPDF_Outline_SetOpened(mark, level == 0 ? HPDF_TRUE : HPDF_FALSE));
    pdf_note(pdf, HPDF_Outline_SetDestination(mark, to));
    aim(pdf, to, y);
    for (unsigned i = level; i < BOOKMARK_LEVELS; i++)
        pdf->bookmarks[i] = mark;
}

void pdf_link(struct pdf *pdf, struct pdf_box box, size_t page, double y)
{
    HPDF_Rect area = {(float)box.x, flip(box.y + box.h), (float)(box.x + box.w), flip(box.y)};

    if (pdf->muted || page >= pdf->page_count)
        return;

    HPDF_Destination to = HPDF_Page_CreateDestination(pdf->pages[page]);
    HPDF_Annotation link = HPDF_Page_CreateLinkAnnot(pdf->page, area, to);

    pdf_note(pdf, HPDF_LinkAnnot_SetBorderStyle(link, 0, 0, 0));
    if (!pdf->plain && link)
        pdf_note(pdf, HPDF_Dict_AddNumber(link, "F", 4)); /* print it */
    aim(pdf, to, y);
}
