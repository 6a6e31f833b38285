/* pdf_pages.h - the sections of a report, each drawing itself onto the sheet. */
#ifndef RENDER_PDF_PAGES_H
#define RENDER_PDF_PAGES_H

#include "render/pdf_sheet.h"

/* The first page: band, score, tiles, tiers, what to fix first. */
void pdf_summary(struct sheet *sheet);
/* Its score card. */
void pdf_score(struct sheet *sheet);
/* Contents, accounts, what was not covered, how the score came about, limits. */
void pdf_scope(struct sheet *sheet);
/* The part of it on the score: steps, figures of this run, where the points went. */
void pdf_method(struct sheet *sheet);
/* Every tier with its checks and their findings. */
void pdf_findings(struct sheet *sheet);
/* Query log and the hash of every raw answer. */
void pdf_evidence(struct sheet *sheet);
/* Fill in the contents list that pdf_scope() left room for, when all sections are known. */
void pdf_contents(struct sheet *sheet);

/* The score as an arc of 240 degrees around `centre`. */
struct gauge {
    double score; /* 0..100; negative: not assessed */
    double ceiling;
    const char *value; /* what stands in the middle */
    const char *grade; /* "A".."F": colours the arc */
    const char *pill;  /* text below; */
    bool graded;       /* the letter may be shown */
};
void pdf_gauge(struct pdf *pdf, struct pdf_point centre, const struct gauge *gauge);

/* The tone of a grade letter, and of a ceiling. */
const struct pdf_tone *pdf_grade_tone(const char *grade);
const struct pdf_tone *pdf_ceiling_tone(double ceiling);

#endif
