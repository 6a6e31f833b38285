/* recorded.c - the transport that replays a snapshot, and the replay of one call. */
#include <string.h>

#include "aws/transport.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"

/* A call that is being replayed from a directory. */
struct replay {
    struct transport *transport;
    const char *dir;
    struct call *call;
};

static int settle(struct replay *r, enum data_state state, const char *why)
{
    transport_settle(r->transport, r->call, state, why);
    return 1;
}

/* Body of a page, checked against the log. An answer over the limit is the answer's fault, not
 * the snapshot's: it settles the call and returns 1. */
static int load(struct replay *r, const struct page *page, struct strbuf *body, struct error *err)
{
    const char *path = file_join(r->transport->arena, r->dir, page->file);
    char hex[DIGEST_HEX];

    if (page->size > LIMIT_ANSWER_BYTES)
        return settle(r, STATE_FAILED,
                      arena_printf(r->transport->arena, "%s: larger than %zu bytes", page->file,
                                   LIMIT_ANSWER_BYTES));
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

static int replay_page(struct replay *r, size_t number, struct error *err)
{
    const struct page *page = &r->call->query->pages[number];
    cleanup_strbuf struct strbuf body = STRBUF_INIT(LIMIT_ANSWER_BYTES);
    int loaded;

    /* The page that is being read when a call is settled is its evidence. */
    r->call->status.file = arena_strdup(r->transport->arena, page->file);
    if (number > 0 && !r->call->next)
        return settle(r, STATE_INCOMPLETE,
                      arena_printf(r->transport->arena,
                                   "the page before %s says that it is the last", page->file));
    if (!same_token(page, r->call->next))
        return settle(r, STATE_INCOMPLETE,
                      arena_printf(r->transport->arena, "a page is missing before %s", page->file));
    loaded = load(r, page, &body, err);
    if (loaded)
        return loaded;
    if (transport_deliver(r->transport, r->call, &(struct answer){body.buf, body.len, page}))
        return 1;
    return transport_stopped(r->transport, r->call) ? 1 : 0;
}

int transport_replay(struct transport *t, const char *dir, struct call *call, struct error *err)
{
    struct replay r = {t, dir, call};

    call->next = NULL;
    for (size_t i = 0; i < call->query->page_count; i++) {
        int settled = replay_page(&r, i, err);

        if (settled)
            return settled < 0 ? -1 : 0;
    }
    transport_settle_end(t, call);
    return 0;
}

static int replay(struct recorded *r, struct call *call, struct error *err)
{
    struct query wanted = {.account = call->account,
                           .region = call->region,
                           .service = call->service,
                           .operation = call->operation,
                           .parameters = call->parameters,
                           .as_root = call->as_root};

    call->query = snapshot_find(r->snapshot, &wanted);
    if (!call->query) {
        transport_settle(&r->transport, call, STATE_NOT_COLLECTED, "not collected");
        return 0;
    }
    return transport_replay(&r->transport, r->snapshot->dir, call, err);
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
    r->transport = (struct transport){.run = recorded_run, .arena = arena};
    r->snapshot = snapshot;
}
