/* exceptions.c - exceptions.yaml. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "checks/check.h"
#include "config/field.h"
#include "config/register.h"
#include "model/snapshot.h"

#define AT(member) offsetof(struct exception, member)

/* --- Reviews ---------------------------------------------------------------------------------- */

struct review {
    struct waiver_review shown;
    struct day day;
};

static int read_decision(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    static const char *const words[] = {"keep", "end", NULL};

    (void)arena;
    for (size_t i = 0; words[i]; i++)
        if (v->kind == YAML_TEXT && strcmp(v->text, words[i]) == 0) {
            *(const char **)into = words[i];
            return 0;
        }
    return field_unknown(v, "decision", v->text, words, err);
}

static const struct field review_fields[] = {
    {"date", true, offsetof(struct review, day), field_day},
    {"by", true, offsetof(struct review, shown.by), field_text},
    {"decision", true, offsetof(struct review, shown.decision), read_decision},
    {"note", false, offsetof(struct review, shown.note), field_prose},
    {0},
};

static int read_reviews(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    struct exception *x = into;
    struct waiver_review *shown = arena_new(arena, struct waiver_review, v->count + 1);
    struct day *days = arena_new(arena, struct day, v->count + 1);
    size_t count = 0;

    if (v->kind != YAML_LIST)
        return yaml_fail(v, err, "%s: expected a list (- date: …)", v->key);
    for (const struct yaml *e = v->child; e; e = e->next, count++) {
        struct review r = {.day = {NULL, 0}};

        if (fields_read(review_fields, e, &r, arena, err))
            return -1;
        shown[count] = r.shown;
        shown[count].date = r.day.text;
        days[count] = r.day;
    }
    x->waiver.reviews = shown;
    x->waiver.review_count = count;
    x->reviewed = days;
    return 0;
}

/* --- Scope ------------------------------------------------------------------------------------ */

static int read_account(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    (void)arena;
    if (v->kind != YAML_TEXT || !snapshot_is_account_id(v->text))
        return yaml_fail(v, err, "%s: expected the 12 digits of one account, in quotes", v->key);
    *(const char **)into = v->text;
    return 0;
}

/* AWS's unique ids: AIDA… a user, AROA… a role, AGPA… a group. */
static int read_ids(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    if (field_texts(v, into, arena, err))
        return -1;
    for (const struct yaml *e = v->child; e; e = e->next) {
        bool known = strncmp(e->text, "AIDA", 4) == 0 || strncmp(e->text, "AROA", 4) == 0 ||
                     strncmp(e->text, "AGPA", 4) == 0;
        size_t len = 0;

        while (isupper((unsigned char)e->text[len]) || isdigit((unsigned char)e->text[len]))
            len++;
        if (!known || e->text[len] || len < 16)
            return yaml_fail(e, err,
                             "%s: \"%s\": expected unique ids as AWS gives them (AIDA…, AROA…, "
                             "AGPA…)",
                             v->key, text_shown(arena, e->text));
    }
    return 0;
}

static const struct field scope_fields[] = {
    {"account", true, AT(account), read_account},
    {"resource", true, AT(resource), field_text},
    {"ids", false, AT(ids), read_ids},
    {0},
};

static int read_scope(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    return fields_read(scope_fields, v, into, arena, err);
}

/* --- The check -------------------------------------------------------------------------------- */

/* What an exception would empty of meaning, and what to do instead. */
static const struct {
    const char *check, *advice;
} never[] = {
    {"iam.mfa_enforcement_strategy", "except the parts that fail: it is waived when they all are"},
    {"governance.exceptions_current", "set right what is wrong with the exceptions"},
};

static int read_check(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    if (field_text(v, into, arena, err))
        return -1;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strcmp(v->text, never[i].check) == 0)
            return yaml_fail(v, err, "check: %s has no exceptions; %s", v->text, never[i].advice);
    return 0;
}

/* --- One exception ---------------------------------------------------------------------------- */

/* Offset 0: these fill several members. */
static const struct field fields[] = {
    {"id", true, AT(waiver.id), field_text},
    {"check", true, AT(check), read_check},
    {"scope", true, 0, read_scope},
    {"reason", true, AT(waiver.reason), field_prose},
    {"compensatingControl", true, AT(waiver.compensating_control), field_prose},
    {"owner", true, AT(waiver.owner), field_text},
    {"approver", true, AT(waiver.approver), field_text},
    {"approved", true, AT(approved), field_day},
    {"expires", true, AT(expires), field_day},
    {"ticket", false, AT(waiver.ticket), field_text},
    {"reviews", false, 0, read_reviews},
    {0},
};

static int read_exception(struct inputs *in, const struct yaml *v, struct exception *x,
                          struct error *err)
{
    if (fields_read(fields, v, x, &in->arena, err))
        return -1;
    x->waiver.approved = x->approved.text;
    x->waiver.expires = x->expires.text;
    x->check_known = check_find(x->check) != NULL;
    x->file = v->file;
    x->line = v->line;
    if (x->expires.at < x->approved.at)
        return yaml_fail(yaml_find(v, "expires"), err, "expires: is before approved, %s",
                         x->approved.text);
    return 0;
}

static int by_place(const void *a, const void *b)
{
    const struct exception *x = a, *y = b;
    int order = strcmp(x->account, y->account);

    order = order ? order : strcmp(x->check, y->check);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static int by_id(const void *a, const void *b)
{
    const struct exception *x = a, *y = b;
    int order = strcmp(x->waiver.id, y->waiver.id);

    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static int check_doubles(struct exceptions *list, struct error *err)
{
    if (list->count > 1)
        qsort(list->at, list->count, sizeof *list->at, by_id);
    for (size_t i = 1; i < list->count; i++)
        if (strcmp(list->at[i - 1].waiver.id, list->at[i].waiver.id) == 0)
            return fail(
                err, ERR_CONFIG, "%s:%zu: id \"%.200s\" stands in line %zu too; give each its own",
                list->at[i].file, list->at[i].line, list->at[i].waiver.id, list->at[i - 1].line);
    return 0;
}

int exceptions_read(struct inputs *in, const struct yaml *root, struct error *err)
{
    const struct yaml *first;
    struct exceptions *list = &in->exceptions;

    if (field_list_of(root, "exceptions", &first, err))
        return -1;
    for (const struct yaml *v = first; v; v = v->next) {
        struct exception *x = arena_push(&in->arena, list->at, list->count);

        *x = (struct exception){.line = 0};
        if (read_exception(in, v, x, err))
            return -1;
    }
    if (check_doubles(list, err))
        return -1;
    if (list->count > 1)
        qsort(list->at, list->count, sizeof *list->at, by_place);
    return 0;
}

void exceptions_join(struct inputs *in)
{
    for (size_t i = 0; i < in->exceptions.count; i++) {
        struct exception *x = &in->exceptions.at[i];

        x->same_person = inputs_same_person(in, x->waiver.owner, x->waiver.approver);
    }
}
