/* glob.c - matching, and the classes of glob_classes(). */
#include "policy/glob.h"

#include <string.h>

/* The pattern's element at p: its length in bytes, 0 at the end; *literal gets its character. */
static size_t element(const char *p, const char *end, bool *wild, char *literal)
{
    if (p == end)
        return 0;
    *wild = *p == '*' || *p == '?';
    *literal = *p;
    if (*p == GLOB_QUOTE && p + 1 < end) {
        *literal = p[1];
        return 2;
    }
    return 1;
}

bool glob_match_part(const char *pattern, size_t pattern_len, const char *text, size_t text_len)
{
    const char *stop = pattern + pattern_len, *end = text + text_len;
    const char *star = NULL, *from;

    /* Most patterns that do not match differ in their plain beginning. */
    while (pattern < stop && text < end && *pattern == *text && glob_is_plain(*pattern))
        pattern++, text++;
    if (pattern < stop && glob_is_plain(*pattern))
        return false;
    from = text;
    while (text < end) {
        bool wild = false;
        char literal = '\0';
        size_t size = element(pattern, stop, &wild, &literal);

        if (wild && literal == '*') {
            pattern += size;
            if (pattern == stop)
                return true;
            star = pattern;
            from = text;
        } else if (size && (wild || literal == *text)) {
            pattern += size;
            text++;
        } else if (star) {
            pattern = star;
            text = ++from;
        } else {
            return false;
        }
    }
    while (pattern < stop && *pattern == '*')
        pattern++;
    return pattern == stop;
}

bool glob_match(const char *pattern, const char *text)
{
    while (*pattern == *text && glob_is_plain(*pattern))
        pattern++, text++;
    if (glob_is_plain(*pattern) ||
        (*pattern == '*' && glob_is_plain(pattern[1]) && !strchr(text, pattern[1])))
        return false;
    return glob_match_part(pattern, strlen(pattern), text, strlen(text));
}

/* --- Patterns as rows of numbers ----------------------------------------------------------------
 */

enum { ANY = 256, STAR = 257 };

struct word {
    short *at;
    size_t len;
};

/* In normal form: of a run of wildcards the `?` come first, and one `*` is enough. */
static struct word word_of(struct arena *arena, const short *from, size_t count)
{
    struct word w = {arena_new(arena, short, count + 1), 0};

    for (size_t i = 0; i < count;) {
        size_t any = 0;
        bool star = false;

        if (from[i] < ANY) {
            w.at[w.len++] = from[i++];
            continue;
        }
        for (; i < count && from[i] >= ANY; i++) {
            any += from[i] == ANY;
            star = star || from[i] == STAR;
        }
        while (any-- > 0)
            w.at[w.len++] = ANY;
        if (star)
            w.at[w.len++] = STAR;
    }
    return w;
}

static struct word word_parse(struct arena *arena, const char *pattern)
{
    short *raw = arena_new(arena, short, strlen(pattern) + 1);
    const char *end = pattern + strlen(pattern);
    size_t count = 0, size;
    bool wild;
    char literal;

    for (; (size = element(pattern, end, &wild, &literal)) > 0; pattern += size)
        raw[count++] = wild ? (short)(literal == '*' ? STAR : ANY) : (unsigned char)literal;
    return word_of(arena, raw, count);
}

static const char *word_pattern(struct arena *arena, const struct word *w)
{
    char *out = arena_new(arena, char, 2 * w->len + 1), *p = out;

    for (size_t i = 0; i < w->len; i++) {
        if (w->at[i] == '*' || w->at[i] == '?' || w->at[i] == GLOB_QUOTE)
            *p++ = GLOB_QUOTE;
        *p++ = w->at[i] == STAR ? '*' : w->at[i] == ANY ? '?' : (char)w->at[i];
    }
    *p = '\0';
    return out;
}

/* A text that the word matches: `fresh`, which no pattern names, for each `?`, and as often as
 * `run` says for each `*`. */
static const char *word_text(struct arena *arena, const struct word *w, char fresh, size_t run)
{
    char *out = arena_new(arena, char, w->len *(run + 1) + 1), *p = out;

    for (size_t i = 0; i < w->len; i++) {
        size_t times = w->at[i] == STAR ? run : 1;

        memset(p, w->at[i] >= ANY ? fresh : (char)w->at[i], times);
        p += times;
    }
    *p = '\0';
    return out;
}

/* --- The closure --------------------------------------------------------------------------------
 */

struct closure {
    struct arena *arena;
    const char *const *given;
    struct word *given_words;
    size_t given_count;
    struct word *words;
    const char **patterns; /* of the words */
    size_t *within;        /* how many given patterns contain the word */
    size_t count;
    char fresh;
    size_t longest_run; /* of `?` in any pattern */
    size_t steps;       /* of the intersection at hand */
    short *made;        /* its beginning so far */
};

/* Texts that the word matches, with runs of several lengths for its `*`: longest_run + 2 of them.
 */
static const char **samples_of(struct closure *c, const struct word *w, struct arena *scratch)
{
    const char **out = arena_new(scratch, const char *, c->longest_run + 2);

    for (size_t run = 0; run <= c->longest_run + 1; run++)
        out[run] = word_text(scratch, w, c->fresh, run);
    return out;
}

/* Does the pattern match all that the word of these samples does? Exact but for `?` beside `*`,
 * which the runs of several lengths cover. */
static bool contains(const struct closure *c, const char *pattern, const char *const *samples)
{
    for (size_t run = 0; run <= c->longest_run + 1; run++)
        if (!glob_match(pattern, samples[run]))
            return false;
    return true;
}

/* A word that lies in another which the same given patterns contain adds no class. */
static bool is_known(const struct closure *c, const char *const *samples, size_t within)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->within[i] == within && contains(c, c->patterns[i], samples))
            return true;
    return false;
}

static bool add_word(struct closure *c, struct word w)
{
    struct arena scratch = {0};
    const char **samples = samples_of(c, &w, &scratch);
    size_t within = 0, count = c->count;
    bool known;

    for (size_t i = 0; i < c->given_count; i++)
        within += contains(c, c->given[i], samples);
    known = is_known(c, samples, within);
    arena_free(&scratch);
    if (known)
        return true;
    if (count == c->given_count + GLOB_CROSSINGS)
        return false;
    *arena_push(c->arena, c->words, count) = w;
    count = c->count;
    *arena_push(c->arena, c->within, count) = within;
    *arena_push(c->arena, c->patterns, c->count) = word_pattern(c->arena, &w);
    return true;
}

struct pair {
    const struct word *a, *b;
};

/* Add the intersections of a[i..] and b[j..], each begun by c->made[0..len). */
static bool intersect(struct closure *c, const struct pair *p, size_t i, size_t j, size_t len)
{
    bool a_end = i == p->a->len, b_end = j == p->b->len;
    short x = a_end ? -1 : p->a->at[i], y = b_end ? -1 : p->b->at[j];

    if (++c->steps > GLOB_STEPS)
        return false;
    if (a_end && b_end)
        return add_word(c, word_of(c->arena, c->made, len));
    if (x == STAR && y == STAR) {
        c->made[len] = STAR;
        return intersect(c, p, i + 1, j, len + 1) && intersect(c, p, i, j + 1, len + 1);
    }
    if (x == STAR || y == STAR) {
        short other = x == STAR ? y : x;

        if (!intersect(c, p, i + (x == STAR), j + (y == STAR), len))
            return false;
        if (other < 0)
            return true;
        c->made[len] = other;
        return intersect(c, p, i + (x != STAR), j + (y != STAR), len + 1);
    }
    if (x < 0 || y < 0 || (x != y && x != ANY && y != ANY))
        return true; /* nothing matches both */
    c->made[len] = x == ANY ? y : x;
    return intersect(c, p, i + 1, j + 1, len + 1);
}

/* Can nothing match both, by their beginnings alone? */
static bool are_apart(const struct word *a, const struct word *b)
{
    for (size_t i = 0; i < a->len && i < b->len; i++) {
        if (a->at[i] >= ANY || b->at[i] >= ANY)
            return false;
        if (a->at[i] != b->at[i])
            return true;
    }
    return false;
}

/* The intersection of a word with the given pattern i. */
static bool close_pair(struct closure *c, struct word w, size_t i, struct arena *scratch)
{
    const struct word *given = &c->given_words[i];
    struct pair p = {given, &w};
    const char *pattern = word_pattern(scratch, &w);

    if (are_apart(given, &w) || contains(c, c->given[i], samples_of(c, &w, scratch)) ||
        contains(c, pattern, samples_of(c, given, scratch)))
        return true;
    c->steps = 0;
    c->made = arena_new(scratch, short, 2 * (given->len + w.len) + 2);
    return intersect(c, &p, 0, 0, 0);
}

static bool close_all(struct closure *c)
{
    struct arena scratch = {0};
    bool fits = true;

    for (size_t j = 0; fits && j < c->count; j++) {
        for (size_t i = 0; fits && i < c->given_count; i++)
            fits = close_pair(c, c->words[j], i, &scratch);
        arena_free(&scratch);
    }
    return fits;
}

/* A character that no pattern names. */
static char fresh_of(const char *const *patterns, size_t count, const char *within)
{
    static const char liked[] = "xzqjkvw0123456789_";

    for (const char *p = liked; *p; p++) {
        bool used = strchr(within, *p) != NULL;

        for (size_t i = 0; i < count && !used; i++)
            used = strchr(patterns[i], *p) != NULL;
        if (!used)
            return *p;
    }
    return '\002';
}

static size_t run_of(const char *pattern)
{
    size_t longest = 0;

    for (size_t run = 0; *pattern; pattern++) {
        run = *pattern == '?' ? run + 1 : *pattern == '*' ? run : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

/* The longest run of `?` in any. */
static size_t longest_run_of(const char *const *patterns, size_t count, const char *within)
{
    size_t longest = run_of(within);

    for (size_t i = 0; i < count; i++) {
        size_t run = run_of(patterns[i]);

        longest = run > longest ? run : longest;
    }
    return longest;
}

static void add_class(struct arena *arena, struct glob_classes *out, const char *witness,
                      const char *pattern)
{
    for (size_t i = 0; i < out->count; i++)
        if (strcmp(out->at[i].witness, witness) == 0)
            return;
    *arena_push(arena, out->at, out->count) =
        (struct glob_class){arena_strdup(arena, witness), arena_strdup(arena, pattern)};
}

/* Begin with the given patterns, or with what of them lies within c->words[0]. */
static bool begin(struct closure *c, bool within)
{
    struct word whole = within ? c->words[0] : (struct word){NULL, 0};
    struct arena scratch = {0};
    bool fits = true;

    for (size_t i = 0; fits && i < c->given_count; i++) {
        struct pair p = {&c->given_words[i], &whole};

        if (!within) {
            fits = add_word(c, c->given_words[i]);
        } else if (!are_apart(p.a, p.b)) {
            c->steps = 0;
            c->made = arena_new(&scratch, short, 2 * (p.a->len + whole.len) + 2);
            fits = intersect(c, &p, 0, 0, 0);
        }
        arena_free(&scratch);
    }
    return fits;
}

/* `within` NULL: all texts. */
static int classes_of(struct arena *arena, const char *within, const char *const *patterns,
                      size_t count, bool close, struct glob_classes *out, struct error *err)
{
    const char *bounds = within ? within : "";
    size_t longest = longest_run_of(patterns, count, bounds);
    struct arena own = {0};
    struct closure c = {.arena = &own,
                        .given = patterns,
                        .given_words = arena_new(&own, struct word, count + 1),
                        .given_count = count,
                        .fresh = fresh_of(patterns, count, bounds),
                        .longest_run = longest};
    bool fits;

    *out = (struct glob_classes){NULL, 0};
    if (count > GLOB_PATTERNS || longest > GLOB_RUN) {
        arena_free(&own);
        return fail(err, ERR_LIMIT, "more than %d patterns, or %d question marks in a row",
                    GLOB_PATTERNS, GLOB_RUN);
    }
    for (size_t i = 0; i < count; i++)
        c.given_words[i] = word_parse(&own, patterns[i]);
    if (within)
        (void)add_word(&c, word_parse(&own, within));
    fits = begin(&c, within != NULL) && (!close || close_all(&c));
    for (size_t i = 0; fits && i < c.count; i++)
        for (size_t run = longest ? 0 : 1; run <= longest + 1; run++)
            add_class(arena, out, word_text(&own, &c.words[i], c.fresh, run), c.patterns[i]);
    arena_free(&own);
    return fits ? 0 : fail(err, ERR_LIMIT, "its patterns overlap in too many ways");
}

int glob_classes_within(struct arena *arena, const char *within, const char *const *patterns,
                        size_t count, struct glob_classes *out, struct error *err)
{
    return classes_of(arena, within, patterns, count, true, out, err);
}

int glob_parts_within(struct arena *arena, const char *within, const char *const *patterns,
                      size_t count, struct glob_classes *out, struct error *err)
{
    return classes_of(arena, within, patterns, count, false, out, err);
}

int glob_classes(struct arena *arena, const char *const *patterns, size_t count,
                 struct glob_classes *out, struct error *err)
{
    return classes_of(arena, NULL, patterns, count, true, out, err);
}
