/* transport.c - what all transports share: the entry, reading AWS's error bodies, settling calls.
 */
#include "aws/transport.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/xml.h"

int transport_run(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    return t->run(t, calls, count, err);
}

struct error_reader {
    struct arena *arena;
    struct answer_error found;
};

/* Query-protocol services answer <ErrorResponse><Error><Code>, older ones
 * <Response><Errors><Error><Code>, S3 <Error><Code>. */
static int error_end(void *context, const struct xml_at *at, const char *text, size_t len,
                     struct error *err)
{
    struct error_reader *r = context;
    const char **out = strcmp(at->name, "Code") == 0      ? &r->found.code
                       : strcmp(at->name, "Message") == 0 ? &r->found.message
                                                          : NULL;

    (void)err;
    if (out && !*out &&
        (strncmp(at->path, "ErrorResponse/Error/", 20) == 0 ||
         strncmp(at->path, "Response/Errors/Error/", 22) == 0 ||
         strncmp(at->path, "Error/", 6) == 0))
        *out = arena_strndup(r->arena, text, len);
    return 0;
}

static struct answer_error xml_error(const char *body, size_t len, struct arena *arena)
{
    static const struct xml_handler handler = {.end = error_end};
    struct error_reader reader = {.arena = arena};
    struct error ignored = {0};

    (void)xml_parse("error answer", body, len, &handler, &reader, &ignored);
    return reader.found;
}

/* The first of the members that is a text and not empty; "" when none is. */
static const char *first_text(const cJSON *object, const char *const *names)
{
    const char *text = "";

    for (; *names && !*text; names++)
        text = json_str(object, *names);
    return text;
}

/* AWS JSON 1.1 writes "__type": "prefix#Code:http://...", metadata services "code", OAuth "error"
 * (RFC 6749, section 5.2). */
static struct answer_error json_error(const char *body, size_t len, struct arena *arena)
{
    static const char *const codes[] = {"__type", "code", "error", NULL};
    static const char *const messages[] = {"message", "Message", "error_description", NULL};
    struct error ignored = {0};
    cleanup_json cJSON *root = json_parse("error answer", body, len, &ignored);
    const char *code = first_text(root, codes);
    const char *hash = strchr(code, '#');

    if (hash)
        code = hash + 1;
    return (struct answer_error){arena_strndup(arena, code, strcspn(code, ":")),
                                 arena_strdup(arena, first_text(root, messages))};
}

struct answer_error transport_read_error(const char *body, size_t len, struct arena *arena)
{
    struct answer_error found = {NULL, NULL};
    size_t start = 0;

    while (start < len && strchr(" \t\r\n", body[start]))
        start++;
    if (start < len)
        found = body[start] == '{' ? json_error(body, len, arena) : xml_error(body, len, arena);
    return (struct answer_error){found.code ? found.code : "", found.message ? found.message : ""};
}

void transport_settle(struct transport *t, struct call *call, enum data_state state,
                      const char *why)
{
    call->status.state = state;
    call->status.reason = arena_printf(t->arena, "%s:%s: %s", call->service, call->operation, why);
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

/* Codes by which AWS says that the caller lacks a permission; and ours, for a question that could
 * not be asked as root because AWS refused the session. */
static bool is_denial(const char *code)
{
    return strcmp(code, "AccessDenied") == 0 || strcmp(code, "AccessDeniedException") == 0 ||
           strcmp(code, "UnauthorizedOperation") == 0 || strcmp(code, ROOT_SESSION_DENIED) == 0;
}

void transport_settle_code(struct transport *t, struct call *call, const char *code,
                           const char *message)
{
    const char *why = text_shown(t->arena, code);

    if (message && *message)
        why = arena_printf(t->arena, "%s: %s", why, text_shown(t->arena, message));
    call->error_code = arena_strdup(t->arena, code);
    transport_settle(t, call, is_denial(code) ? STATE_DENIED : STATE_FAILED, why);
}

static void settle_error(struct transport *t, struct call *call, const struct answer *a)
{
    const char *code = transport_read_error(a->body, a->len, t->arena).code;

    call->error_code = code;
    if (!a->page->token && is_benign(call, code)) { /* half a list, then «none», is no answer */
        call->status.state = STATE_COMPLETE;
        return;
    }
    transport_settle(t, call, is_denial(code) ? STATE_DENIED : STATE_FAILED,
                     *code ? text_shown(t->arena, code)
                           : arena_printf(t->arena, "HTTP %d", a->page->http_status));
}

int transport_deliver(struct transport *t, struct call *call, const struct answer *answer)
{
    struct error why = {0};

    call->status.file = arena_strdup(t->arena, answer->page->file);
    if (answer->page->http_status / 100 != 2) {
        settle_error(t, call, answer);
        return 1;
    }
    call->next = NULL;
    call->stop = NULL;
    call->again_ms = 0;
    if (call->receive(call, answer, &why)) {
        transport_settle(t, call, STATE_FAILED, arena_strdup(t->arena, why.msg));
        return 1;
    }
    return 0;
}

bool transport_stopped(struct transport *t, struct call *call)
{
    if (!call->next || !call->stop)
        return false;
    call->error_code = QUERY_STOPPED;
    transport_settle(t, call, STATE_INCOMPLETE, call->stop);
    return true;
}

void transport_settle_end(struct transport *t, struct call *call)
{
    const struct query *q = call->query;
    const char *code = q->error_code ? text_shown(t->arena, q->error_code) : NULL;

    if (q->page_count == 0 && q->error_code) {
        transport_settle_code(t, call, q->error_code, q->error_message);
        if (!t->refused && !call->as_root &&
            (strcmp(q->error_code, NO_CREDENTIALS) == 0 ||
             strcmp(q->error_code, CREDENTIALS_UNAVAILABLE) == 0))
            t->refused = text_shown(t->arena, q->error_message ? q->error_message : "");
    } else if (q->page_count == 0)
        transport_settle(t, call, STATE_FAILED, "no answer was recorded");
    else if (call->next)
        transport_settle(t, call, STATE_INCOMPLETE,
                         code ? code : "the last page says that more follow");
    else if (!q->complete)
        transport_settle(t, call, STATE_INCOMPLETE, code ? code : "the scan marked it incomplete");
    else
        call->status.state = STATE_COMPLETE;
}
