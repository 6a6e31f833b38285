/* field.c - maps of a person's YAML file, read by tables. */
#include "config/field.h"

#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "model/inputs.h"

#define FIELDS_MAX 32

int field_unknown(const struct yaml *at, const char *what, const char *word,
                  const char *const *words, struct error *err)
{
    cleanup_strbuf struct strbuf known = STRBUF_INIT(512);
    const char *near = cli_nearest(word, words);
    struct arena arena = {0};

    for (size_t i = 0; words[i]; i++)
        strbuf_addf(&known, "%s%s", i ? ", " : "", words[i]);
    if (near)
        (void)yaml_fail(at, err, "unknown %s \"%s\"; did you mean %s?", what,
                        text_shown(&arena, word), near);
    else
        (void)yaml_fail(
            at, err, "unknown %s \"%s\"; %s%s", what, text_shown(&arena, word),
            known.overflowed ? "see the guide" : "known: ", known.overflowed ? "" : known.buf);
    arena_free(&arena);
    return -1;
}

static const struct field *field_find(const struct field *rows, const char *name)
{
    for (; rows->name; rows++)
        if (strcmp(rows->name, name) == 0)
            return rows;
    return NULL;
}

static int unknown_key(const struct field *rows, const struct yaml *member, struct error *err)
{
    const char *names[FIELDS_MAX + 1];
    size_t count = 0;

    for (; rows[count].name && count < FIELDS_MAX; count++)
        names[count] = rows[count].name;
    names[count] = NULL;
    return field_unknown(member, "key", member->key, names, err);
}

int fields_read(const struct field *rows, const struct yaml *map, void *target, struct arena *arena,
                struct error *err)
{
    if (map->kind != YAML_MAP)
        return yaml_fail(map, err, "expected keys with values (%s: …)", rows->name);
    for (const struct yaml *m = map->child; m; m = m->next) {
        const struct field *f = field_find(rows, m->key);

        if (!f)
            return unknown_key(rows, m, err);
        if (f->read(m, (char *)target + f->offset, arena, err))
            return -1;
    }
    for (const struct field *f = rows; f->name; f++)
        if (f->required && !yaml_find(map, f->name))
            return yaml_fail(map, err, "%s is missing: add it", f->name);
    return 0;
}

/* What a message calls the value: its key, or "the value". */
static const char *name_of(const struct yaml *v)
{
    return v->key ? v->key : "the value";
}

/* Would all of it show on paper and on a terminal? */
static bool is_shown(const char *text)
{
    size_t len = strlen(text);
    uint32_t cp;

    for (size_t i = 0, n; i < len; i += n) {
        n = text_next(text + i, len - i, &cp);
        if (n == 0 || text_is_unsafe(cp))
            return false;
    }
    return true;
}

static int hidden(const struct yaml *v, struct error *err)
{
    return yaml_fail(v, err, "%s: has a character that does not show; write it anew", name_of(v));
}

int field_text(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    (void)arena;
    if (v->kind != YAML_TEXT)
        return yaml_fail(v, err, "%s: expected a text", name_of(v));
    if (!*v->text)
        return yaml_fail(v, err, "%s: is empty", name_of(v));
    if (strlen(v->text) > LIMIT_NAME_BYTES)
        return yaml_fail(v, err, "%s: longer than %d bytes", name_of(v), LIMIT_NAME_BYTES);
    if (strpbrk(v->text, "\r\n"))
        return yaml_fail(v, err, "%s: expected one line", name_of(v));
    if (!is_shown(v->text))
        return hidden(v, err);
    *(const char **)into = v->text;
    return 0;
}

/* Lines become one, as a paragraph in a table needs it. */
int field_prose(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    char *text;
    size_t len = 0;

    if (v->kind != YAML_TEXT)
        return yaml_fail(v, err, "%s: expected a text", name_of(v));
    if (strlen(v->text) > LIMIT_NAME_BYTES)
        return yaml_fail(v, err, "%s: longer than %d bytes", name_of(v), LIMIT_NAME_BYTES);
    text = arena_alloc(arena, strlen(v->text) + 1, 1);
    for (const char *c = v->text; *c; c++) {
        bool blank = *c == ' ' || *c == '\n' || *c == '\r' || *c == '\t';

        if (!blank)
            text[len++] = *c;
        else if (len > 0 && text[len - 1] != ' ')
            text[len++] = ' ';
    }
    while (len > 0 && text[len - 1] == ' ')
        text[--len] = '\0';
    if (len == 0)
        return yaml_fail(v, err, "%s: is empty", name_of(v));
    if (!is_shown(text))
        return hidden(v, err);
    *(const char **)into = text;
    return 0;
}

bool field_parse_day(const char *text, struct day *out)
{
    char full[CLOCK_TEXT];

    if (strlen(text) != strlen("2026-11-24"))
        return false;
    (void)snprintf(full, sizeof full, "%.10sT00:00:00Z", text);
    if (!clock_parse(full, &out->at))
        return false;
    out->text = text;
    return true;
}

int field_day(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    (void)arena;
    if (v->kind != YAML_TEXT || !field_parse_day(v->text, into))
        return yaml_fail(v, err, "%s: expected a day, as 2026-11-24", name_of(v));
    return 0;
}

int field_texts(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    const char **at = arena_new(arena, const char *, v->count + 1);
    size_t count = 0;

    if (v->kind != YAML_LIST)
        return yaml_fail(v, err, "%s: expected a list, as [one, two]", name_of(v));
    for (const struct yaml *e = v->child; e; e = e->next)
        if (field_text(e, &at[count++], arena, err))
            return -1;
    *(struct texts *)into = (struct texts){at, count};
    return 0;
}

int field_sha256(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    (void)arena;
    if (v->kind != YAML_TEXT || !digest_is_hex(v->text))
        return yaml_fail(v, err, "%s: expected 64 lower-case hex digits, as sha256sum prints them",
                         name_of(v));
    *(const char **)into = v->text;
    return 0;
}

int field_list_of(const struct yaml *root, const char *name, const struct yaml **first,
                  struct error *err)
{
    const char *const names[] = {name, NULL};
    const struct yaml *list = root && root->kind == YAML_MAP ? root->child : NULL;

    *first = NULL;
    if (!root)
        return 0;
    if (root->kind != YAML_MAP)
        return yaml_fail(root, err, "expected one key, %s: with a list", name);
    for (const struct yaml *m = list; m; m = m->next)
        if (strcmp(m->key, name) != 0)
            return field_unknown(m, "key", m->key, names, err);
    if (list && list->kind == YAML_TEXT && !*list->text) /* all of it is commented out */
        return 0;
    if (list && list->kind != YAML_LIST)
        return yaml_fail(list, err, "%s: expected a list (- …)", name);
    *first = list ? list->child : NULL;
    return 0;
}
