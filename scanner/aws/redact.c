/* redact.c - which members of which answers are secrets, and how they give way. */
#include "aws/redact.h"

#include <string.h>

#include "base/json_scan.h"
#include "base/limits.h"
#include "base/secret.h"

/* Members whose value may be a secret, at any depth of the answer. Services of JSON only. To add
 * one: a row. Source: service model of Directory Service, 2015-04-16, shape RadiusSettings, whose
 * SharedSecret is marked sensitive; its API reference does not say that DescribeDirectories masks
 * it. */
static const struct secret_member {
    const char *service, *operation, *member;
} rows[] = {
    {"ds", "DescribeDirectories", "SharedSecret"},
};
#define ROWS (sizeof rows / sizeof *rows)

struct span {
    size_t from, to;
};

struct search {
    const struct query *q;
    struct arena scratch;
    bool found[ROWS];
    struct span *spans; /* of values to be replaced, in their order, none within another */
    size_t count;
};

static bool is_asked(const struct secret_member *row, const struct query *q)
{
    return strcmp(row->service, q->service) == 0 && strcmp(row->operation, q->operation) == 0;
}

static bool may_hold_secrets(const struct query *q)
{
    for (size_t i = 0; i < ROWS; i++)
        if (is_asked(&rows[i], q))
            return true;
    return false;
}

/* One that others lie in comes after them, and takes their place. */
static void note_member(void *context, const char *key, size_t key_len, size_t from, size_t to)
{
    struct search *s = context;

    for (size_t i = 0; i < ROWS; i++) {
        if (!is_asked(&rows[i], s->q) || strlen(rows[i].member) != key_len ||
            memcmp(rows[i].member, key, key_len) != 0)
            continue;
        while (s->count > 0 && s->spans[s->count - 1].from >= from)
            s->count--;
        *arena_push(&s->scratch, s->spans, s->count) = (struct span){from, to};
        s->found[i] = true;
    }
}

static void wipe(struct strbuf *body)
{
    if (body->cap > 0)
        secret_wipe(body->buf, body->cap);
    strbuf_free(body);
}

static int replace(const struct search *s, struct strbuf *body, struct error *err)
{
    struct strbuf clean = STRBUF_INIT(LIMIT_ANSWER_BYTES);
    size_t done = 0;

    for (size_t i = 0; i < s->count; i++) {
        strbuf_add(&clean, body->buf + done, s->spans[i].from - done);
        strbuf_addstr(&clean, REDACT_TEXT);
        done = s->spans[i].to;
    }
    strbuf_add(&clean, body->buf + done, body->len - done);
    wipe(body);
    if (clean.overflowed) {
        strbuf_free(&clean);
        return fail(err, ERR_LIMIT, "holds secrets, and is too long to replace them");
    }
    *body = clean;
    return 0;
}

/* The query's row names a member once, however many pages had it. */
static void note_name(struct query *q, const char *member, struct arena *arena)
{
    for (size_t i = 0; i < q->redacted_count; i++)
        if (strcmp(q->redacted[i], member) == 0)
            return;
    *arena_push(arena, q->redacted, q->redacted_count) = member;
}

int redact_answer(struct query *q, struct strbuf *body, struct arena *arena, struct error *err)
{
    struct search s = {.q = q};
    struct error unsaid = {0}; /* might quote a part of the answer */
    int status = 0;

    if (!may_hold_secrets(q))
        return 0;
    if (json_scan_members("answer", body->buf, body->len, note_member, &s, &unsaid)) {
        wipe(body);
        status = fail(err, unsaid.code, "may hold a secret, and cannot be read as JSON");
    } else if (s.count > 0) {
        status = replace(&s, body, err);
    }
    for (size_t i = 0; status == 0 && i < ROWS; i++)
        if (s.found[i])
            note_name(q, rows[i].member, arena);
    arena_free(&s.scratch);
    return status;
}
