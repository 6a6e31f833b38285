/* render.h - what a renderer is, and the list of them. */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "base/error.h"
#include "base/json.h"
#include "base/strbuf.h"

/* A renderer turns the report JSON (assets/schemas/report.schema.json) into the bytes of one
 * document. It reads nothing else: no file, no clock, no environment; so the same report gives the
 * same bytes. `out` comes empty with max = LIMIT_DOCUMENT_BYTES; on failure its content is
 * meaningless. */
struct renderer {
    const char *name;       /* the word after --format */
    const char *extension;  /* without the dot */
    const char *media_type; /* RFC 6838, written into the bundle's manifest */
    int (*render)(const cJSON *report, struct strbuf *out, struct error *err);
};

extern const struct renderer render_pdf, render_markdown, render_json;

/* Every renderer, in the order of help; ends with NULL. */
extern const struct renderer *const renderers[];

/* NULL when there is none of that name. */
const struct renderer *renderer_find(const char *name);

#endif
