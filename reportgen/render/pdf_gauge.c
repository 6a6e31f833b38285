/* pdf_gauge.c - the score as an arc: value, grade letters, ceiling, and what lies beyond it. */
#include <math.h>
#include <string.h>

#include "render/pdf_pages.h"

#define RADIUS 49.0
#define WIDTH 13.0
#define HATCH_STEP 2.6 /* of score */
#define PI 3.14159265358979323846

/* Where grades begin; the letter stands in the middle of its stretch. */
static const struct {
    const char *letter;
    double from, to;
} grades[] = {{"F", 0, 60}, {"D", 60, 70}, {"C", 70, 80}, {"B", 80, 90}, {"A", 90, 100}};

const struct pdf_tone *pdf_grade_tone(const char *grade)
{
    switch (*grade) {
    case 'A':
    case 'B':
        return pdf_tone("good");
    case 'C':
        return pdf_tone("medium");
    case 'D':
        return pdf_tone("high");
    case 'F':
        return pdf_tone("critical");
    default:
        return pdf_tone("none");
    }
}

const struct pdf_tone *pdf_ceiling_tone(double ceiling)
{
    return pdf_tone(ceiling < 60 ? "critical" : "high");
}

static double angle_of(double score)
{
    return 210 - 2.4 * score;
}

static struct pdf_point polar(struct pdf_point centre, double radius, double degrees)
{
    return (struct pdf_point){centre.x + radius * cos(degrees * PI / 180),
                              centre.y - radius * sin(degrees * PI / 180)};
}

/* A stroke across the arc, from `in` to `out` points off its middle line. */
static void across(struct pdf *pdf, struct pdf_point centre, double score, double in, double out)
{
    struct pdf_point a = polar(centre, RADIUS + in, angle_of(score));
    struct pdf_point b = polar(centre, RADIUS + out, angle_of(score));

    pdf_move(pdf, a.x, a.y);
    pdf_to(pdf, b.x, b.y);
}

static void draw_ceiling(struct pdf *pdf, struct pdf_point centre, double ceiling)
{
    for (int i = 0; ceiling + 3 + HATCH_STEP * i < 101; i++) {
        double s = ceiling + 3 + HATCH_STEP * i;
        struct pdf_point a = polar(centre, RADIUS - WIDTH / 2 + 1.2, angle_of(s) + 2.4);
        struct pdf_point b = polar(centre, RADIUS + WIDTH / 2 - 1.2, angle_of(s) - 2.4);

        pdf_move(pdf, a.x, a.y);
        pdf_to(pdf, b.x, b.y);
    }
    pdf_stroke(pdf, HATCH, 0.8);
    across(pdf, centre, ceiling, -WIDTH / 2 - 1.5, WIDTH / 2 + 1.5);
    pdf_stroke(pdf, INK, 2);
}

static void draw_scale(struct pdf *pdf, struct pdf_point centre, const struct gauge *gauge)
{
    for (size_t i = 0; i < sizeof grades / sizeof *grades; i++) {
        bool current = gauge->graded && strcmp(grades[i].letter, gauge->grade) == 0;
        struct pdf_style style = {current ? FACE_HEAVY : FACE_REGULAR, 7.6, current ? INK : MUTED,
                                  0};
        const char number[] = {(char)('0' + (int)grades[i].from / 10), '0', '\0'};
        double mid = gauge->graded ? (grades[i].from + grades[i].to) / 2 : grades[i].from;
        /* The ceiling's tick reaches out here. */
        struct pdf_point at = polar(centre, RADIUS + WIDTH / 2 + 8.4, angle_of(mid));

        if (!gauge->graded && grades[i].from == 0)
            continue;
        style.size = gauge->graded ? style.size : 6.6;
        pdf_text_centre(pdf, (struct pdf_point){at.x, at.y + 2.7}, &style,
                        gauge->graded ? grades[i].letter : number);
    }
}

static void draw_arc(struct pdf *pdf, struct pdf_point centre, const struct gauge *gauge)
{
    const struct pdf_tone *tone = pdf_grade_tone(gauge->grade);
    struct pdf_point start = polar(centre, RADIUS, angle_of(0));

    pdf_round_caps(pdf, true);
    pdf_arc(pdf, centre, RADIUS, angle_of(0), angle_of(100));
    pdf_stroke(pdf, TRACK, WIDTH);
    pdf_round_caps(pdf, false);
    if (gauge->score > 0) {
        bool full = gauge->score >= 100;

        pdf_arc(pdf, start, WIDTH / 2, 0, 360);
        pdf_shut(pdf);
        pdf_fill(pdf, tone->fill);
        pdf_round_caps(pdf, full);
        pdf_arc(pdf, centre, RADIUS, angle_of(0), angle_of(gauge->score));
        pdf_stroke(pdf, tone->fill, WIDTH);
        pdf_round_caps(pdf, false);
    }
    for (size_t i = 1; i < sizeof grades / sizeof *grades; i++)
        across(pdf, centre, grades[i].from, -WIDTH / 2 - 0.2, WIDTH / 2 + 0.2);
    pdf_stroke(pdf, WHITE, 1.2);
}

void pdf_gauge(struct pdf *pdf, struct pdf_point centre, const struct gauge *gauge)
{
    struct pdf_style of = {FACE_REGULAR, 8.6, MUTED, 0};
    struct pdf_pill pill = {gauge->pill,
                            {FACE_BOLD, 8.4, WHITE, 0},
                            17,
                            10,
                            gauge->graded ? pdf_grade_tone(gauge->grade)->text : MUTED,
                            0};

    draw_arc(pdf, centre, gauge);
    if (gauge->score >= 0 && gauge->ceiling >= 0 && gauge->ceiling < 100)
        draw_ceiling(pdf, centre, gauge->ceiling);
    draw_scale(pdf, centre, gauge);
    pdf_text_centre(pdf, (struct pdf_point){centre.x, centre.y + 8}, &pdf_type.score, gauge->value);
    pdf_text_centre(pdf, (struct pdf_point){centre.x, centre.y + 20}, &of,
                    gauge->score >= 0 ? "of 100" : "no score");
    pdf_pill(pdf, (struct pdf_point){centre.x - pdf_pill_width(pdf, &pill) / 2, centre.y + 36},
             &pill);
}
