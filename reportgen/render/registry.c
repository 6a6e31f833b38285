/* registry.c - the list of renderers. */
#include <string.h>

#include "render/render.h"

/* To add one: declare it in render.h, name it here. */
const struct renderer *const renderers[] = {
    &render_pdf,
    &render_markdown,
    &render_json,
    NULL,
};

const struct renderer *renderer_find(const char *name)
{
    for (size_t i = 0; renderers[i]; i++)
        if (strcmp(renderers[i]->name, name) == 0)
            return renderers[i];
    return NULL;
}
