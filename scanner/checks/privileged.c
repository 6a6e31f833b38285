/* privileged.c - rules of the settings on who is privileged. */
#include "checks/privileged.h"

const char *privileged_by_settings(const struct inputs *in, const struct principal *who,
                                   struct arena *arena)
{
    const char *rule = rule_set_match(&in->settings->privileged, who, arena);

    return rule ? arena_printf(arena, "the settings (%s)", rule) : NULL;
}

void administrators_by_settings(const struct inputs *in, const struct account *a,
                                struct administrator *administrators, struct arena *arena)
{
    for (size_t i = 0; i < a->user_count; i++) {
        const char *rule = administrators[i].verdict == ADMINISTRATOR_YES
                               ? NULL
                               : privileged_by_settings(in, &a->users[i], arena);

        if (rule)
            administrators[i] = (struct administrator){.verdict = ADMINISTRATOR_YES,
                                                       .by_settings = true,
                                                       .route = rule,
                                                       .holder = a->users[i].source};
    }
}
