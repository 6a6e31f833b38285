/* pdf_ttf.c - a TrueType font in memory: look up glyphs, and cut it down to those in use. */
#include "render/pdf_ttf.h"

#include <string.h>

enum { PAIR_BYTES = 6, TABLE_ROW = 16, HEAD_LEN = 54, HHEA_LEN = 36, COMPOSITE_DEPTH = 16 };

static unsigned read16(const unsigned char *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static int read16s(const unsigned char *p)
{
    unsigned v = read16(p);

    return v < 0x8000 ? (int)v : (int)v - 0x10000;
}

static uint32_t read32(const unsigned char *p)
{
    return (uint32_t)read16(p) << 16 | read16(p + 2);
}

static struct ttf_table find_table(struct ttf_table file, const char *tag)
{
    struct ttf_table none = {NULL, 0};
    size_t count = file.len < 12 ? 0 : read16(file.bytes + 4);

    for (size_t i = 0; i < count && 12 + (i + 1) * TABLE_ROW <= file.len; i++) {
        const unsigned char *row = file.bytes + 12 + i * TABLE_ROW;

        if (memcmp(row, tag, 4) != 0)
            continue;

        size_t at = read32(row + 8), len = read32(row + 12);

        if (at > file.len || len > file.len - at)
            return none;
        return (struct ttf_table){file.bytes + at, len};
    }
    return none;
}

/* The Windows Unicode subtable (3,1) in format 4. */
static bool find_segments(struct ttf *font)
{
    struct ttf_table cmap = font->cmap;
    size_t count = cmap.len < 4 ? 0 : read16(cmap.bytes + 2);

    for (size_t i = 0; i < count && 4 + (i + 1) * 8 <= cmap.len; i++) {
        const unsigned char *row = cmap.bytes + 4 + i * 8;
        size_t at = read32(row + 4);

        if (read16(row) != 3 || read16(row + 2) != 1 || at + 16 > cmap.len)
            continue;
        font->segments = cmap.bytes + at;
        font->segment_count = read16(font->segments + 6) / 2;
        return read16(font->segments) == 4 && at + 16 + font->segment_count * 8 <= cmap.len;
    }
    return false;
}

static void find_pairs(struct ttf *font)
{
    const unsigned char *p = font->kern.bytes;

    if (!p || font->kern.len < 18 || read16(p) != 0 || read16(p + 2) < 1 || p[8] != 0)
        return;
    font->pair_count = read16(p + 10);
    if (18 + font->pair_count * PAIR_BYTES > font->kern.len)
        font->pair_count = 0;
    font->pairs = p + 18;
}

static bool read_numbers(struct ttf *font)
{
    if (font->head.len < HEAD_LEN || font->hhea.len < HHEA_LEN || font->maxp.len < 6)
        return false;
    font->units_per_em = read16(font->head.bytes + 18);
    for (size_t i = 0; i < 4; i++)
        font->box[i] = read16s(font->head.bytes + 36 + 2 * i);
    font->long_loca = read16(font->head.bytes + 50) != 0;
    font->ascent = read16s(font->hhea.bytes + 4);
    font->descent = read16s(font->hhea.bytes + 6);
    font->metrics = read16(font->hhea.bytes + 34);
    font->glyphs = read16(font->maxp.bytes + 4);
    font->cap_height = font->os2.len >= 90 ? read16s(font->os2.bytes + 88) : font->ascent;
    font->weight = font->os2.len >= 6 ? (int)read16(font->os2.bytes + 4) : 400;
    return font->units_per_em >= 16 && font->units_per_em <= 16384 && font->glyphs > 0 &&
           font->metrics > 0 && font->metrics <= font->glyphs &&
           font->hmtx.len >= font->metrics * 4 + (font->glyphs - font->metrics) * 2 &&
           font->loca.len >= (font->glyphs + 1) * (font->long_loca ? 4U : 2U);
}

int ttf_open(struct ttf *font, const char *name, struct ttf_table file, struct error *err)
{
    const struct {
        const char *tag;
        struct ttf_table *table;
    } wanted[] = {{"cmap", &font->cmap}, {"cvt ", &font->cvt},  {"fpgm", &font->fpgm},
                  {"glyf", &font->glyf}, {"head", &font->head}, {"hhea", &font->hhea},
                  {"hmtx", &font->hmtx}, {"kern", &font->kern}, {"loca", &font->loca},
                  {"maxp", &font->maxp}, {"OS/2", &font->os2},  {"prep", &font->prep}};

    memset(font, 0, sizeof *font);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        *wanted[i].table = find_table(file, wanted[i].tag);
    if (!font->glyf.bytes || !read_numbers(font))
        return fail(err, ERR_FORMAT, "%s: not a usable TrueType font", name);
    if (!find_segments(font))
        return fail(err, ERR_FORMAT, "%s: no format 4 character map", name);
    find_pairs(font);
    return 0;
}

unsigned ttf_glyph(const struct ttf *font, uint32_t code)
{
    const unsigned char *ends = font->segments + 14;
    size_t n = font->segment_count, low = 0, high = n;

    while (low < high) { /* the first segment that ends at or after the code */
        size_t mid = (low + high) / 2;

        if (read16(ends + 2 * mid) < code)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == n || code > 0xFFFF)
        return 0;

    const unsigned char *start = ends + 2 * n + 2 + 2 * low;
    const unsigned char *delta = start + 2 * n, *range = delta + 2 * n;
    unsigned glyph = (unsigned)code, skip = read16(range);

    if (read16(start) > code)
        return 0;
    if (skip) {
        const unsigned char *at = range + skip + 2 * (code - read16(start));

        if (at + 2 > font->cmap.bytes + font->cmap.len)
            return 0;
        glyph = read16(at);
        if (glyph == 0)
            return 0;
    }
    glyph = (glyph + read16(delta)) & 0xFFFF;
    return glyph < font->glyphs ? glyph : 0;
}

unsigned ttf_advance(const struct ttf *font, unsigned glyph)
{
    unsigned i = glyph < font->metrics ? glyph : font->metrics - 1;

    return read16(font->hmtx.bytes + (size_t)i * 4);
}

int ttf_kern(const struct ttf *font, unsigned left, unsigned right)
{
    uint32_t key = (uint32_t)left << 16 | right;
    size_t low = 0, high = font->pair_count;

    while (low < high) {
        size_t mid = (low + high) / 2;
        const unsigned char *pair = font->pairs + mid * PAIR_BYTES;
        uint32_t here = read32(pair);

        if (here == key)
            return read16s(pair + 4);
        if (here < key)
            low = mid + 1;
        else
            high = mid;
    }
    return 0;
}

static size_t glyph_offset(const struct ttf *font, unsigned i)
{
    return font->long_loca ? read32(font->loca.bytes + (size_t)i * 4)
                           : (size_t)read16(font->loca.bytes + (size_t)i * 2) * 2;
}

static struct ttf_table outline(const struct ttf *font, unsigned glyph)
{
    size_t from = glyph_offset(font, glyph), to = glyph_offset(font, glyph + 1);

    if (from >= to || to > font->glyf.len)
        return (struct ttf_table){NULL, 0};
    return (struct ttf_table){font->glyf.bytes + from, to - from};
}

static void mark_parts(const struct ttf *font, unsigned glyph, unsigned char *used, int depth)
{
    enum { WORDS = 0x1, SCALE = 0x8, MORE = 0x20, XY_SCALE = 0x40, TWO_BY_TWO = 0x80 };
    struct ttf_table shape = outline(font, glyph);
    size_t at = 10;

    if (shape.len < 10 || read16s(shape.bytes) >= 0 || depth == 0)
        return;
    while (at + 4 <= shape.len) {
        unsigned flags = read16(shape.bytes + at), part = read16(shape.bytes + at + 2);

        if (part < font->glyphs) {
            used[part] = 1;
            mark_parts(font, part, used, depth - 1);
        }
        at += 4 + (flags & WORDS ? 4U : 2U);
        at += flags & SCALE ? 2U : flags & XY_SCALE ? 4U : flags & TWO_BY_TWO ? 8U : 0U;
        if (!(flags & MORE))
            return;
    }
}

void ttf_close(const struct ttf *font, unsigned char *used)
{
    for (unsigned i = 0; i < font->glyphs; i++)
        if (used[i])
            mark_parts(font, i, used, COMPOSITE_DEPTH);
}

static void add16(struct strbuf *out, unsigned v)
{
    strbuf_addch(out, (char)(unsigned char)(v >> 8));
    strbuf_addch(out, (char)(unsigned char)v);
}

static void add32(struct strbuf *out, uint32_t v)
{
    add16(out, v >> 16);
    add16(out, v & 0xFFFF);
}

static uint32_t checksum(const char *text, size_t len)
{
    const unsigned char *p = (const unsigned char *)text;
    uint32_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += (uint32_t)p[i] << (8 * (3 - i % 4));
    return sum;
}

/* Tables of the new font, in the order of their tags, as the directory needs them. */
struct piece {
    const char *tag;
    struct strbuf body;
};
enum { CVT, FPGM, GLYF, HEAD, HHEA, HMTX, LOCA, MAXP, PREP, PIECES };

static void fill_pieces(const struct ttf *font, const unsigned char *used, struct piece *piece)
{
    unsigned count = font->glyphs;

    while (count > 1 && !used[count - 1])
        count--;
    strbuf_add(&piece[CVT].body, font->cvt.bytes, font->cvt.len);
    strbuf_add(&piece[FPGM].body, font->fpgm.bytes, font->fpgm.len);
    strbuf_add(&piece[PREP].body, font->prep.bytes, font->prep.len);
    for (unsigned i = 0; i < count; i++) {
        struct ttf_table shape = used[i] ? outline(font, i) : (struct ttf_table){NULL, 0};

        add32(&piece[LOCA].body, (uint32_t)piece[GLYF].body.len);
        if (shape.len)
            strbuf_add(&piece[GLYF].body, shape.bytes, shape.len);
        while (piece[GLYF].body.len % 4 && !piece[GLYF].body.overflowed)
            strbuf_addch(&piece[GLYF].body, '\0');
        add16(&piece[HMTX].body, used[i] ? ttf_advance(font, i) : 0);
        add16(&piece[HMTX].body,
              i < font->metrics && used[i] ? read16(font->hmtx.bytes + (size_t)i * 4 + 2) : 0);
    }
    add32(&piece[LOCA].body, (uint32_t)piece[GLYF].body.len);
    strbuf_add(&piece[HEAD].body, font->head.bytes, 8);
    add32(&piece[HEAD].body, 0); /* the sum over the file, set at the end */
    strbuf_add(&piece[HEAD].body, font->head.bytes + 12, 50 - 12);
    add16(&piece[HEAD].body, 1); /* loca in 32 bits */
    add16(&piece[HEAD].body, 0);
    strbuf_add(&piece[HHEA].body, font->hhea.bytes, 34);
    add16(&piece[HHEA].body, count);
    strbuf_add(&piece[MAXP].body, font->maxp.bytes, 4);
    add16(&piece[MAXP].body, count);
    strbuf_add(&piece[MAXP].body, font->maxp.bytes + 6, font->maxp.len - 6);
}

static void join_pieces(struct piece *piece, struct strbuf *out)
{
    size_t at = 12 + PIECES * TABLE_ROW, head = 0;

    add32(out, 0x00010000);
    add16(out, PIECES);
    add16(out, 8 * TABLE_ROW); /* the largest power of two not above PIECES, times a row */
    add16(out, 3);
    add16(out, (PIECES - 8) * TABLE_ROW);
    for (size_t i = 0; i < PIECES; i++) {
        struct strbuf *body = &piece[i].body;

        strbuf_addstr(out, piece[i].tag);
        add32(out, checksum(body->buf, body->len));
        add32(out, (uint32_t)at);
        add32(out, (uint32_t)body->len);
        if (i == HEAD)
            head = at;
        at += (body->len + 3) / 4 * 4;
    }
    for (size_t i = 0; i < PIECES; i++) {
        strbuf_add(out, piece[i].body.buf, piece[i].body.len);
        out->overflowed = out->overflowed || piece[i].body.overflowed;
        while (out->len % 4 && !out->overflowed)
            strbuf_addch(out, '\0');
    }
    if (out->overflowed)
        return;

    uint32_t sum = 0xB1B0AFBA - checksum(out->buf, out->len);

    for (size_t i = 0; i < 4; i++)
        out->buf[head + 8 + i] = (char)(unsigned char)(sum >> (8 * (3 - i)));
}

int ttf_subset(const struct ttf *font, const unsigned char *used, struct strbuf *out,
               struct error *err)
{
    static const char *const tags[PIECES] = {"cvt ", "fpgm", "glyf", "head", "hhea",
                                             "hmtx", "loca", "maxp", "prep"};
    struct piece piece[PIECES];

    for (size_t i = 0; i < PIECES; i++)
        piece[i] = (struct piece){tags[i], STRBUF_INIT(out->max)};
    fill_pieces(font, used, piece);
    join_pieces(piece, out);
    for (size_t i = 0; i < PIECES; i++)
        strbuf_free(&piece[i].body);
    return strbuf_finish(out, "subset font", err);
}
