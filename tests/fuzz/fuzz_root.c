/* fuzz_root.c - any bytes as what a root user is answered about itself: collected and judged.
 * Nothing may crash, and what could not be read is never counted.
 *
 * Input: one byte that chooses the question, then the pages of its answer, separated by NUL. The
 * other questions are answered with empty lists. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "collect/collect.h"
#include "model/root.h"

#define ID "222233334444"

static const char *const operations[ROOT_PART_COUNT] = {
    [ROOT_DEVICES] = "ListMFADevices",
    [ROOT_KEYS] = "ListAccessKeys",
    [ROOT_CERTIFICATES] = "ListSigningCertificates",
    [ROOT_PASSWORD] = "GetLoginProfile",
};

struct stub {
    struct transport transport;
    const char *operation; /* the one that is answered with the input; others are refused */
    const char *bytes;
    size_t len;
};

/* Memory of exactly the page's size, so that a sanitizer sees a read past its end. */
static int give(struct call *call, const char *bytes, size_t len, struct error *err)
{
    static const struct page page = {.file = "raw/" ID "/0001-iam-X.xml", .http_status = 200};
    char *exact = memory_alloc(len + (len == 0));
    int result;

    memcpy(exact, bytes, len);
    call->next = NULL;
    result = call->receive(call, &(struct answer){exact, len, &page}, err);
    free(exact);
    return result;
}

static void answer(struct stub *s, struct call *call)
{
    const char *at = s->bytes, *end = s->bytes + s->len;
    struct error err = {0};
    int result;

    do {
        const char *nul = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        const char *stop = nul ? nul : end;

        result = give(call, at, (size_t)(stop - at), &err);
        at = nul ? nul + 1 : end;
    } while (result == 0 && call->next && at < end);
    if (result)
        transport_settle(&s->transport, call, STATE_FAILED, err.msg);
    else
        call->status = (struct data_status){call->next ? STATE_INCOMPLETE : STATE_COMPLETE,
                                            call->next ? "more follow" : NULL, NULL};
}

static int stub_run(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    struct stub *s = (struct stub *)t;

    (void)err;
    for (size_t i = 0; i < count; i++) {
        if (!calls[i].as_root)
            abort();
        if (strcmp(calls[i].operation, s->operation) == 0)
            answer(s, &calls[i]);
        else
            transport_settle(t, &calls[i], STATE_DENIED, "AccessDenied");
    }
    return 0;
}

static void check_root(const struct account *a, size_t part)
{
    const struct root_credentials *root = a->root;

    if (data_complete(a, DATA_ROOT_CREDENTIALS))
        abort(); /* three of the four parts were refused */
    for (size_t i = 0; i < ROOT_PART_COUNT; i++)
        if (i != part && root->parts[i].count > 0)
            abort();
    if (root->parts[part].active > root->parts[part].count ||
        root->parts[ROOT_DEVICES].count != root->device_count)
        abort();
    for (size_t i = 0; i < root->device_count; i++)
        if (strncmp(root->devices[i].serial, "arn:", 4) == 0 &&
            !strstr(root->devices[i].serial, ID))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t part = size ? data[0] % ROOT_PART_COUNT : 0;
    struct stub s = {.operation = operations[part],
                     .bytes = (const char *)data + (size > 0),
                     .len = size - (size > 0)};
    struct account account = {.id = ID, .root_arn = "arn:aws:iam::" ID ":root", .included = true};
    struct model model = {.home = "111122223333", .accounts = &account, .account_count = 1};
    struct collection c = {NULL, &s.transport, &model, &account, UINT64_MAX};
    struct error err = {0};

    log_setup(LOG_ERROR, false);
    s.transport = (struct transport){.run = stub_run, .arena = &model.arena};
    if (root_collectors.rows[0].run(&c, DATA_ROOT_CREDENTIALS, &err))
        abort();
    check_root(&account, part);
    arena_free(&model.arena);
    return 0;
}
