/* recorded.c - the transport that replays a snapshot. */
#include <string.h>

#include "aws/transport.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"

static void settle(struct recorded *r, struct call *call, enum data_state state, const char *why)
{
    call->status.state = state;
    call->status.reason =
        arena_printf(r->transport.arena, "%s:%s: %s", call->service, call->operation, why);
}

/* The page that is being read when a call is settled is its evidence. */
static void note_page(struct recorded *r, struct call *call, const struct page *page)
{
    call->status.file = arena_strdup(r->transport.arena, page->file);
}

static bool is_benign(const struct call *call, const char *code)
{
    const char *list = call->benign_errors;
    size_t len = strlen(code);

    while (list && len > 0) {
        if (strncmp(list, code, len) == 0 && (list[len] == '|' || list[len] == '\0'))
            return true;
        list = strchr(list, '|');
        list = list ? list + 1 : NULL;
    }
    return false;
}

/* Codes by which AWS says that the caller lacks a permission. */
static bool is_denial(const char *code)
{
    return strcmp(code, "AccessDenied") == 0 || strcmp(code, "AccessDeniedException") == 0 ||
           strcmp(code, "UnauthorizedOperation") == 0;
}

static void settle_error(struct recorded *r, struct call *call, const struct answer *a)
{
    const char *code = transport_error_code(a->body, a->len, r->transport.arena);

    call->error_code = code;
    if (!a->page->token && is_benign(call, code)) { /* half a list, then «none», is no answer */
        call->status.state = STATE_COMPLETE;
        return;
    }
    settle(r, call, is_denial(code) ? STATE_DENIED : STATE_FAILED,
           *code ? text_shown(r->transport.arena, code)
                 : arena_printf(r->transport.arena, "HTTP %d", a->page->http_status));
}

/* Body of a page, checked against the log. An answer over the limit is the answer's fault, not
 * the snapshot's: it settles the call and returns 1. */
static int load(struct recorded *r, struct call *call, const struct page *page, struct strbuf *body,
                struct error *err)
{
    const char *path = file_join(r->transport.arena, r->snapshot->dir, page->file);
    char hex[DIGEST_HEX];

    if (page->size > LIMIT_ANSWER_BYTES) {
        settle(r, call, STATE_FAILED,
               arena_printf(r->transport.arena, "%s: larger than %zu bytes", page->file,
                            LIMIT_ANSWER_BYTES));
        return 1;
    }
    if (file_read(path, LIMIT_ANSWER_BYTES, body, err)) {
        if (err->code == ERR_LIMIT)
            err->code = ERR_INTEGRITY;
        return -1;
    }
    if (body->len != page->size)
        return fail(err, ERR_INTEGRITY, "%s: %zu bytes, but %s says %zu", path, body->len,
                    SNAPSHOT_FILE, page->size);
    if (strcmp(digest_bytes(body->buf, body->len, hex), page->sha256) != 0)
        return fail(err, ERR_INTEGRITY, "%s: SHA-256 is %s, but %s says %s", path, hex,
                    SNAPSHOT_FILE, page->sha256);
    return 0;
}

static bool same_token(const struct page *page, const char *expected)
{
    if (!page->token || !expected)
        return page->token == expected;
    return strcmp(page->token, expected) == 0;
}

/* Give one page to the call's reader. 0: go on; 1: the call is settled. */
static int deliver(struct recorded *r, struct call *call, const struct answer *answer)
{
    struct error why = {0};

    if (answer->page->http_status / 100 != 2) {
        settle_error(r, call, answer);
        return 1;
    }
    call->next = NULL;
    if (call->receive(call, answer, &why)) {
        settle(r, call, STATE_FAILED, arena_strdup(r->transport.arena, why.msg));
        return 1;
    }
    return 0;
}

static int replay_page(struct recorded *r, struct call *call, size_t number, struct error *err)
{
    const struct page *page = &call->query->pages[number];
    cleanup_strbuf struct strbuf body = STRBUF_INIT(LIMIT_ANSWER_BYTES);
    int loaded;

    note_page(r, call, page);
    if (number > 0 && !call->next) {
        settle(r, call, STATE_INCOMPLETE,
               arena_printf(r->transport.arena, "the page before %s says that it is the last",
                            page->file));
        return 1;
    }
    if (!same_token(page, call->next)) {
        settle(r, call, STATE_INCOMPLETE,
               arena_printf(r->transport.arena, "a page is missing before %s", page->file));
        return 1;
    }
    loaded = load(r, call, page, &body, err);
    if (loaded)
        return loaded;
    return deliver(r, call, &(struct answer){body.buf, body.len, page});
}

/* All recorded pages were read, and none was an error. What the log says of the end, if anything,
 * is the reason when it is not whole. */
static void settle_end(struct recorded *r, struct call *call)
{
    const struct query *q = call->query;
    const char *code = q->error_code ? text_shown(r->transport.arena, q->error_code) : NULL;

    if (q->page_count == 0)
        settle(r, call, code && is_denial(code) ? STATE_DENIED : STATE_FAILED,
               code ? code : "no answer was recorded");
    else if (call->next)
        settle(r, call, STATE_INCOMPLETE, code ? code : "the last page says that more follow");
    else if (!q->complete)
        settle(r, call, STATE_INCOMPLETE, code ? code : "the scan marked it incomplete");
    else
        call->status.state = STATE_COMPLETE;
}

static int replay(struct recorded *r, struct call *call, struct error *err)
{
    struct query wanted = {.account = call->account,
                           .region = call->region,
                           .service = call->service,
                           .operation = call->operation,
                           .parameters = call->parameters};

    call->query = snapshot_find(r->snapshot, &wanted);
    if (!call->query) {
        settle(r, call, STATE_NOT_COLLECTED, "not collected");
        return 0;
    }
    call->next = NULL;
    for (size_t i = 0; i < call->query->page_count; i++) {
        int settled = replay_page(r, call, i, err);

        if (settled)
            return settled < 0 ? -1 : 0;
    }
    settle_end(r, call);
    return 0;
}

static int recorded_run(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    struct recorded *r = (struct recorded *)t;

    for (size_t i = 0; i < count; i++)
        if (replay(r, &calls[i], err))
            return -1;
    return 0;
}

void recorded_open(struct recorded *r, const struct snapshot *snapshot, struct arena *arena)
{
    r->transport = (struct transport){recorded_run, arena};
    r->snapshot = snapshot;
}
