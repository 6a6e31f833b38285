/* pdf_layout.c - where lines break and what fits on a page: arithmetic only, no drawing. */
#include "render/pdf_layout.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

struct wrapper {
    struct arena *arena;
    const struct pdf_measure *measure;
    double width; /* of a line */
    struct pdf_lines out;
    const char *start; /* of the line being filled */
    size_t len;        /* of it, spaces at its end not counted */
    size_t taken;      /* of it, spaces counted */
    double filled;     /* width of its first `taken` bytes */
    double tight;      /* width of its first `len` bytes */
};

static double width_of(const struct wrapper *w, const char *s, size_t len)
{
    return w->measure->width(w->measure->context, s, len);
}

static bool may_break_after(char c, enum pdf_breaks breaks)
{
    switch (breaks) {
    case BREAK_ARN:
        return c == '/' || c == ':';
    case BREAK_PATH:
        return c == '/';
    case BREAK_ID:
        return c == '-';
    case BREAK_WORDS:
    default:
        return false;
    }
}

/* Inside a piece that no line can hold. */
static bool may_break_if_need_be(char c)
{
    return strchr("/:>-_.,;", c) != NULL;
}

static size_t small_piece_len(const char *s, size_t len)
{
    size_t i = 1;

    while (i < len && !may_break_if_need_be(s[i - 1]))
        i++;
    return i;
}

/* Length of the piece at s that no line may be broken within, the spaces after it not counted. */
static size_t piece_len(const char *s, enum pdf_breaks breaks)
{
    size_t i = 0;

    while (s[i] && s[i] != ' ') {
        i++;
        if (may_break_after(s[i - 1], breaks))
            break;
    }
    return i;
}

static void end_line(struct wrapper *w)
{
    *arena_push(w->arena, w->out.line, w->out.count) =
        (struct pdf_line){w->start, w->len, w->tight};
    w->start += w->taken;
    w->len = w->taken = 0;
    w->filled = w->tight = 0;
}

static void take(struct wrapper *w, size_t len, double wide, size_t spaces)
{
    w->len = w->taken + len;
    w->tight = w->filled + wide;
    w->taken = w->len + spaces;
    w->filled = w->tight + (spaces ? width_of(w, w->start + w->len, spaces) : 0);
}

/* A piece wider than a whole line: fill lines character by character. */
static void take_by_character(struct wrapper *w, size_t len)
{
    size_t end = w->taken + len;

    while (w->taken < end) {
        const char *at = w->start + w->taken;
        size_t left = end - w->taken;
        uint32_t cp = 0;
        size_t step = text_next(at, left, &cp);

        step = step ? step : 1;

        double wide = width_of(w, at, step);

        if (w->taken > 0 && w->filled + wide > w->width) {
            end_line(w);
            end = left;
        }
        take(w, step, wide, 0);
    }
}

static void take_piece(struct wrapper *w, size_t len, size_t spaces)
{
    double wide = width_of(w, w->start + w->taken, len);

    if (w->taken > 0 && w->filled + wide > w->width)
        end_line(w);
    if (wide <= w->width) {
        take(w, len, wide, spaces);
        return;
    }

    size_t left = len;

    while (left > 0) {
        const char *at = w->start + w->taken;
        size_t part = small_piece_len(at, left);

        wide = width_of(w, at, part);
        if (w->taken > 0 && w->filled + wide > w->width)
            end_line(w);
        if (wide <= w->width)
            take(w, part, wide, 0);
        else
            take_by_character(w, part);
        left -= part;
    }
    take(w, 0, 0, spaces);
}

struct pdf_lines pdf_wrap(struct arena *arena, const struct pdf_measure *measure, const char *text,
                          double width, enum pdf_breaks breaks)
{
    struct wrapper w = {.arena = arena, .measure = measure, .width = width, .start = text};

    while (w.start[w.taken]) {
        const char *at = w.start + w.taken;
        size_t len = piece_len(at, breaks);

        take_piece(&w, len, strspn(at + len, " "));
    }
    if (w.taken > 0 || w.out.count == 0)
        end_line(&w);
    return w.out;
}

size_t pdf_lines_in(double room, double leading)
{
    return room < leading ? 0 : (size_t)((room + 0.01) / leading);
}

size_t pdf_lines_now(size_t count, size_t here, size_t full)
{
    if (count <= here)
        return count;
    if (full == 0)
        return here ? here : 1;
    if (count <= full || here < 2)
        return 0;
    return here;
}
