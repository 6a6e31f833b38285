/* config_parse.c - reading ~/.aws files through inih, line by line. */
#include <ini.h>
#include <string.h>

#include "aws/config_private.h"
#include "base/secret.h"
#include "base/text.h"

#define LINE_MAX_BYTES 16384 /* a session token fits several times */
#define KEYS_MAX 10000

/* inih asks for lines here and calls back with what it found in each. Section names and blocks are
 * ours: inih cuts names at 50 bytes. */
struct parse {
    struct config *config;
    const char *path;
    enum config_origin origin; /* of the file */
    const char *text;          /* what is left of it */
    size_t len;
    size_t line;
    bool has_setting; /* this section has one, which stood at `indent` */
    size_t indent;
    bool continues; /* the line is deeper than that: it goes with the setting above */
    struct config_section *section; /* NULL: one that is of no interest */
    enum config_origin section_origin;
    const char *block; /* the setting above the indented lines; NULL: none */
    size_t keys;
    struct error *err;
    bool failed;
};

static void refuse(struct parse *p, enum error_code code, const char *what)
{
    if (p->failed)
        return;
    p->failed = true;
    (void)fail(p->err, code, "%s:%zu: %s", p->path, p->line, what);
}

/* --- Sections -------------------------------------------------------------------------------- */

static struct config_section *section_of(struct parse *p, enum config_kind kind, const char *name)
{
    struct config *c = p->config;

    for (size_t i = 0; i < c->section_count; i++)
        if (c->sections[i].kind == kind && strcmp(c->sections[i].name, name) == 0)
            return &c->sections[i];

    struct config_section *s = arena_push(&c->arena, c->sections, c->section_count);

    *s = (struct config_section){.kind = kind, .name = arena_strdup(&c->arena, name)};
    return s;
}

/* "kind name" of the config file: two words, the second perhaps quoted. */
static void open_two_words(struct parse *p, const char *kind, const char *name)
{
    /* To add one: a row; sections with other first words are passed over. */
    static const struct {
        const char *word;
        enum config_kind kind;
    } kinds[] = {
        {"profile", CONFIG_PROFILE},
        {"sso-session", CONFIG_SSO_SESSION},
        {"services", CONFIG_SERVICES},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].word, kind) == 0)
            p->section = section_of(p, kinds[i].kind, name);
}

static void open_section(struct parse *p, const char *name)
{
    cleanup_strbuf struct strbuf words = STRBUF_INIT(LINE_MAX_BYTES);
    size_t count = 0;

    p->section = NULL;
    p->section_origin = p->origin;
    p->block = NULL;
    p->has_setting = false;
    if (p->origin == CONFIG_FROM_CREDENTIALS) {
        p->section = section_of(p, CONFIG_PROFILE, name);
        return;
    }
    if (strcmp(name, "default") == 0) {
        p->section_origin = CONFIG_FROM_BARE_DEFAULT;
        p->section = section_of(p, CONFIG_PROFILE, name);
        return;
    }
    if (config_split_words(name, &words, &count, p->err)) {
        p->failed = true;
        (void)fail_in(p->err, "%s:%zu", p->path, p->line);
        return;
    }
    if (count == 2)
        open_two_words(p, words.buf, words.buf + strlen(words.buf) + 1);
}

/* The name between the brackets, when the line is a section's. */
static void look_for_section(struct parse *p, const char *line, size_t len)
{
    char name[LINE_MAX_BYTES];
    const char *start = line + 1;
    const char *end = memchr(line, ']', len);

    if (!end) {
        refuse(p, ERR_FORMAT, "a section without its closing bracket");
        return;
    }
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    memcpy(name, start, (size_t)(end - start));
    name[end - start] = '\0';
    open_section(p, name);
}

/* --- Settings -------------------------------------------------------------------------------- */

static const char *keep_value(struct config *c, const char *value, size_t len)
{
    size_t at = c->values.len;

    strbuf_add(&c->values, value, len);
    strbuf_addch(&c->values, '\0');
    return c->values.buf + at;
}

static void add_setting(struct parse *p, const char *block, const char *key, size_t key_len,
                        const char *value)
{
    struct config_section *s = p->section;
    struct arena *arena = &p->config->arena;

    if (++p->keys > KEYS_MAX) {
        refuse(p, ERR_LIMIT, "too many settings");
        return;
    }

    struct config_setting *x = arena_push(arena, s->settings, s->count);

    *x = (struct config_setting){block, arena_strndup(arena, key, key_len),
                                 keep_value(p->config, value, strlen(value)), p->section_origin};
}

/* "key = value" inside a block. */
static void add_nested(struct parse *p, const char *line)
{
    const char *equals = strchr(line, '=');
    size_t len = equals ? (size_t)(equals - line) : 0;

    if (!equals)
        return;
    while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
        len--;
    add_setting(p, p->block, line, len, equals + 1 + strspn(equals + 1, " \t"));
}

static int on_setting(void *user, const char *section, const char *name, const char *value)
{
    struct parse *p = user;

    (void)section;
    if (p->failed || !p->section)
        return 1;
    if (p->continues) { /* of a value: nothing that we read has more than one line */
        if (p->block)
            add_nested(p, value);
        return 1;
    }
    add_setting(p, "", name, strlen(name), value);
    p->block = *value ? NULL : p->section->settings[p->section->count - 1].key;
    return 1;
}

/* --- Lines ----------------------------------------------------------------------------------- */

/* Indentation counts only against the setting above, as in Python's configparser, from which the
 * format comes; inih would take any. So a line gets one blank when it continues, else none.
 * Returns where the line's text begins. */
static const char *look_at_line(struct parse *p, const char *line, size_t len)
{
    size_t blanks = 0;

    while (blanks < len && strchr(" \t\r\n", line[blanks]))
        blanks++;
    if (blanks == len || line[blanks] == '#' || line[blanks] == ';')
        return line + blanks;
    p->continues = p->has_setting && blanks > p->indent;
    if (p->continues)
        return line + blanks;
    if (line[blanks] == '[') {
        look_for_section(p, line + blanks, len - blanks);
    } else {
        p->has_setting = true;
        p->indent = blanks;
    }
    return line + blanks;
}

/* The next line into inih's buffer, which held the one before: a secret perhaps. */
static char *next_line(char *out, int size, void *stream)
{
    struct parse *p = stream;
    const char *newline = p->len ? memchr(p->text, '\n', p->len) : NULL;
    size_t len = newline ? (size_t)(newline - p->text) + 1 : p->len;

    secret_wipe(out, (size_t)size);
    if (p->len == 0 || p->failed)
        return NULL;
    p->line++;
    if (len >= (size_t)size - 3) {
        refuse(p, ERR_LIMIT, "line too long");
        return NULL;
    }
    if (memchr(p->text, '\0', len)) {
        refuse(p, ERR_FORMAT, "a NUL byte");
        return NULL;
    }

    const char *start = look_at_line(p, p->text, len);
    size_t left = len - (size_t)(start - p->text);
    size_t blank = left > 0 && p->continues ? 1 : 0;

    out[0] = ' ';
    memcpy(out + blank, start, left);
    out[blank + left] = '\0';
    p->text += len;
    p->len -= len;
    return p->failed ? NULL : out;
}

/* inih's settings are variables of its library, as Debian builds it. */
static void set_up_inih(void)
{
    ini_allow_multiline = true;
    ini_allow_inline_comments = false;
    ini_allow_no_value = false;
    ini_stop_on_first_error = true;
    ini_use_stack = true;
    ini_max_line = LINE_MAX_BYTES;
}

int config_parse_text(struct config *c, const struct strbuf *text, enum config_origin origin,
                      struct error *err)
{
    struct parse p = {.config = c,
                      .path =
                          origin == CONFIG_FROM_CREDENTIALS ? c->credentials_path : c->config_path,
                      .origin = origin,
                      .text = text->buf,
                      .len = text->len,
                      .err = err};

    if (text->len == 0)
        return 0;
    if (text->len >= 3 && memcmp(text->buf, "\xEF\xBB\xBF", 3) == 0) {
        p.text += 3;
        p.len -= 3;
    }
    set_up_inih();

    int rc = ini_parse_stream(next_line, &p, on_setting, &p);

    if (rc != 0 && !p.failed) {
        p.line = rc > 0 ? (size_t)rc : p.line;
        refuse(&p, ERR_FORMAT, "neither a section nor a setting");
    }
    if (c->values.overflowed)
        refuse(&p, ERR_LIMIT, "too many settings");
    return p.failed ? -1 : 0;
}
