/* template.h - Mustache templates over the report JSON.
 *
 * The whole of the Mustache specification's mandatory part (github.com/mustache/spec): variables,
 * dotted names, the implicit iterator, sections, inverted sections, partials with indentation,
 * comments, set delimiters, standalone lines. Lambdas, inheritance and dynamic names are refused.
 *
 * Escaping follows the extension of the template that is rendered, partials included, since they
 * end up in its document (".mustache" at the end is looked through):
 *     md, markdown   Markdown    html, htm   HTML    anything else   none
 * `{{{x}}}` and `{{&x}}` are never escaped. Values belong into running text and table cells; not
 * into code spans or link targets, where Markdown knows no escapes.
 *
 * Empty for a section are: false, null, "", [] and 0. A figure that may be 0 and still has to be
 * shown needs a guard of its own (score.assessed, not score.value).
 *
 * Strict unless `lax`: a name must exist in the context stack. A name that is there and null
 * prints nothing, and so does whatever is asked of it (`waiver.owner` where `waiver` is null). An
 * object or a list cannot be printed. Lax is the specification's behaviour: all of these are empty.
 */
#ifndef TEMPLATE_TEMPLATE_H
#define TEMPLATE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "base/strbuf.h"

/* Where templates come from. `load` returns the bytes of the file called exactly `name`
 * ("report.md", "partials/fixes.md"), borrowed until the end of the rendering, or NULL when there
 * is none. It is never asked for an absolute name or one with a ".." in it. */
struct template_source {
    const char *(*load)(void *ctx, const char *name, size_t *len);
    void *ctx;
    bool lax;
};

/* The templates built into the program, strict. */
extern const struct template_source template_embedded;

/* Render template `name` with `data`, appended to *out; out->max bounds the output. A partial NAME
 * is sought as NAME, NAME with the extension of the rendered template, then NAME.md, NAME.html and
 * NAME.mustache; names always count from the source's root, also inside a partial.
 * Errors, each beginning "file:line: ":
 *   ERR_MISSING  no such template or partial (lax: a missing partial is empty)
 *   ERR_FORMAT   syntax; strict: a name that is not there, with the nearest one that is
 *   ERR_LIMIT    output over out->max, a template over LIMIT_TEMPLATE_BYTES, sections and partials
 *                deeper than LIMIT_TEMPLATE_DEPTH (so recursion ends), more than
 *                LIMIT_TEMPLATE_STEPS steps or LIMIT_TEMPLATE_PARTIALS partials
 * Time is linear in the templates read plus the output written plus the steps taken. */
int template_render(const struct template_source *src, const char *name, const cJSON *data,
                    struct strbuf *out, struct error *err);

#endif
