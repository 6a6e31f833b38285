/* fixes.c - every list of fixes, and what their functions are written with. */
#include "fixes/fixes.h"

#include <string.h>

#include "base/json_edit.h"
#include "base/text.h"
#include "fixes/fixing.h"

/* To add a file of fixes: its list here. */
static const struct fix_list *const lists[] = {
    &root_fixes,      &user_fixes,  &device_fixes, &key_fixes,   &guard_fixes,
    &statement_fixes, &trust_fixes, &watch_fixes,  &other_fixes,
};

const struct fix *fix_find(const char *check)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t j = 0; j < lists[i]->count; j++)
            if (strcmp(lists[i]->rows[j].check, check) == 0)
                return &lists[i]->rows[j];
    return NULL;
}

void fixes_add(const struct checking *c, size_t first)
{
    struct arena scratch = {0};
    struct checking at = *c;
    struct fixing x = {.c = &at, .arena = &c->out->arena, .scratch = &scratch};
    const struct fix *fix = NULL;

    for (size_t i = first; i < c->out->count; i++) {
        struct finding *f = &c->out->at[i];

        if (f->status != STATUS_FAIL)
            continue;
        if (!fix || strcmp(fix->check, f->check) != 0)
            fix = fix_find(f->check);
        at.row = f->row;
        at.check = check_at(f->row);
        x.f = f;
        x.documents = 0;
        if (fix)
            fix->say(&x);
    }
    arena_free(&scratch);
}

/* --- Saying them --------------------------------------------------------------------------------
 */

static void add(struct fixing *x, enum remedy_kind kind, const char *about, const char *text,
                const char *blanks)
{
    *arena_push(x->arena, x->f->remedies, x->f->remedy_count) =
        (struct remedy){kind, about, text, blanks};
}

static void add_filled(struct fixing *x, enum remedy_kind kind, const char *about,
                       struct fix_filled filled)
{
    static const char unsafe[] =
        "A name in this finding holds characters that do not show, or that a command would read as "
        "a file: no command is written down for it. Take the name from AWS's answer, and look at "
        "who chose it.";

    if (filled.text)
        add(x, kind, about, filled.text, filled.blanks);
    else if (x->f->remedy_count == 0 || x->f->remedies[x->f->remedy_count - 1].text != unsafe)
        add(x, REMEDY_STEPS, "", unsafe, "");
}

void fix_steps(struct fixing *x, const char *form, ...)
{
    va_list values;

    va_start(values, form);
    add_filled(x, REMEDY_STEPS, "", fix_fill(x->arena, FIX_PLAIN, form, values));
    va_end(values);
}

void fix_cli(struct fixing *x, const char *about, const char *form, ...)
{
    va_list values;

    va_start(values, form);
    add_filled(x, REMEDY_CLI, about, fix_fill(x->arena, FIX_SHELL, form, values));
    va_end(values);
}

void fix_terraform(struct fixing *x, const char *about, const char *form, ...)
{
    va_list values;

    va_start(values, form);
    add_filled(x, REMEDY_TERRAFORM, about, fix_fill(x->arena, FIX_HCL, form, values));
    va_end(values);
}

/* Is one among the tests of an operator? All are blanks afterwards. */
static bool hide_external_id(struct arena *arena, cJSON *test)
{
    bool found = false;

    for (cJSON *item = test->child, *next; item; item = next) {
        const char *key = arena_strdup(arena, item->string);

        next = item->next;
        if (text_icmp(key, "sts:ExternalId") != 0)
            continue;
        found = true;
        if (cJSON_IsString(item) && strcmp(item->valuestring, FIX_EXTERNAL_ID) == 0)
            continue;
        cJSON_Delete(cJSON_DetachItemViaPointer(test, item));
        cJSON_AddStringToObject(test, key, FIX_EXTERNAL_ID);
    }
    return found;
}

/* A document, or a statement alone. */
static bool hide_external_ids(struct arena *arena, cJSON *document)
{
    cJSON *statements = json_edit(document, "Statement");
    cJSON *s = cJSON_IsArray(statements) ? statements->child : statements ? statements : document;
    bool found = false;

    for (; s; s = cJSON_IsArray(statements) ? s->next : NULL) {
        const cJSON *condition = json_edit(s, "Condition");

        for (cJSON *test = cJSON_IsObject(condition) ? condition->child : NULL; test;
             test = test->next)
            if (cJSON_IsObject(test))
                found = hide_external_id(arena, test) || found;
    }
    return found;
}

const char *fix_document(struct fixing *x, const char *about, const char *blanks, cJSON *document)
{
    cleanup_json cJSON *tree = document;
    bool hidden = hide_external_ids(x->arena, tree);
    const char *text = fix_json(x->arena, tree, FIX_DOCUMENT_BYTES), *file;

    if (!text)
        return NULL;
    if (hidden && !strstr(blanks, FIX_EXTERNAL_ID))
        blanks = arena_printf(x->arena, "%s%s%s", blanks, *blanks ? " " : "", FIX_EXTERNAL_ID);
    file = x->documents++ == 0 ? arena_printf(x->arena, "%s.json", x->f->id)
                               : arena_printf(x->arena, "%s-%zu.json", x->f->id, x->documents);
    add(x, REMEDY_POLICY, arena_printf(x->arena, "Save as %s: %s", file, about), text, blanks);
    return file;
}

/* --- What they are about ------------------------------------------------------------------------
 */

static const char *arn_of(const struct fixing *x)
{
    return arena_strndup(x->scratch, x->f->resource, strcspn(x->f->resource, "#"));
}

const struct principal *fix_user(const struct fixing *x)
{
    return model_user_by_arn(x->c->account, arn_of(x));
}

const struct principal *fix_role(const struct fixing *x)
{
    const struct account *a = x->c->account;
    const char *arn = arn_of(x);

    for (size_t i = 0; i < a->role_count; i++)
        if (strcmp(a->roles[i].arn, arn) == 0)
            return &a->roles[i];
    return NULL;
}

const char *fix_tail(const struct fixing *x)
{
    const char *mark = strchr(x->f->resource, '#');

    return mark ? mark + 1 : "";
}

const struct role_entry *fix_entries(struct fixing *x)
{
    if (!x->entries)
        x->entries = role_entries(x->c, x->scratch);
    return x->entries;
}

static bool has_inline(const struct principal *of, const char *name)
{
    for (size_t i = 0; i < of->inline_count; i++)
        if (strcmp(of->inline_policies[i].name, name) == 0)
            return true;
    return false;
}

const char *fix_inline_name(struct fixing *x, const struct principal *of, const char *base)
{
    const char *name = base;

    for (size_t i = 2; has_inline(of, name); i++)
        name = arena_printf(x->arena, "%s-%zu", base, i);
    return name;
}
