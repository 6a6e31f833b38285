/* account.c - facts about an account as a whole: GetAccountSummary, ListAccountAliases,
 * ListOrganizationsFeatures. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "collect/collect.h"
#include "collect/fields.h"

struct reader {
    struct model *model;
    struct account *account;
    const char *file;
    const char *key, *value; /* of the SummaryMap entry at hand */
    struct source source;    /* of that value */
    bool seen_entry;
};

/* A count: digits only. */
static int parse_count(const char *text, long *out)
{
    char *end;

    errno = 0;
    *out = strtol(text, &end, 10);
    return errno || end == text || *end || *text < '0' || *text > '9' ? -1 : 0;
}

static int store_summary(struct reader *r, struct error *err)
{
    if (!r->key || !r->value)
        return fail(err, ERR_FORMAT, "a SummaryMap entry without key or value");
    for (int k = 0; k < SUMMARY_COUNT; k++) {
        struct summary_value *v = &r->account->summary[k];

        if (strcmp(r->key, summary_key_name((enum summary_key)k)) != 0)
            continue;
        if (v->known || parse_count(r->value, &v->value))
            return fail(err, ERR_FORMAT, "SummaryMap %s: «%s» is no count, or it comes twice",
                        r->key, text_shown(&r->model->arena, r->value));
        v->known = true;
        v->source = r->source;
    }
    r->key = r->value = NULL;
    r->seen_entry = true;
    return 0;
}

static int summary_end(void *context, const struct xml_at *at, const char *text, size_t len,
                       struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    if (path && strcmp(path, "SummaryMap/entry/key") == 0)
        return collect_text(r->model, text, len, &r->key, err);
    if (path && strcmp(path, "SummaryMap/entry/value") == 0) {
        r->source = field_source(r->model, r->file, at);
        return collect_text(r->model, text, len, &r->value, err);
    }
    return path && strcmp(path, "SummaryMap/entry") == 0 ? store_summary(r, err) : 0;
}

static int receive_summary(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = summary_end};
    struct reader *r = call->context;

    r->file = answer->page->file;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->seen_entry)
        return fail(err, ERR_FORMAT, "%s: no SummaryMap", r->file);
    return 0;
}

static int collect_summary(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.model = c->model, .account = c->account};
    struct call call = {.service = "iam",
                        .operation = "GetAccountSummary",
                        .parameters = "{}",
                        .receive = receive_summary,
                        .context = &r};

    return collect_one(c, fills, &call, err);
}

static int alias_end(void *context, const struct xml_at *at, const char *text, size_t len,
                     struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    if (path && strcmp(path, "AccountAliases/member") == 0 && !r->account->alias)
        return collect_text(r->model, text, len, &r->account->alias, err);
    return 0;
}

static int receive_aliases(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = alias_end};

    return answer_read(call, answer, &handler, call->context, err);
}

static int collect_aliases(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.model = c->model, .account = c->account};
    struct call call = {.service = "iam",
                        .operation = "ListAccountAliases",
                        .parameters = "{}",
                        .receive = receive_aliases,
                        .context = &r};

    return collect_one(c, fills, &call, err);
}

static int feature_end(void *context, const struct xml_at *at, const char *text, size_t len,
                       struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    if (path && strcmp(path, "OrganizationId") == 0)
        return collect_text(r->model, text, len, &r->model->features_of, err);
    if (path && strcmp(path, "EnabledFeatures/member") == 0 && len == 25 &&
        memcmp(text, "RootCredentialsManagement", 25) == 0) {
        r->model->root_credentials_management = true;
        r->model->features_source = field_source(r->model, r->file, at);
    }
    return 0;
}

static int receive_features(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = feature_end};
    struct reader *r = call->context;

    r->file = answer->page->file;
    return answer_read(call, answer, &handler, r, err);
}

/* Only the management account or a delegated administrator may ask. An organisation that has not
 * enabled the feature answers with an error that is an answer. */
static int collect_features(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.model = c->model, .account = c->account};
    struct call call = {.service = "iam",
                        .operation = "ListOrganizationsFeatures",
                        .parameters = "{}",
                        .benign_errors = "ServiceAccessNotEnabledException|ServiceAccessNotEnabled|"
                                         "OrganizationNotFoundException|OrganizationNotFound|"
                                         "OrganizationNotInAllFeaturesModeException|"
                                         "OrganizationNotInAllFeaturesMode",
                        .receive = receive_features,
                        .context = &r};

    return collect_one(c, fills, &call, err);
}

static const struct collector rows[] = {
    {DATA_SUMMARY, "iam", "iam:GetAccountSummary", EVERY_ACCOUNT, collect_summary},
    {DATA_ALIASES, "iam", "iam:ListAccountAliases", EVERY_ACCOUNT, collect_aliases},
    {DATA_ORGANIZATION_FEATURES, "iam", "iam:ListOrganizationsFeatures", HOME_ACCOUNT,
     collect_features},
};
const struct collector_list account_collectors = {rows, sizeof rows / sizeof *rows};
