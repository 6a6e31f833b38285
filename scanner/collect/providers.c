/* providers.c - identity providers of an account: iam:ListSAMLProviders and GetSAMLProvider,
 * ListOpenIDConnectProviders and GetOpenIDConnectProvider. Neither list has pages.
 *
 * Each provider keeps an own outcome: one that was deleted after the list was made (NoSuchEntity),
 * or whose metadata cannot be read, is unknown, the others are not. */
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "collect/collect.h"
#include "collect/fields.h"
#include "collect/saml_metadata.h"

struct reader {
    struct model *model;
    struct account *account;
    const char *file;
    const char *list; /* element that holds the providers */
    bool seen;        /* it, or the one thing that an answer about a provider cannot be without */

    /* What is being read; it counts when the answer is whole. */
    struct saml_provider saml;
    struct oidc_provider oidc;
};

static struct federation *federation(struct collection *c)
{
    if (!c->account->federation)
        c->account->federation = arena_new(&c->model->arena, struct federation, 1);
    return c->account->federation;
}

/* "arn:aws:iam::111122223333:saml-provider/name" -> "name"; NULL unless it is one of this account.
 * The name of an OIDC provider is an address, which may hold colons and slashes. */
static const char *provider_name(const struct account *a, const char *arn, const char *kind)
{
    const char *resource = arn && field_arn_is_of(arn, a->id) ? arn : NULL;
    size_t len = strlen(kind);

    for (int colons = 0; resource && colons < 5; colons++) {
        resource = strchr(resource, ':');
        resource = resource ? resource + 1 : NULL;
    }
    return resource && strncmp(resource, kind, len) == 0 && resource[len] ? resource + len : NULL;
}

/* --- Lists --------------------------------------------------------------------------------------
 */

static const struct field saml_fields[] = {
    {"SAMLProviderList/member/Arn", 0, offsetof(struct saml_provider, arn)},
    {"SAMLProviderList/member/ValidUntil", 0, offsetof(struct saml_provider, valid_until)},
    {"SAMLProviderList/member/CreateDate", 0, offsetof(struct saml_provider, created)},
};

#define SAML_LIST "SAMLProviderList"
#define OIDC_LIST "OpenIDConnectProviderList"

/* Is the element the list that was asked for, or in it? */
static bool is_in_list(const struct reader *r, const char *path)
{
    size_t len = strlen(r->list);

    return path && strncmp(path, r->list, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static int list_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    (void)err;
    if (!is_in_list(r, path))
        return 0;
    r->seen = true;
    if (strcmp(path + strlen(r->list), "/member") == 0) {
        r->saml = (struct saml_provider){.source = field_source(r->model, r->file, at)};
        r->oidc = (struct oidc_provider){.source = r->saml.source};
    }
    return 0;
}

static bool is_made_by_identity_center(const char *name)
{
    static const char start[] = "AWSSSO_", end[] = "_DO_NOT_DELETE";
    size_t len = strlen(name), tail = sizeof end - 1;

    return strncmp(name, start, sizeof start - 1) == 0 && len > tail &&
           strcmp(name + len - tail, end) == 0;
}

static int add_saml(struct reader *r, struct error *err)
{
    struct federation *f = r->account->federation;

    r->saml.name = provider_name(r->account, r->saml.arn, "saml-provider/");
    if (!r->saml.name)
        return fail(err, ERR_FORMAT, "a SAML provider without Arn, or of another account");
    r->saml.of_identity_center = is_made_by_identity_center(r->saml.name);
    *arena_push(&r->model->arena, f->saml, f->saml_count) = r->saml;
    return 0;
}

static int add_oidc(struct reader *r, struct error *err)
{
    struct federation *f = r->account->federation;

    if (!provider_name(r->account, r->oidc.arn, "oidc-provider/"))
        return fail(err, ERR_FORMAT, "an OIDC provider without Arn, or of another account");
    *arena_push(&r->model->arena, f->oidc, f->oidc_count) = r->oidc;
    return 0;
}

static int list_end(void *context, const struct xml_at *at, const char *text, size_t len,
                    struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);
    void *target = &r->saml;
    const struct field *row;

    if (!is_in_list(r, path))
        return 0;
    if (strcmp(path, SAML_LIST "/member") == 0)
        return add_saml(r, err);
    if (strcmp(path, OIDC_LIST "/member") == 0)
        return add_oidc(r, err);
    if (strcmp(path, OIDC_LIST "/member/Arn") == 0)
        return collect_text(r->model, text, len, &r->oidc.arn, err);
    row = field_find(saml_fields, sizeof saml_fields / sizeof *saml_fields, path);
    return row ? field_store(r->model, row, &target, text, len, err) : 0;
}

static int receive_list(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {list_start, list_end};
    struct reader *r = call->context;

    r->file = answer->page->file;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->seen)
        return fail(err, ERR_FORMAT, "%s: no list of providers", r->file);
    return 0;
}

static int collect_list(struct collection *c, enum data_set fills, const char *operation,
                        const char *list, struct error *err)
{
    struct reader r = {.model = c->model, .account = c->account, .list = list};
    struct call call = {.service = "iam",
                        .operation = operation,
                        .parameters = "{}",
                        .receive = receive_list,
                        .context = &r};
    struct federation *f = federation(c);

    if (collect_one(c, fills, &call, err))
        return -1;
    if (federation_sort(f) && data_complete(c->account, fills))
        c->account->data[fills] = (struct data_status){
            STATE_INCOMPLETE,
            arena_printf(&c->model->arena, "%s: a provider is listed twice", data_set_name(fills)),
            c->account->data[fills].file};
    return 0;
}

static int collect_saml_list(struct collection *c, enum data_set fills, struct error *err)
{
    return collect_list(c, fills, "ListSAMLProviders", SAML_LIST, err);
}

static int collect_oidc_list(struct collection *c, enum data_set fills, struct error *err)
{
    return collect_list(c, fills, "ListOpenIDConnectProviders", OIDC_LIST, err);
}

/* --- Each of them ------------------------------------------------------------------------------
 */

static int saml_end(void *context, const struct xml_at *at, const char *text, size_t len,
                    struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    if (path && strcmp(path, "AssertionEncryptionMode") == 0)
        return collect_text(r->model, text, len, &r->saml.encryption, err);
    if (!path || strcmp(path, "SAMLMetadataDocument") != 0)
        return 0;
    if (r->seen)
        return fail(err, ERR_FORMAT, "two SAMLMetadataDocuments");
    r->seen = true;
    r->saml.metadata_source = field_source(r->model, r->file, at);
    return saml_metadata_read(&r->model->arena, text, len, &r->saml.metadata, err);
}

static int receive_saml(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = saml_end};
    struct reader *r = call->context;

    r->file = answer->page->file;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->seen)
        return fail(err, ERR_FORMAT, "%s: no SAMLMetadataDocument", r->file);
    return 0;
}

static int oidc_end(void *context, const struct xml_at *at, const char *text, size_t len,
                    struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);
    struct arena *arena = &r->model->arena;
    struct oidc_provider *p = &r->oidc;

    if (!path)
        return 0;
    if (strcmp(path, "Url") == 0 && p->url)
        return fail(err, ERR_FORMAT, "two Urls");
    if (strcmp(path, "Url") == 0) {
        p->details_source = field_source(r->model, r->file, at);
        return collect_text(r->model, text, len, &p->url, err);
    }
    if (strcmp(path, "CreateDate") == 0)
        return collect_text(r->model, text, len, &p->created, err);
    if (strcmp(path, "ClientIDList/member") == 0)
        return collect_text(r->model, text, len, arena_push(arena, p->clients, p->client_count),
                            err);
    if (strcmp(path, "ThumbprintList/member") == 0)
        return collect_text(r->model, text, len,
                            arena_push(arena, p->thumbprints, p->thumbprint_count), err);
    return 0;
}

/* AWS makes the ARN from the address, so an answer about another provider shows. */
static bool is_named_after(const struct account *a, const struct oidc_provider *p)
{
    const char *name = provider_name(a, p->arn, "oidc-provider/");
    size_t len = strlen(p->url);

    while (len > 0 && p->url[len - 1] == '/')
        len--;
    return name && strncmp(name, p->url, len) == 0 && strspn(name + len, "/") == strlen(name + len);
}

static int receive_oidc(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = oidc_end};
    struct reader *r = call->context;

    r->file = answer->page->file;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->oidc.url || !is_named_after(r->account, &r->oidc))
        return fail(err, ERR_FORMAT, "%s: Url is not that of the provider asked for", r->file);
    return 0;
}

/* {"<name>":"<arn>"} in canonical form. */
static const char *parameters(struct arena *arena, const char *name, const char *arn)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(8 * LIMIT_NAME_BYTES);

    strbuf_addf(&sb, "{\"%s\":", name);
    json_quote(&sb, arn);
    strbuf_addch(&sb, '}');
    return arena_strdup(arena, sb.buf);
}

/* All providers in one batch; the outcome of each goes to the reader of its number. */
static int ask_each(struct collection *c, const struct call *like, struct reader *readers,
                    struct call *calls, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        calls[i] = *like;
        calls[i].account = c->account->id;
        calls[i].service = "iam";
        calls[i].context = &readers[i];
        calls[i].parameters =
            parameters(&c->model->arena, like->parameters,
                       readers[i].saml.arn ? readers[i].saml.arn : readers[i].oidc.arn);
    }
    return transport_run(c->transport, calls, count, err);
}

/* The whole is complete when the list and everything about each provider on it is. */
static void sum_up(struct collection *c, enum data_set fills, enum data_set list,
                   const struct call *calls, size_t count)
{
    struct data_status *status = &c->account->data[fills];

    *status = (struct data_status){STATE_COMPLETE, NULL, c->account->data[list].file};
    for (size_t i = 0; i < count && status->state == STATE_COMPLETE; i++)
        if (calls[i].status.state != STATE_COMPLETE)
            *status = calls[i].status;
    if (!data_complete(c->account, list))
        *status = (struct data_status){STATE_INCOMPLETE,
                                       arena_printf(&c->model->arena,
                                                    "%s: the list of providers is not known",
                                                    data_set_name(fills)),
                                       NULL};
}

static int collect_saml(struct collection *c, enum data_set fills, struct error *err)
{
    struct federation *f = federation(c);
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, f->saml_count);
    struct reader *readers = arena_new(&scratch, struct reader, f->saml_count);
    const struct call like = {
        .operation = "GetSAMLProvider", .parameters = "SAMLProviderArn", .receive = receive_saml};
    int status;

    for (size_t i = 0; i < f->saml_count; i++)
        readers[i] = (struct reader){.model = c->model, .account = c->account, .saml = f->saml[i]};
    status = ask_each(c, &like, readers, calls, f->saml_count, err);
    for (size_t i = 0; status == 0 && i < f->saml_count; i++) {
        if (calls[i].status.state == STATE_COMPLETE)
            f->saml[i] = readers[i].saml;
        f->saml[i].metadata_status = calls[i].status;
    }
    sum_up(c, fills, DATA_SAML_PROVIDERS, calls, f->saml_count);
    (void)federation_sort(f);
    arena_free(&scratch);
    return status;
}

static int collect_oidc(struct collection *c, enum data_set fills, struct error *err)
{
    struct federation *f = federation(c);
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, f->oidc_count);
    struct reader *readers = arena_new(&scratch, struct reader, f->oidc_count);
    const struct call like = {.operation = "GetOpenIDConnectProvider",
                              .parameters = "OpenIDConnectProviderArn",
                              .receive = receive_oidc};
    int status;

    for (size_t i = 0; i < f->oidc_count; i++)
        readers[i] = (struct reader){.model = c->model, .account = c->account, .oidc = f->oidc[i]};
    status = ask_each(c, &like, readers, calls, f->oidc_count, err);
    for (size_t i = 0; status == 0 && i < f->oidc_count; i++) {
        if (calls[i].status.state == STATE_COMPLETE)
            f->oidc[i] = readers[i].oidc;
        f->oidc[i].details_status = calls[i].status;
    }
    sum_up(c, fills, DATA_OIDC_PROVIDERS, calls, f->oidc_count);
    (void)federation_sort(f);
    arena_free(&scratch);
    return status;
}

static const struct collector rows[] = {
    {DATA_SAML_PROVIDERS, "iam", "iam:ListSAMLProviders", EVERY_ACCOUNT, collect_saml_list},
    {DATA_SAML_METADATA, "iam", "iam:GetSAMLProvider", EVERY_ACCOUNT, collect_saml},
    {DATA_OIDC_PROVIDERS, "iam", "iam:ListOpenIDConnectProviders", EVERY_ACCOUNT,
     collect_oidc_list},
    {DATA_OIDC_DETAILS, "iam", "iam:GetOpenIDConnectProvider", EVERY_ACCOUNT, collect_oidc},
};
const struct collector_list provider_collectors = {rows, sizeof rows / sizeof *rows};
