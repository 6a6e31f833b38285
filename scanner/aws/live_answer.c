/* live_answer.c - what becomes of an answer: asked again, kept and read, or given up. */
#include <string.h>

#include "aws/live_private.h"
#include "aws/redact.h"
#include "aws/wire.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

/* The call has its outcome; `code` NULL: the query is whole. */
static int end_query(struct live *l, struct slot *s, const char *code, const char *message,
                     struct error *err)
{
    struct recorder *r = l->settings.recorder;
    struct arena *arena = r ? &r->arena : &l->arena;

    s->query->complete = !code;
    if (code) {
        s->query->error_code = *code ? text_shown(arena, code) : "Unknown";
        s->query->error_message = text_shown(arena, message);
    }
    s->call = NULL;
    s->in_flight = false;
    return r ? recorder_end(r, s->query, err) : 0;
}

int live_give_up(struct live *l, struct slot *s, const char *code, const char *message,
                 struct error *err)
{
    struct call *call = s->call;

    if (end_query(l, s, code, message, err))
        return -1;
    transport_settle_end(&l->transport, call);
    call->error_code = s->query->error_code;
    strbuf_free(&s->body);
    return 0;
}

/* Schedule another attempt. false: it would not help, or takes too long. */
static bool ask_again(struct live *l, struct slot *s, enum failure kind)
{
    const struct attempt_limits limits = {l->settings.max_attempts, LIVE_PAGE_MS};
    long delay = attempt_delay(&s->attempt, &l->budget, kind, &s->response, &limits);

    if (delay < 0)
        return false;
    s->ready_at = clock_ticks_ms() + delay;
    l->counts.retried++;
    return true;
}

static bool ask_at_once(struct live *l, struct slot *s)
{
    s->ready_at = 0;
    s->attempt.retry.attempts = 0;
    l->counts.retried++;
    return true;
}

static bool renew_credentials(struct live *l, struct slot *s)
{
    if (s->tried_credentials)
        return false;
    s->tried_credentials = true;
    return live_renew(l, live_session(l, s->call)) && ask_at_once(l, s);
}

/* An answer that is no success: is it asked again? */
static bool try_again(struct live *l, struct slot *s, const char *code)
{
    enum failure kind = attempt_failure(&s->response, code, true);

    if (kind == FAILURE_THROTTLED) {
        l->counts.throttled++;
        pacer_throttled(s->own ? s->own : &l->pacer, clock_ticks_ms());
    }
    if (retry_is_expired(code) && renew_credentials(l, s))
        return true;
    if (attempt_corrects_clock(&s->attempt, &s->response, code, &l->clock_offset))
        return ask_at_once(l, s);
    return kind != FAILURE_FINAL && ask_again(l, s, kind);
}

/* Header texts are bounded, but may hold anything. */
static struct page page_of(struct live *l, const struct slot *s)
{
    struct arena *arena = l->transport.arena;
    long long now = clock_now_ms() + l->clock_offset * 1000LL;
    char sent[CLOCK_TEXT], received[CLOCK_TEXT], date[CLOCK_TEXT];
    time_t server;

    if (!clock_parse_http(s->response.date, &server))
        server = (time_t)(now / 1000);
    return (struct page){
        .file = "answer",
        .http_status = s->response.status,
        .request_id = text_shown(arena, s->response.request_id),
        .sent_at = arena_strdup(arena, clock_format_ms(s->sent_at, sent)),
        .received_at = arena_strdup(arena, clock_format_ms(now, received)),
        .server_date = arena_strdup(arena, clock_format(server, date)),
        .token = s->token,
    };
}

/* Certificates, and a clock that is wrong: what snapshot.json's overrides will say. */
static int note_circumstances(struct live *l, struct error *err)
{
    cleanup_json cJSON *note = cJSON_CreateObject();
    cJSON *leaves = cJSON_AddObjectToObject(note, "leaves");

    if (l->noted_leaves == l->leaf_count && l->noted_offset == l->clock_offset)
        return 0;
    (void)cJSON_AddNumberToObject(note, "clockOffset", (double)l->clock_offset);
    for (; l->noted_leaves < l->leaf_count; l->noted_leaves++)
        (void)cJSON_AddStringToObject(leaves, l->leaves[l->noted_leaves].host,
                                      l->leaves[l->noted_leaves].sha256);
    l->noted_offset = l->clock_offset;
    return recorder_note(l->settings.recorder, note, err);
}

static int keep_page(struct live *l, struct slot *s, struct error *err)
{
    struct page page = page_of(l, s);

    if (l->settings.recorder && note_circumstances(l, err))
        return -1;
    if (l->settings.recorder)
        return recorder_page(l->settings.recorder, s->query, page, &s->response.body, err);
    *arena_push(&l->arena, s->query->pages, s->query->page_count) = page;
    return 0;
}

/* A token that was sent before leads in a circle. */
static bool is_repeated(const struct slot *s)
{
    for (size_t i = 0; i < s->query->page_count; i++)
        if (s->query->pages[i].token && strcmp(s->query->pages[i].token, s->call->next) == 0)
            return true;
    return false;
}

static int go_on(struct live *l, struct slot *s, struct error *err)
{
    struct error why = {0};

    if (is_repeated(s))
        return live_give_up(l, s, "RepeatedToken", "the paging token was given before", err);
    if (s->query->page_count >= LIMIT_PAGES)
        return live_give_up(l, s, "TooManyPages", "more pages than are ever read", err);
    s->token = s->call->next;
    s->ready_at = 0;
    s->attempt = (struct attempt){.since = clock_ticks_ms()};
    s->tried_credentials = false;
    if (wire_body(s->address->endpoint.service, s->call, s->token, &s->body, &why))
        return live_give_up(l, s, "NotAsked", why.msg, err);
    return 0;
}

/* The reader wants the same question asked once more: its answer takes this one's place. */
static bool wait_for_more(struct slot *s)
{
    long long now = clock_ticks_ms();

    if (s->call->again_ms <= 0)
        return false;
    if (s->again_until == 0)
        s->again_until = now + AGAIN_MOST_MS;
    if (now + s->call->again_ms > s->again_until)
        return false;
    s->query->page_count--;
    s->ready_at = now + s->call->again_ms;
    s->attempt = (struct attempt){.since = now};
    return true;
}

/* Replace what is secret in an answer, whose reader sees what a replay will show it. false: that
 * cannot be done, and nothing is left of the answer. */
static bool redact(struct live *l, struct slot *s, struct error *why)
{
    struct recorder *r = l->settings.recorder;

    return redact_answer(s->query, &s->response.body, r ? &r->arena : &l->arena, why) == 0;
}

/* Keep the answer, give it to the reader, and see what is next. */
static int take_in(struct live *l, struct slot *s, const struct answer_error *e, struct error *err)
{
    struct call *call = s->call;
    const struct page *page;
    struct error why = {0};

    if (!redact(l, s, &why))
        return live_give_up(l, s, NOT_KEPT,
                            arena_printf(l->transport.arena,
                                         "HTTP %d; the answer %s, and is not kept",
                                         s->response.status, why.msg),
                            err);
    if (keep_page(l, s, err))
        return -1;
    page = &s->query->pages[s->query->page_count - 1];
    if (transport_deliver(&l->transport, call,
                          &(struct answer){s->response.body.buf, s->response.body.len, page})) {
        if (call->status.state == STATE_COMPLETE) /* an error that is an answer */
            return end_query(l, s, NULL, NULL, err);
        if (s->response.status / 100 != 2)
            return end_query(l, s, e->code, e->message, err);
        return end_query(l, s, "Malformed", call->status.reason, err);
    }
    if (wait_for_more(s))
        return 0;
    if (transport_stopped(&l->transport, call))
        return end_query(l, s, QUERY_STOPPED, call->stop, err);
    if (call->next)
        return go_on(l, s, err);
    call->status.state = STATE_COMPLETE;
    return end_query(l, s, NULL, NULL, err);
}

static void note_leaf(struct live *l, const struct slot *s)
{
    struct live_leaf *leaf;

    if (!*s->response.tls_leaf_sha256)
        return;
    for (size_t i = 0; i < l->leaf_count; i++)
        if (strcmp(l->leaves[i].host, s->address->endpoint.host) == 0)
            return;
    leaf = arena_push(&l->arena, l->leaves, l->leaf_count);
    memcpy(leaf->host, s->address->endpoint.host, sizeof leaf->host);
    memcpy(leaf->sha256, s->response.tls_leaf_sha256, sizeof leaf->sha256);
}

/* Who gave no answer, and what it was; of certificates, which setting decides. */
static const char *no_answer_text(struct live *l, const struct slot *s)
{
    const struct http_response *rs = &s->response;

    return arena_printf(l->transport.arena, "%s: %s%s", s->address->endpoint.host,
                        *rs->failure_text ? rs->failure_text : http_failure_name(rs->failure),
                        rs->failure != HTTP_TLS      ? ""
                        : l->settings.http.ca_bundle ? "; trusted are the certificates of "
                                                       "AWS_CA_BUNDLE (or ca_bundle) alone"
                                                     : "; AWS_CA_BUNDLE (or ca_bundle) names other "
                                                       "certificates to trust");
}

int live_answer(struct live *l, struct slot *s, struct error *err)
{
    const struct http_response *rs = &s->response;
    struct answer_error e = {"", ""};

    note_leaf(l, s);
    if (rs->failure != HTTP_OK) {
        if (ask_again(l, s, attempt_failure(rs, "", true)))
            return 0;
        return live_give_up(l, s, attempt_no_answer(rs->failure), no_answer_text(l, s), err);
    }
    if (rs->status / 100 != 2) {
        e = attempt_error(rs, l->transport.arena);
        if (try_again(l, s, e.code))
            return 0;
        if (!*e.code)
            e.code = arena_printf(l->transport.arena, "HTTP %d", rs->status);
    } else if (!wire_is_whole(s->address->endpoint.service, &rs->body)) {
        if (ask_again(l, s, FAILURE_GARBLED))
            return 0;
    } else {
        retry_succeeded(&l->budget, &s->attempt.retry);
        pacer_answered(&l->pacer);
        if (s->own)
            pacer_answered(s->own);
    }
    return take_in(l, s, &e, err);
}
