/* pdf_haru_draw.c - paths, colours and gradients on a page of a PDF, over libharu. */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "render/pdf_private.h"

#define PI 3.14159265358979323846

static float channel(uint32_t rgb, unsigned shift)
{
    return (float)(rgb >> shift & 0xFF) / 255.0F;
}

void pdf_set_fill(struct pdf *pdf, uint32_t rgb)
{
    pdf_note(pdf,
             HPDF_Page_SetRGBFill(pdf->page, channel(rgb, 16), channel(rgb, 8), channel(rgb, 0)));
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
            status = HPDF_Page_MoveTo(pdf->page, (float)p[0].x, pdf_flip(p[0].y));
        else if (pdf->path[i].kind == STEP_LINE)
            status = HPDF_Page_LineTo(pdf->page, (float)p[0].x, pdf_flip(p[0].y));
        else if (pdf->path[i].kind == STEP_CURVE)
            status = HPDF_Page_CurveTo(pdf->page, (float)p[0].x, pdf_flip(p[0].y), (float)p[1].x,
                                       pdf_flip(p[1].y), (float)p[2].x, pdf_flip(p[2].y));
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
    pdf_note(pdf,
             HPDF_Page_SetRGBStroke(pdf->page, channel(rgb, 16), channel(rgb, 8), channel(rgb, 0)));
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
    double slope = shade->box.h * shade->gradient.tilt / 2,
           middle = shade->box.y + shade->box.h / 2;
    HPDF_REAL ends[4] = {(float)shade->box.x, pdf_flip(middle - slope),
                         (float)(shade->box.x + shade->box.w), pdf_flip(middle + slope)};
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

static bool same_shade(const struct pdf_shade *a, const struct pdf_shade *b)
{
    return a->gradient.from == b->gradient.from && a->gradient.to == b->gradient.to &&
           a->gradient.tilt == b->gradient.tilt && a->box.x == b->box.x && a->box.y == b->box.y &&
           a->box.w == b->box.w && a->box.h == b->box.h;
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
    while (i < pdf->shade_count && !same_shade(&pdf->shades[i], &want))
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
