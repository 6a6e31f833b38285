/* ask.c - AWS asked, and its answers sorted: refused as it should be, let in, or nothing proven. */
#include <stdio.h>
#include <string.h>

#include "aws/pacer.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "trial/signer.h"

/* Codes that refuse. EC2 has its own word; for RunInstances and the like also AccessDenied. */
static bool is_refusal(const struct trial_test *test)
{
    static const char *const words[] = {"AccessDenied", "AccessDeniedException",
                                        "UnauthorizedOperation"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (test->page.http_status / 100 == 4 && strcmp(test->code, words[i]) == 0)
            return true;
    return false;
}

/* AWS names the kind of policy that refuses, in some cases (IAM User Guide, "Troubleshoot access
 * denied error messages"). Words that do not go with what the evaluator found say that the refusal
 * has another reason; NULL: none. */
static const char *other_reason(const struct trial_test *test)
{
    static const char *const not_read[] = {"VPC endpoint policy", "session policy",
                                           "MultiFactorAuthentication failed"};
    bool explicit_deny = test->judged.with_key == DECISION_EXPLICIT_DENY;

    for (size_t i = 0; i < sizeof not_read / sizeof *not_read; i++)
        if (strstr(test->message, not_read[i]))
            return not_read[i];
    if (!explicit_deny && strstr(test->message, "explicit deny"))
        return "an explicit deny, where by the policies read nothing denies";
    if (explicit_deny && strstr(test->message, "because no "))
        return "the lack of an allow, where by the policies read a statement denies";
    return NULL;
}

static void conclude(struct trial_test *test, enum status status, const char *detail)
{
    test->status = status;
    test->detail = detail;
}

static void refused(struct trial *t, struct trial_test *test)
{
    const char *other = other_reason(test);

    if (!test->judged.telling)
        conclude(test, STATUS_UNKNOWN,
                 arena_printf(&t->arena, "refused, which proves nothing: %s", test->judged.why));
    else if (other)
        conclude(test, STATUS_UNKNOWN,
                 arena_printf(&t->arena, "refused, but AWS gives another reason: %s", other));
    else
        conclude(test, STATUS_PASS,
                 arena_printf(&t->arena,
                              "refused without MFA, as judged; by the policies read MFA is all "
                              "that was missing: %s",
                              test->judged.why));
}

/* Is that AWS's own success: of this operation, whole? A proxy's page is none. */
static bool is_success(const struct trial_test *test, const struct heard *h)
{
    char root[96];

    (void)snprintf(root, sizeof root, "<%.80sResponse", test->operation);
    return h->settled && h->response.status / 100 == 2 && h->whole &&
           strstr(h->response.body.buf, root);
}

static void sort_answer(struct trial *t, struct trial_test *test, const struct heard *h)
{
    bool role = strcmp(test->service, "sts") == 0;

    if (is_success(test, h))
        conclude(test, STATUS_FAIL,
                 role ? "a session was given without MFA; it could do nothing, and was dropped"
                      : "done without MFA, and in spite of DryRun: look for it and undo it");
    else if (!role && strcmp(test->code, "DryRunOperation") == 0)
        conclude(test, STATUS_FAIL, "would have been done without MFA");
    else if (h->whole && is_refusal(test))
        refused(t, test);
    else {
        test->failed = true;
        conclude(test, STATUS_UNKNOWN,
                 arena_printf(&t->arena, "neither refused nor let in: %s%s%s", test->code,
                              *test->message ? ": " : "", test->message));
    }
}

void trial_keep(struct trial_test *test, const struct heard *h)
{
    /* No error has these; should one, it is not kept. */
    static const char *const credentials[] = {"SecretAccessKey", "SessionToken", "KeyMaterial"};
    const struct strbuf *body = &h->response.body;
    bool keeps = h->settled && h->whole && body->len > 0;

    for (size_t i = 0; i < sizeof credentials / sizeof *credentials; i++)
        keeps = keeps && !strstr(body->buf, credentials[i]);
    if (!keeps)
        return;
    strbuf_add(&test->answer, body->buf, body->len);
    test->page.size = body->len;
}

/* Outside text for one line, all of it: what AWS's words say is judged, too. */
static const char *shown(struct arena *arena, const char *text)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

    text_add_shown(&out, text, strlen(text));
    return arena_strdup(arena, out.buf);
}

int trial_put(struct trial *t, const struct trial_signer *s, struct trial_test *test,
              struct heard *h, struct error *err)
{
    const struct question q = {.service = test->service,
                               .operation = test->operation,
                               .parameters = test->parameters,
                               .region = t->region,
                               .partition = t->partition};

    if (question_ask(&s->settings, &s->credentials, &q, &t->clock_offset, &t->arena, h, err))
        return -1;
    test->host = h->host;
    test->region = h->region;
    test->page = h->page;
    test->code = !h->error.code || !*h->error.code
                     ? arena_printf(&t->arena, "HTTP %d", h->page.http_status)
                     : text_shown(&t->arena, h->error.code);
    test->message = h->error.message ? shown(&t->arena, h->error.message) : "";
    return 0;
}

static int ask_one(struct trial *t, const struct trial_signer *s, struct trial_test *test,
                   struct error *err)
{
    cleanup_heard struct heard h = {.settled = false};

    if (trial_put(t, s, test, &h, err))
        return -1;
    sort_answer(t, test, &h);
    if (test->page.http_status / 100 != 2)
        trial_keep(test, &h);
    return 0;
}

static const char *now_text(struct trial *t)
{
    char text[CLOCK_TEXT];

    return arena_strdup(&t->arena, clock_format(clock_now() + (time_t)t->clock_offset, text));
}

int trial_ask(struct trial *t, const struct trial_signer *s, double rps,
              void (*news)(const struct trial_test *test), struct error *err)
{
    struct pacer pacer;

    pacer_init(&pacer, rps, clock_ticks_ms());
    t->started_at = now_text(t);
    for (size_t i = 0; i < t->count; i++) {
        if (!t->tests[i].ask)
            continue;
        for (long wait; (wait = pacer_wait(&pacer, clock_ticks_ms())) > 0;)
            clock_sleep_ms(wait);
        pacer_sent(&pacer, clock_ticks_ms());
        if (ask_one(t, s, &t->tests[i], err))
            return -1;
        if (news)
            news(&t->tests[i]);
    }
    t->finished_at = now_text(t);
    return 0;
}

struct trial_counts trial_count(const struct trial *t)
{
    struct trial_counts n = {.asked = 0};

    for (size_t i = 0; i < t->count; i++) {
        n.by_status[t->tests[i].status]++;
        n.failed += t->tests[i].failed;
        n.asked += t->tests[i].ask;
    }
    return n;
}
