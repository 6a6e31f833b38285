/* variable.c - policy variables: IAM User Guide, "IAM policy elements: Variables and tags". */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "policy/glob.h"
#include "policy/private.h"

static void add_value(struct strbuf *out, const char *value, size_t len, bool as_pattern)
{
    for (size_t i = 0; i < len; i++) {
        if (as_pattern && strchr("*?\001", value[i]))
            strbuf_addch(out, GLOB_QUOTE);
        strbuf_addch(out, value[i]);
    }
}

/* name[0..len) in lower case, blanks around it dropped. */
static const char *key_name(struct arena *arena, const char *name, size_t len)
{
    while (len > 0 && *name == ' ')
        name++, len--;
    while (len > 0 && name[len - 1] == ' ')
        len--;
    return text_lower(arena, arena_strndup(arena, name, len));
}

/* The default of "key, 'default'", or NULL. */
static const char *default_of(const char *comma, size_t len, size_t *default_len)
{
    const char *open = memchr(comma, '\'', len), *close;

    if (!open)
        return NULL;
    open++;
    close = memchr(open, '\'', len - (size_t)(open - comma));
    if (!close)
        return NULL;
    *default_len = (size_t)(close - open);
    return open;
}

/* inner[0..len) is what stands between ${ and }. */
static enum expansion expand_one(const struct asking *q, const char *inner, size_t len,
                                 bool as_pattern, struct strbuf *out)
{
    const char *comma = memchr(inner, ',', len);
    size_t name_len = comma ? (size_t)(comma - inner) : len, default_len = 0;
    const char *otherwise = comma ? default_of(comma, len - name_len, &default_len) : NULL;
    const struct request_key *key;

    if (len == 1 && strchr("*?$", *inner)) { /* ${*} is the character itself */
        add_value(out, inner, 1, as_pattern);
        return EXPANDED;
    }
    key = certain_key(q, key_name(q->scratch, inner, name_len));
    if (!key)
        return EXPANDED_FREE;
    if (key->count == 1)
        add_value(out, key->values[0], strlen(key->values[0]), as_pattern);
    else if (key->count > 1)
        return EXPANDED_FREE; /* variables are made for keys of one value */
    else if (otherwise)
        add_value(out, otherwise, default_len, as_pattern);
    else
        return EXPANDED_NOTHING;
    return EXPANDED;
}

enum expansion expand(const struct asking *q, const char *text, bool as_pattern, const char **out)
{
    cleanup_strbuf struct strbuf made = STRBUF_INIT(LIMIT_POLICY_BYTES);
    enum expansion worst = EXPANDED;

    *out = text;
    if (!strstr(text, "${"))
        return EXPANDED;
    for (const char *p = text; *p;) {
        const char *close = strncmp(p, "${", 2) == 0 ? strchr(p, '}') : NULL;
        enum expansion e;

        if (!close) {
            strbuf_addch(&made, *p++);
            continue;
        }
        e = expand_one(q, p + 2, (size_t)(close - p - 2), as_pattern, &made);
        if (e == EXPANDED_FREE)
            strbuf_addch(&made, '*');
        worst = e > worst ? e : worst;
        p = close + 1;
    }
    *out = arena_strdup(q->scratch, made.buf);
    return worst;
}

/* --- Names --------------------------------------------------------------------------------------
 */

static void add_name(struct arena *arena, struct policy *p, const char *name)
{
    for (size_t i = 0; i < p->name_count; i++)
        if (strcmp(p->names[i], name) == 0)
            return;
    *arena_push(arena, p->names, p->name_count) = name;
}

/* The keys of the variables in the text. */
static void add_variables(struct arena *arena, struct policy *p, const char *text)
{
    for (const char *at = text; (at = strstr(at, "${")) != NULL;) {
        at += 2;
        add_name(arena, p, key_name(arena, at, strcspn(at, ",}")));
    }
}

void policy_collect_names(struct arena *arena, struct policy *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct statement *s = &p->statements[i];

        for (size_t k = 0; k < s->resource_count; k++)
            add_variables(arena, p, s->resources[k]);
        for (size_t c = 0; c < s->condition_count; c++) {
            add_name(arena, p, s->conditions[c].key);
            for (size_t v = 0; v < s->conditions[c].value_count; v++)
                add_variables(arena, p, s->conditions[c].values[v]);
        }
    }
}
