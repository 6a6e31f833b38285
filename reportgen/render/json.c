/* json.c - the report as it is: what every other renderer reads. */
#include "base/json.h"

#include "render/render.h"

static int render(const cJSON *report, struct strbuf *out, struct error *err)
{
    return json_pretty(report, out, err);
}

const struct renderer render_json = {
    .name = "json",
    .extension = "json",
    .media_type = "application/json",
    .render = render,
};
