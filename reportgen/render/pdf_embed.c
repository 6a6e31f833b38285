/* pdf_embed.c - the font objects of a PDF: outlines, widths and Unicode map of what was drawn.
 *
 * Written by us, not by libharu 2.3.0, whose maps to Unicode are wrong and whose subsets can lose
 * parts of composite glyphs. ISO 32000-1: 9.6.6 subsets, 9.7.4 CIDFonts, 9.8 descriptors, 9.10.3
 * ToUnicode. Codes are glyph numbers throughout (Identity-H, CIDToGIDMap Identity). */
#include <string.h>

#include "base/limits.h"
#include "render/pdf_private.h"

enum { BFCHAR_BLOCK = 100, SYMBOLIC = 4 };

static HPDF_INT32 thousandths(const struct ttf *ttf, int units)
{
    long scaled = (long)units * 1000, half = (long)ttf->units_per_em / 2;

    return (HPDF_INT32)((scaled + (scaled < 0 ? -half : half)) / (long)ttf->units_per_em);
}

static HPDF_Dict new_dict(struct pdf *pdf)
{
    HPDF_Dict dict = HPDF_Dict_New(pdf->doc->mmgr);

    pdf_note(pdf, HPDF_Xref_Add(pdf->doc->xref, dict));
    return dict;
}

static HPDF_Dict new_stream(struct pdf *pdf, const struct strbuf *content)
{
    HPDF_Dict dict = HPDF_DictStream_New(pdf->doc->mmgr, pdf->doc->xref);

    if (!dict)
        return NULL;
    dict->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
    pdf_note(pdf, HPDF_Stream_Write(dict->stream, (const HPDF_BYTE *)content->buf,
                                    (HPDF_UINT)content->len));
    return dict;
}

static void add_utf16(struct strbuf *out, uint32_t code)
{
    if (code > 0xFFFF)
        strbuf_addf(out, "%04X%04X", (unsigned)(0xD7C0 + (code >> 10)),
                    (unsigned)(0xDC00 + (code & 0x3FF)));
    else
        strbuf_addf(out, "%04X", (unsigned)code);
}

static void add_unicode_map(struct pdf *pdf, const struct pdf_font *font, HPDF_Dict dict)
{
    cleanup_strbuf struct strbuf map = STRBUF_INIT(8 * MIB);
    unsigned left = 0, in_block = 0;

    for (unsigned i = 1; i < font->ttf.glyphs; i++)
        left += font->used[i] && font->code_of[i];
    strbuf_addstr(&map, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
    for (unsigned i = 1; i < font->ttf.glyphs; i++) {
        if (!font->used[i] || !font->code_of[i])
            continue;
        if (in_block == 0) {
            in_block = left < BFCHAR_BLOCK ? left : BFCHAR_BLOCK;
            left -= in_block;
            strbuf_addf(&map, "%u beginbfchar\n", in_block);
        }
        strbuf_addf(&map, "<%04X> <", i);
        add_utf16(&map, font->code_of[i]);
        strbuf_addstr(&map, ">\n");
        if (--in_block == 0)
            strbuf_addstr(&map, "endbfchar\n");
    }
    strbuf_addstr(&map, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    pdf_note(pdf, HPDF_Dict_Add(dict, "ToUnicode", new_stream(pdf, &map)));
}

/* [first [w w w] first [w] ...], one inner array per stretch of neighbouring glyphs. */
static void add_widths(struct pdf *pdf, const struct pdf_font *font, HPDF_Dict dict)
{
    HPDF_Array all = HPDF_Array_New(pdf->doc->mmgr), stretch = NULL;

    pdf_note(pdf, HPDF_Dict_AddNumber(dict, "DW",
                                      thousandths(&font->ttf, (int)ttf_advance(&font->ttf, 0))));
    pdf_note(pdf, HPDF_Dict_Add(dict, "W", all));
    for (unsigned i = 0; i < font->ttf.glyphs; i++) {
        if (!font->used[i]) {
            stretch = NULL;
            continue;
        }
        if (!stretch) {
            stretch = HPDF_Array_New(pdf->doc->mmgr);
            pdf_note(pdf, HPDF_Array_AddNumber(all, (HPDF_INT32)i));
            pdf_note(pdf, HPDF_Array_Add(all, stretch));
        }
        pdf_note(pdf, HPDF_Array_AddNumber(
                          stretch, thousandths(&font->ttf, (int)ttf_advance(&font->ttf, i))));
    }
}

static int add_descriptor(struct pdf *pdf, const struct pdf_font *font, HPDF_Dict dict,
                          const char *name, struct error *err)
{
    const struct ttf *ttf = &font->ttf;
    cleanup_strbuf struct strbuf file = STRBUF_INIT(16 * MIB);
    HPDF_Dict descriptor = new_dict(pdf);
    HPDF_Array box = HPDF_Array_New(pdf->doc->mmgr);

    if (ttf_subset(ttf, font->used, &file, err) != 0)
        return fail_in(err, "%s", name);

    HPDF_Dict stream = new_stream(pdf, &file);
    const struct {
        const char *key;
        HPDF_INT32 value;
    } numbers[] = {{"Flags", SYMBOLIC},
                   {"ItalicAngle", 0},
                   {"Ascent", thousandths(ttf, ttf->ascent)},
                   {"Descent", thousandths(ttf, ttf->descent)},
                   {"CapHeight", thousandths(ttf, ttf->cap_height)},
                   {"StemV", 10 + 220 * (ttf->weight - 50) / 900}}; /* as PDF makers estimate it */

    pdf_note(pdf, HPDF_Dict_AddName(descriptor, "Type", "FontDescriptor"));
    pdf_note(pdf, HPDF_Dict_AddName(descriptor, "FontName", name));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        pdf_note(pdf, HPDF_Dict_AddNumber(descriptor, numbers[i].key, numbers[i].value));
    for (size_t i = 0; i < 4; i++)
        pdf_note(pdf, HPDF_Array_AddNumber(box, thousandths(ttf, ttf->box[i])));
    pdf_note(pdf, HPDF_Dict_Add(descriptor, "FontBBox", box));
    pdf_note(pdf, HPDF_Dict_AddNumber(stream, "Length1", (HPDF_INT32)file.len));
    pdf_note(pdf, HPDF_Dict_Add(descriptor, "FontFile2", stream));
    pdf_note(pdf, HPDF_Dict_Add(dict, "FontDescriptor", descriptor));
    return 0;
}

static int embed(struct pdf *pdf, struct pdf_font *font, enum pdf_face face, struct error *err)
{
    HPDF_MMgr mmgr = pdf->doc->mmgr;
    const char *name = arena_printf(pdf->arena, "RG%c%c%c%c+%s", 'A' + (int)face, 'A', 'A', 'A',
                                    pdf_face_name(face));
    HPDF_Dict cid = new_dict(pdf), system = HPDF_Dict_New(mmgr);
    HPDF_Array descendants = HPDF_Array_New(mmgr);

    ttf_close(&font->ttf, font->used);
    font->used[0] = 1; /* every font keeps the shape of a missing glyph */
    pdf_note(pdf, HPDF_Dict_AddName(font->dict, "Type", "Font"));
    pdf_note(pdf, HPDF_Dict_AddName(font->dict, "Subtype", "Type0"));
    pdf_note(pdf, HPDF_Dict_AddName(font->dict, "BaseFont", name));
    pdf_note(pdf, HPDF_Dict_AddName(font->dict, "Encoding", "Identity-H"));
    pdf_note(pdf, HPDF_Dict_Add(font->dict, "DescendantFonts", descendants));
    pdf_note(pdf, HPDF_Array_Add(descendants, cid));
    add_unicode_map(pdf, font, font->dict);
    pdf_note(pdf, HPDF_Dict_AddName(cid, "Type", "Font"));
    pdf_note(pdf, HPDF_Dict_AddName(cid, "Subtype", "CIDFontType2"));
    pdf_note(pdf, HPDF_Dict_AddName(cid, "BaseFont", name));
    pdf_note(pdf, HPDF_Dict_AddName(cid, "CIDToGIDMap", "Identity"));
    pdf_note(pdf, HPDF_Dict_Add(cid, "CIDSystemInfo", system));
    pdf_note(pdf, HPDF_Dict_Add(system, "Registry", HPDF_String_New(mmgr, "Adobe", NULL)));
    pdf_note(pdf, HPDF_Dict_Add(system, "Ordering", HPDF_String_New(mmgr, "Identity", NULL)));
    pdf_note(pdf, HPDF_Dict_AddNumber(system, "Supplement", 0));
    add_widths(pdf, font, cid);
    return add_descriptor(pdf, font, cid, name, err);
}

int pdf_fonts_finish(struct pdf *pdf, struct error *err)
{
    if (pdf->font_error.code != ERR_NONE) {
        *err = pdf->font_error;
        return -1;
    }
    for (enum pdf_face face = 0; face < FACES; face++)
        if (pdf->fonts[face].dict && embed(pdf, &pdf->fonts[face], face, err) != 0)
            return -1;
    return 0;
}
