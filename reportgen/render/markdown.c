/* markdown.c - the report as one Markdown document, for tickets and wikis. */
#include "render/render.h"
#include "template/template.h"

static int render(const cJSON *report, struct strbuf *out, struct error *err)
{
    return template_render(&template_embedded, "report.md", report, out, err);
}

const struct renderer render_markdown = {
    .name = "markdown",
    .extension = "md",
    .media_type = "text/markdown",
    .render = render,
};
