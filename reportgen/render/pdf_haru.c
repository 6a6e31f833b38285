/* pdf_haru.c - one PDF document in memory: pages, info, links and bookmarks, over libharu. */
#include "render/pdf_haru.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "render/pdf_private.h"

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

static HPDF_INT two_digits(const char *s)
{
    return (s[0] - '0') * 10 + s[1] - '0';
}

static bool read_date(const char *text, HPDF_Date *date)
{
    char utc[CLOCK_TEXT]; /* 2026-11-24T06:14:00Z */
    time_t when;

    if (!clock_parse(text, &when))
        return false;
    clock_format(when, utc);
    *date = (HPDF_Date){.year = two_digits(utc) * 100 + two_digits(utc + 2),
                        .month = two_digits(utc + 5),
                        .day = two_digits(utc + 8),
                        .hour = two_digits(utc + 11),
                        .minutes = two_digits(utc + 14),
                        .seconds = two_digits(utc + 17),
                        .ind = 'Z'};
    return true;
}

static int set_info(struct pdf *pdf, const struct pdf_meta *meta, struct error *err)
{
    HPDF_Date date;

    if (!read_date(meta->date, &date))
        return fail(err, ERR_FORMAT, "document.date: not an RFC 3339 time");

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
            pdf_note(pdf,
                     HPDF_SetInfoAttr(pdf->doc, texts[i].type, pdf_printable(pdf, texts[i].text)));
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
    pdf_note(pdf, HPDF_Array_AddReal(to, pdf_flip(y)));
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
    HPDF_Rect area = {(float)box.x, pdf_flip(box.y + box.h), (float)(box.x + box.w),
                      pdf_flip(box.y)};

    if (pdf->muted || page >= pdf->page_count)
        return;

    HPDF_Destination to = HPDF_Page_CreateDestination(pdf->pages[page]);
    HPDF_Annotation link = HPDF_Page_CreateLinkAnnot(pdf->page, area, to);

    pdf_note(pdf, HPDF_LinkAnnot_SetBorderStyle(link, 0, 0, 0));
    if (!pdf->plain && link)
        pdf_note(pdf, HPDF_Dict_AddNumber(link, "F", 4)); /* print it */
    aim(pdf, to, y);
}
