/* filter_pattern.c - a small evaluator of metric filter patterns, over four values: a field that is
 * free makes its comparison true for some events and false for others. */
#include "checks/filter_pattern.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "policy/glob.h"

/* AWS takes patterns of 1,024 characters: no honest one nests deeper. */
#define DEPTH_MOST 64

struct value {
    enum filter_match is;
    const char *why; /* SOMETIMES: the selector; UNCLEAR: what is not understood */
};

struct reader {
    const char *at;
    const struct log_field *fields;
    size_t count;
    struct arena *arena;
    size_t depth;
    const char *broken; /* why the pattern cannot be read; NULL: it can */
};

static struct value unclear(const char *why)
{
    return (struct value){FILTER_UNCLEAR, why};
}

static struct value truth(bool is)
{
    return (struct value){is ? FILTER_ALWAYS : FILTER_NEVER, NULL};
}

static struct value both(struct value a, struct value b)
{
    if (a.is == FILTER_NEVER || b.is == FILTER_NEVER)
        return truth(false);
    if (a.is == FILTER_ALWAYS || b.is == FILTER_ALWAYS)
        return a.is == FILTER_ALWAYS ? b : a;
    /* What is false for some events stays so, whatever the other says. */
    return a.is == FILTER_SOMETIMES ? a : b.is == FILTER_SOMETIMES ? b : a;
}

static struct value either(struct value a, struct value b)
{
    if (a.is == FILTER_ALWAYS || b.is == FILTER_ALWAYS)
        return truth(true);
    if (a.is == FILTER_NEVER || b.is == FILTER_NEVER)
        return a.is == FILTER_NEVER ? b : a;
    return a.is == FILTER_UNCLEAR ? a : b.is == FILTER_UNCLEAR ? b : a;
}

/* --- Words ------------------------------------------------------------------------------------ */

static void skip_blanks(struct reader *r)
{
    r->at += strspn(r->at, " \t\r\n");
}

static bool take(struct reader *r, const char *token)
{
    skip_blanks(r);
    if (strncmp(r->at, token, strlen(token)) != 0)
        return false;
    r->at += strlen(token);
    return true;
}

/* A word of the language, whatever its case. */
static bool take_word(struct reader *r, const char *word)
{
    size_t len = strlen(word);
    const char *start;

    skip_blanks(r);
    start = r->at;
    if (strcspn(start, " \t\r\n(){}&|=!<>") != len ||
        text_icmp(arena_strndup(r->arena, start, len), word) != 0)
        return false;
    r->at += len;
    return true;
}

static const char *fail_at(struct reader *r, const char *expected)
{
    if (!r->broken)
        r->broken =
            arena_printf(r->arena, "%s expected at «%s»", expected, text_shown(r->arena, r->at));
    return "";
}

/* "$.userIdentity.type" -> "userIdentity.type" */
static const char *take_selector(struct reader *r)
{
    size_t len;
    const char *path;

    if (!take(r, "$."))
        return fail_at(r, "a selector");
    len = strcspn(r->at, " \t\r\n(){}&|=!<>\"%");
    if (len == 0)
        return fail_at(r, "the name of a field");
    path = arena_strndup(r->arena, r->at, len);
    r->at += len;
    return path;
}

/* The text up to a closing mark, as a pattern of policy/glob.h: of the two, only * is a wildcard
 * here. */
static const char *take_quoted(struct reader *r, char mark)
{
    char *text = arena_alloc(r->arena, 2 * strlen(r->at) + 1, 1);
    size_t len = 0;

    for (r->at++; *r->at && *r->at != mark; r->at++) {
        if (*r->at == '\\' && r->at[1])
            r->at++;
        if (*r->at == '?' || *r->at == GLOB_QUOTE)
            text[len++] = GLOB_QUOTE;
        text[len++] = *r->at;
    }
    if (!*r->at)
        return fail_at(r, "the end of a text");
    r->at++;
    return text;
}

/* A value: quoted, a regular expression between per cent signs, or a word without blanks. */
static const char *take_text(struct reader *r)
{
    size_t len;
    const char *text;

    skip_blanks(r);
    if (*r->at == '"' || *r->at == '%')
        return take_quoted(r, *r->at);
    len = strcspn(r->at, " \t\r\n(){}&|=!<>?\"");
    text = arena_strndup(r->arena, r->at, len);
    r->at += len;
    return len > 0 ? text : fail_at(r, "a value");
}

/* --- Comparisons ------------------------------------------------------------------------------ */

enum presence { FREE, GONE, HERE };

/* Is the field known? *value of one that is. */
static enum presence look_up(const struct reader *r, const char *path, const char **value)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct log_field *f = &r->fields[i];
        size_t len = strlen(f->path);

        if (strcmp(f->path, path) == 0) {
            *value = f->value;
            return f->value ? HERE : GONE;
        }
        if (!f->value && strncmp(f->path, path, len) == 0 && (path[len] == '.' || path[len] == '['))
            return GONE;
    }
    return FREE;
}

static struct value of_free(struct reader *r, const char *path)
{
    return (struct value){FILTER_SOMETIMES,
                          arena_printf(r->arena, "$.%s", text_shown(r->arena, path))};
}

static struct value compare(struct reader *r, const char *path, bool equal)
{
    const char *value = NULL, *text;
    enum presence presence = look_up(r, path, &value);
    bool is_regex;

    skip_blanks(r);
    is_regex = *r->at == '%';
    text = take_text(r);
    if (presence == FREE)
        return of_free(r, path);
    if (presence == GONE)
        return equal ? truth(false)
                     : unclear(arena_printf(r->arena, "$.%s is not there, and != asks for it",
                                            text_shown(r->arena, path)));
    return is_regex ? unclear("a regular expression cannot be judged")
                    : truth(glob_match(text, value) == equal);
}

/* The known fields are texts: none is less or more than a number. */
static struct value compare_size(struct reader *r, const char *path)
{
    const char *value;

    (void)take_text(r);
    return look_up(r, path, &value) == FREE ? of_free(r, path) : truth(false);
}

static struct value is_word(struct reader *r, const char *path)
{
    const char *value = "";
    enum presence presence = look_up(r, path, &value);
    bool is_true = take_word(r, "TRUE");

    if (!is_true && !take_word(r, "FALSE")) {
        if (!take_word(r, "NULL"))
            (void)fail_at(r, "TRUE, FALSE or NULL");
        else if (presence == GONE)
            return unclear("IS NULL of a field that is not there");
        return presence == FREE ? of_free(r, path) : truth(false);
    }
    if (presence == FREE)
        return of_free(r, path);
    return truth(presence == HERE && strcmp(value, is_true ? "true" : "false") == 0);
}

static struct value exists(struct reader *r, const char *path, bool wanted)
{
    const char *value;
    enum presence presence = look_up(r, path, &value);

    return presence == FREE ? of_free(r, path) : truth((presence == HERE) == wanted);
}

static struct value read_comparison(struct reader *r)
{
    const char *path = take_selector(r);

    if (r->broken)
        return truth(false);
    if (take_word(r, "NOT")) {
        if (!take_word(r, "EXISTS"))
            (void)fail_at(r, "EXISTS");
        return exists(r, path, false);
    }
    if (take_word(r, "EXISTS"))
        return exists(r, path, true);
    if (take_word(r, "IS"))
        return is_word(r, path);
    if (take(r, "!="))
        return compare(r, path, false);
    if (take(r, "<=") || take(r, ">=") || take(r, "<") || take(r, ">"))
        return compare_size(r, path);
    if (take(r, "="))
        return compare(r, path, true);
    (void)fail_at(r, "a comparison");
    return truth(false);
}

/* --- Expressions ------------------------------------------------------------------------------ */

static struct value read_either(struct reader *r);

static struct value read_one(struct reader *r)
{
    struct value v;

    if (!take(r, "("))
        return read_comparison(r);
    if (++r->depth > DEPTH_MOST) {
        (void)fail_at(r, "fewer brackets");
        return truth(false);
    }
    v = read_either(r);
    r->depth--;
    if (!r->broken && !take(r, ")"))
        (void)fail_at(r, "«)»");
    return v;
}

static struct value read_both(struct reader *r)
{
    struct value v = read_one(r);

    while (!r->broken && take(r, "&&"))
        v = both(v, read_one(r));
    return v;
}

static struct value read_either(struct reader *r)
{
    struct value v = read_both(r);

    while (!r->broken && take(r, "||"))
        v = either(v, read_both(r));
    return v;
}

static struct value read_pattern(struct reader *r)
{
    struct value v;

    skip_blanks(r);
    if (!*r->at)
        return truth(true);
    if (!take(r, "{"))
        return unclear("a pattern that is not of JSON fields");
    v = read_either(r);
    if (!r->broken && !take(r, "}"))
        (void)fail_at(r, "«}»");
    skip_blanks(r);
    if (!r->broken && *r->at)
        (void)fail_at(r, "the end");
    return r->broken ? unclear(r->broken) : v;
}

enum filter_match filter_match(const char *pattern, const struct log_field *fields, size_t count,
                               struct arena *arena, const char **why)
{
    struct reader r = {.at = pattern, .fields = fields, .count = count, .arena = arena};
    struct value v = read_pattern(&r);

    if (v.is == FILTER_SOMETIMES || v.is == FILTER_UNCLEAR)
        *why = v.why;
    return v.is;
}
