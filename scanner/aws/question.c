/* question.c - one question, by the means of those who ask for credentials: a body that is wiped,
 * signed, asked again when that may help. */
#include "aws/question.h"

#include <stdio.h>

#include "aws/attempt.h"
#include "aws/credential_private.h"
#include "aws/wire.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"

#define ATTEMPTS 4
#define ONE_MS 20000L

void heard_clear(struct heard *h)
{
    if (h->settled)
        http_response_clear(&h->response);
    *h = (struct heard){.settled = false};
}

static const char *time_text(struct arena *arena, long long ms)
{
    char text[CLOCK_TEXT];

    return arena_strdup(arena, clock_format_ms(ms, text));
}

/* Header texts are bounded, but may hold anything. */
static void note_answer(struct heard *h, const struct endpoint *endpoint, struct arena *arena)
{
    char date[CLOCK_TEXT];
    time_t server;

    h->settled = true;
    h->whole = wire_is_whole(endpoint->service, &h->response.body);
    h->page.http_status = h->response.status;
    h->page.request_id = text_shown(arena, h->response.request_id);
    if (clock_parse_http(h->response.date, &server))
        h->page.server_date = arena_strdup(arena, clock_format(server, date));
    if (h->response.status / 100 != 2)
        h->error = attempt_error(&h->response, arena);
}

int question_ask(const struct credential_settings *s, const struct credentials *with,
                 const struct question *q, long *clock_offset, struct arena *arena,
                 struct heard *out, struct error *err)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8"};
    struct endpoint_question where = {q->service, q->region, q->partition, s->config};
    struct call call = {
        .service = q->service, .operation = q->operation, .parameters = q->parameters};
    struct credential_settings settings = *s;
    cleanup_strbuf struct strbuf body = STRBUF_INIT(MIB);
    struct endpoint endpoint;
    struct error none = {0};
    struct ask ask = {.what = q->operation,
                      .method = "POST",
                      .url = endpoint.url,
                      .headers = headers,
                      .header_count = 1,
                      .body = &body,
                      .sign_with = with,
                      .endpoint = &endpoint,
                      .timeout_ms = ONE_MS,
                      .attempts = ATTEMPTS};

    *out = (struct heard){.settled = false};
    settings.clock_offset = *clock_offset;
    settings.most_ms = QUESTION_MOST_MS;
    if (endpoint_resolve(&where, &endpoint, err) ||
        wire_body(endpoint.service, &call, NULL, &body, err))
        return -1;
    out->host = arena_strdup(arena, endpoint.host);
    out->region = arena_strdup(arena, endpoint.region);
    out->page.sent_at = time_text(arena, clock_now_ms() + *clock_offset * 1000LL);
    if (credential_ask(&settings, &ask, clock_offset, &out->response, &none))
        out->error = (struct answer_error){"NoAnswer", arena_strdup(arena, none.msg)};
    else
        note_answer(out, &endpoint, arena);
    out->page.received_at = time_text(arena, clock_now_ms() + *clock_offset * 1000LL);
    return 0;
}
