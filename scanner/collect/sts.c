/* sts.c - sts:GetCallerIdentity: who asked, and in which partition. */
#include <string.h>

#include "collect/collect.h"
#include "collect/fields.h"

struct reader {
    struct model *model;
    struct account *account;
    const char *arn, *id;
};

static int identity_end(void *context, const struct xml_at *at, const char *text, size_t len,
                        struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    if (path && strcmp(path, "Arn") == 0)
        return collect_text(r->model, text, len, &r->arn, err);
    if (path && strcmp(path, "Account") == 0)
        return collect_text(r->model, text, len, &r->id, err);
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
    struct reader *r = call->context;

    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->arn || !r->id || strcmp(r->id, r->account->id) != 0)
        return fail(err, ERR_FORMAT, "%s: not an answer for account %s", answer->page->file,
                    r->account->id);
    r->account->partition = partition_of(&r->model->arena, r->arn);
    if (!r->account->partition)
        return fail(err, ERR_FORMAT, "%s: Arn is no ARN", answer->page->file);
    r->account->root_arn = arena_printf(&r->model->arena, "arn:%s:iam::%s:root",
                                        r->account->partition, r->account->id);
    return 0;
}

static int collect_caller(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.model = c->model, .account = c->account};
    struct call call = {.service = "sts",
                        .operation = "GetCallerIdentity",
                        .parameters = "{}",
                        .receive = receive,
                        .context = &r};

    return collect_one(c, fills, &call, err);
}

static const struct collector rows[] = {
    {DATA_CALLER, "sts", "sts:GetCallerIdentity", EVERY_ACCOUNT, collect_caller},
};
const struct collector_list sts_collectors = {rows, sizeof rows / sizeof *rows};
