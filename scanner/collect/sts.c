/* sts.c - sts:GetCallerIdentity: who asked, and in which partition. */
#include "collect/sts.h"

#include <string.h>

#include "base/limits.h"
#include "collect/collect.h"
#include "collect/fields.h"

static int identity_end(void *context, const struct xml_at *at, const char *text, size_t len,
                        struct error *err)
{
    struct caller *r = context;
    const char *path = field_path(at);
    const char **out = path && strcmp(path, "Arn") == 0       ? &r->arn
                       : path && strcmp(path, "Account") == 0 ? &r->account
                                                              : NULL;

    if (out && len > LIMIT_NAME_BYTES)
        return fail(err, ERR_LIMIT, "text longer than %d bytes", LIMIT_NAME_BYTES);
    if (out)
        *out = arena_strndup(r->arena, text, len);
    return 0;
}

/* "arn:aws-cn:sts::..." -> "aws-cn"; NULL when it is no ARN. */
static const char *partition_of(struct arena *arena, const char *arn)
{
    size_t len = strncmp(arn, "arn:", 4) == 0 ? strcspn(arn + 4, ":") : 0;

    return len ? arena_strndup(arena, arn + 4, len) : NULL;
}

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = identity_end};
    struct caller *r = call->context;

    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->account || !snapshot_is_account_id(r->account) || !r->arn)
        return fail(err, ERR_FORMAT, "%s: no Account or no Arn", answer->page->file);
    if (r->wanted && strcmp(r->account, r->wanted) != 0)
        return fail(err, ERR_FORMAT, "%s: not an answer for account %s", answer->page->file,
                    r->wanted);
    r->partition = partition_of(r->arena, r->arn);
    if (!r->partition)
        return fail(err, ERR_FORMAT, "%s: Arn is no ARN", answer->page->file);
    return 0;
}

struct call caller_question(struct caller *caller)
{
    return (struct call){.service = "sts",
                         .operation = "GetCallerIdentity",
                         .parameters = "{}",
                         .receive = receive,
                         .context = caller};
}

static int collect_caller(struct collection *c, enum data_set fills, struct error *err)
{
    struct arena *arena = &c->model->arena;
    struct account *a = c->account;
    struct caller r = {.arena = arena, .wanted = a->id};
    struct call call = caller_question(&r);

    if (collect_one(c, fills, &call, err))
        return -1;
    if (data_complete(a, fills)) {
        a->caller_arn = r.arn;
        a->partition = r.partition;
        a->root_arn = arena_printf(arena, "arn:%s:iam::%s:root", a->partition, a->id);
    }
    return 0;
}

static const struct collector rows[] = {
    {DATA_CALLER, "sts", "sts:GetCallerIdentity", EVERY_ACCOUNT, collect_caller},
};
const struct collector_list sts_collectors = {rows, sizeof rows / sizeof *rows};
