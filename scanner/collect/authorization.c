/* authorization.c - iam:GetAccountAuthorizationDetails: users, groups, roles, policies, all pages.
 *
 * API reference: GetAccountAuthorizationDetails. Documents arrive percent-encoded (RFC 3986); only
 * %XX is decoded, '+' stays '+'. Of a managed policy only the default version is in force and
 * kept. Roles nested in InstanceProfileList are copies and are not counted. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "collect/collect.h"
#include "collect/fields.h"
#include "model/credentials.h"

enum target { T_PRINCIPAL, T_INLINE, T_ATTACHED, T_TAG, T_POLICY, T_COUNT };

#define PRINCIPAL(field) T_PRINCIPAL, offsetof(struct principal, field)
#define INLINE(field) T_INLINE, offsetof(struct document, field)
#define ATTACHED(field) T_ATTACHED, offsetof(struct attached_policy, field)
#define TAG(field) T_TAG, offsetof(struct tag, field)
#define POLICY(field) T_POLICY, offsetof(struct managed_policy, field)

/* To read another field: a row here and the field in model.h. */
static const struct field fields[] = {
    {"UserDetailList/member/Path", PRINCIPAL(path)},
    {"UserDetailList/member/UserName", PRINCIPAL(name)},
    {"UserDetailList/member/UserId", PRINCIPAL(id)},
    {"UserDetailList/member/Arn", PRINCIPAL(arn)},
    {"UserDetailList/member/CreateDate", PRINCIPAL(created)},
    {"UserDetailList/member/PermissionsBoundary/PermissionsBoundaryArn", PRINCIPAL(boundary_arn)},
    {"UserDetailList/member/UserPolicyList/member/PolicyName", INLINE(name)},
    {"UserDetailList/member/AttachedManagedPolicies/member/PolicyName", ATTACHED(name)},
    {"UserDetailList/member/AttachedManagedPolicies/member/PolicyArn", ATTACHED(arn)},
    {"UserDetailList/member/Tags/member/Key", TAG(key)},
    {"UserDetailList/member/Tags/member/Value", TAG(value)},
    {"GroupDetailList/member/Path", PRINCIPAL(path)},
    {"GroupDetailList/member/GroupName", PRINCIPAL(name)},
    {"GroupDetailList/member/GroupId", PRINCIPAL(id)},
    {"GroupDetailList/member/Arn", PRINCIPAL(arn)},
    {"GroupDetailList/member/CreateDate", PRINCIPAL(created)},
    {"GroupDetailList/member/GroupPolicyList/member/PolicyName", INLINE(name)},
    {"GroupDetailList/member/AttachedManagedPolicies/member/PolicyName", ATTACHED(name)},
    {"GroupDetailList/member/AttachedManagedPolicies/member/PolicyArn", ATTACHED(arn)},
    {"RoleDetailList/member/Path", PRINCIPAL(path)},
    {"RoleDetailList/member/RoleName", PRINCIPAL(name)},
    {"RoleDetailList/member/RoleId", PRINCIPAL(id)},
    {"RoleDetailList/member/Arn", PRINCIPAL(arn)},
    {"RoleDetailList/member/CreateDate", PRINCIPAL(created)},
    {"RoleDetailList/member/PermissionsBoundary/PermissionsBoundaryArn", PRINCIPAL(boundary_arn)},
    {"RoleDetailList/member/RolePolicyList/member/PolicyName", INLINE(name)},
    {"RoleDetailList/member/AttachedManagedPolicies/member/PolicyName", ATTACHED(name)},
    {"RoleDetailList/member/AttachedManagedPolicies/member/PolicyArn", ATTACHED(arn)},
    {"RoleDetailList/member/Tags/member/Key", TAG(key)},
    {"RoleDetailList/member/Tags/member/Value", TAG(value)},
    {"Policies/member/PolicyName", POLICY(name)},
    {"Policies/member/Arn", POLICY(arn)},
    {"Policies/member/DefaultVersionId", POLICY(default_version)},
};

/* What is being filled while the pages go by. */
struct reader {
    struct model *model;
    struct account *account;
    struct call *call;
    const char *file;
    void *targets[T_COUNT];
    struct principal *principal;
    struct strbuf version; /* document of the policy version at hand, as sent */
    struct strbuf decoded; /* the one that is being stored */
    struct source version_source;
    bool version_is_default;
    bool truncated, seen_list;
    size_t *unfinished; /* count of the list whose last element is being read; NULL: none */
};

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "%7B" -> "{"; false when a '%' is not followed by two hex digits. A third of a document is such
 * triples, and an account has megabytes of them: they are decoded in pieces. */
static bool percent_decode(struct strbuf *out, const char *text, size_t len)
{
    char piece[1024];
    size_t n = 0;

    strbuf_clear(out);
    for (size_t i = 0; i < len; i++) {
        int high, low;

        if (n == sizeof piece) {
            strbuf_add(out, piece, n);
            n = 0;
        }
        if (text[i] != '%') {
            piece[n++] = text[i];
            continue;
        }
        high = len - i > 2 ? hex_value(text[i + 1]) : -1;
        low = len - i > 2 ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return false;
        piece[n++] = (char)(high << 4 | low);
        i += 2;
    }
    strbuf_add(out, piece, n);
    return !out->overflowed;
}

/* A document is decoded beside the model, which keeps what it needs: a third of what was sent. */
static void store_document(struct reader *r, struct document *d, const char *text, size_t len,
                           struct source source)
{
    d->source = source;
    d->text = NULL;
    if (len > 3 * LIMIT_POLICY_BYTES || !percent_decode(&r->decoded, text, len))
        return;
    d->len = r->decoded.len;
    d->text = arena_strndup(&r->model->arena, r->decoded.buf, d->len);
}

static struct source place(struct reader *r, const struct xml_at *at)
{
    return field_source(r->model, r->file, at);
}

/* What begins when an element begins. */
static void open_user(struct reader *r, const struct xml_at *at)
{
    r->principal = arena_push(&r->model->arena, r->account->users, r->account->user_count);
    r->unfinished = &r->account->user_count;
    *r->principal = (struct principal){
        .source = place(r, at), .credentials = arena_new(&r->model->arena, struct credentials, 1)};
    r->targets[T_PRINCIPAL] = r->principal;
}

static void open_group(struct reader *r, const struct xml_at *at)
{
    r->principal = arena_push(&r->model->arena, r->account->groups, r->account->group_count);
    r->unfinished = &r->account->group_count;
    *r->principal = (struct principal){.source = place(r, at)};
    r->targets[T_PRINCIPAL] = r->principal;
}

static void open_role(struct reader *r, const struct xml_at *at)
{
    r->principal = arena_push(&r->model->arena, r->account->roles, r->account->role_count);
    r->unfinished = &r->account->role_count;
    *r->principal = (struct principal){.source = place(r, at)};
    r->targets[T_PRINCIPAL] = r->principal;
}

static void open_policy(struct reader *r, const struct xml_at *at)
{
    struct managed_policy *p =
        arena_push(&r->model->arena, r->account->policies, r->account->policy_count);

    *p = (struct managed_policy){.source = place(r, at), .document = {.name = ""}};
    r->unfinished = &r->account->policy_count;
    r->targets[T_POLICY] = p;
}

static void open_inline(struct reader *r, const struct xml_at *at)
{
    struct document *d =
        arena_push(&r->model->arena, r->principal->inline_policies, r->principal->inline_count);

    *d = (struct document){.name = "", .source = place(r, at)};
    r->targets[T_INLINE] = d;
}

static void open_attached(struct reader *r, const struct xml_at *at)
{
    struct attached_policy *p =
        arena_push(&r->model->arena, r->principal->attached, r->principal->attached_count);

    (void)at;
    *p = (struct attached_policy){0};
    r->targets[T_ATTACHED] = p;
}

static void open_tag(struct reader *r, const struct xml_at *at)
{
    struct tag *t = arena_push(&r->model->arena, r->principal->tags, r->principal->tag_count);

    (void)at;
    *t = (struct tag){"", ""};
    r->targets[T_TAG] = t;
}

static void open_version(struct reader *r, const struct xml_at *at)
{
    strbuf_clear(&r->version);
    r->version_is_default = false;
    r->version_source = place(r, at);
}

static const struct {
    const char *path;
    void (*open)(struct reader *r, const struct xml_at *at);
} openings[] = {
    {"UserDetailList/member", open_user},
    {"UserDetailList/member/UserPolicyList/member", open_inline},
    {"UserDetailList/member/AttachedManagedPolicies/member", open_attached},
    {"UserDetailList/member/Tags/member", open_tag},
    {"GroupDetailList/member", open_group},
    {"GroupDetailList/member/GroupPolicyList/member", open_inline},
    {"GroupDetailList/member/AttachedManagedPolicies/member", open_attached},
    {"RoleDetailList/member", open_role},
    {"RoleDetailList/member/RolePolicyList/member", open_inline},
    {"RoleDetailList/member/AttachedManagedPolicies/member", open_attached},
    {"RoleDetailList/member/Tags/member", open_tag},
    {"Policies/member", open_policy},
    {"Policies/member/PolicyVersionList/member", open_version},
};

/* What tells an answer of this operation from any other document. */
static bool is_list(const char *path)
{
    return strcmp(path, "UserDetailList") == 0 || strcmp(path, "GroupDetailList") == 0 ||
           strcmp(path, "RoleDetailList") == 0 || strcmp(path, "Policies") == 0;
}

static int authorization_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    (void)err;
    r->seen_list = r->seen_list || (path && is_list(path));
    for (size_t i = 0; path && i < sizeof openings / sizeof *openings; i++)
        if (field_is_path(openings[i].path, path))
            openings[i].open(r, at);
    return 0;
}

/* Elements whose end does more than store a text. */
static int end_group_name(struct reader *r, const struct xml_at *at, const char *text, size_t len,
                          struct error *err)
{
    const char **name =
        arena_push(&r->model->arena, r->principal->groups, r->principal->group_count);

    (void)at;
    return collect_text(r->model, text, len, name, err);
}

static int end_inline_document(struct reader *r, const struct xml_at *at, const char *text,
                               size_t len, struct error *err)
{
    (void)err;
    store_document(r, r->targets[T_INLINE], text, len, field_source(r->model, r->file, at));
    return 0;
}

static int end_trust(struct reader *r, const struct xml_at *at, const char *text, size_t len,
                     struct error *err)
{
    (void)err;
    r->principal->trust.name = "";
    store_document(r, &r->principal->trust, text, len, field_source(r->model, r->file, at));
    return 0;
}

static int end_version_document(struct reader *r, const struct xml_at *at, const char *text,
                                size_t len, struct error *err)
{
    (void)err;
    strbuf_clear(&r->version);
    strbuf_add(&r->version, text, len);
    r->version_source = field_source(r->model, r->file, at);
    return 0;
}

static int end_version_default(struct reader *r, const struct xml_at *at, const char *text,
                               size_t len, struct error *err)
{
    (void)at;
    return field_boolean(text, len, &r->version_is_default, err);
}

static int end_version(struct reader *r, const struct xml_at *at, const char *text, size_t len,
                       struct error *err)
{
    struct managed_policy *p = r->targets[T_POLICY];

    (void)at;
    (void)text;
    (void)len;
    (void)err;
    if (r->version_is_default && !r->version.overflowed)
        store_document(r, &p->document, r->version.buf, r->version.len, r->version_source);
    return 0;
}

static int end_principal(struct reader *r, const struct xml_at *at, const char *text, size_t len,
                         struct error *err)
{
    (void)at;
    (void)text;
    (void)len;
    if (!r->principal->name || !r->principal->arn)
        return fail(err, ERR_FORMAT, "a principal without name or Arn");
    if (!field_arn_is_of(r->principal->arn, r->account->id))
        return fail(err, ERR_FORMAT, "a principal of another account");
    r->unfinished = NULL;
    return 0;
}

static int end_policy(struct reader *r, const struct xml_at *at, const char *text, size_t len,
                      struct error *err)
{
    struct managed_policy *p = r->targets[T_POLICY];

    (void)at;
    (void)text;
    (void)len;
    if (!p->arn)
        return fail(err, ERR_FORMAT, "a policy without Arn");
    r->unfinished = NULL;
    return 0;
}

static int end_truncated(struct reader *r, const struct xml_at *at, const char *text, size_t len,
                         struct error *err)
{
    (void)at;
    return field_boolean(text, len, &r->truncated, err);
}

static int end_marker(struct reader *r, const struct xml_at *at, const char *text, size_t len,
                      struct error *err)
{
    (void)at;
    return collect_next(r->model, r->call, text, len, err);
}

static const struct {
    const char *path;
    int (*end)(struct reader *r, const struct xml_at *at, const char *text, size_t len,
               struct error *err);
} endings[] = {
    {"UserDetailList/member/GroupList/member", end_group_name},
    {"UserDetailList/member/UserPolicyList/member/PolicyDocument", end_inline_document},
    {"GroupDetailList/member/GroupPolicyList/member/PolicyDocument", end_inline_document},
    {"RoleDetailList/member/RolePolicyList/member/PolicyDocument", end_inline_document},
    {"RoleDetailList/member/AssumeRolePolicyDocument", end_trust},
    {"UserDetailList/member", end_principal},
    {"GroupDetailList/member", end_principal},
    {"RoleDetailList/member", end_principal},
    {"Policies/member/PolicyVersionList/member/Document", end_version_document},
    {"Policies/member/PolicyVersionList/member/IsDefaultVersion", end_version_default},
    {"Policies/member/PolicyVersionList/member", end_version},
    {"Policies/member", end_policy},
    {"IsTruncated", end_truncated},
    {"Marker", end_marker},
};

static int authorization_end(void *context, const struct xml_at *at, const char *text, size_t len,
                             struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);
    const struct field *row;

    if (!path)
        return 0;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (field_is_path(endings[i].path, path))
            return endings[i].end(r, at, text, len, err);
    row = field_find(fields, sizeof fields / sizeof *fields, path);
    return row ? field_store(r->model, row, r->targets, text, len, err) : 0;
}

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {authorization_start, authorization_end};
    struct reader *r = call->context;

    r->call = call;
    r->file = answer->page->file;
    r->truncated = r->seen_list = false;
    r->unfinished = NULL;
    if (answer_read(call, answer, &handler, r, err)) {
        if (r->unfinished)
            --*r->unfinished;
        return -1;
    }
    if (!r->seen_list)
        return fail(err, ERR_FORMAT, "%s: no list of users, groups, roles or policies", r->file);
    if (r->truncated != (call->next != NULL))
        return fail(err, ERR_FORMAT, "%s: IsTruncated and Marker disagree", r->file);
    return 0;
}

static int collect_authorization(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.model = c->model,
                       .account = c->account,
                       .version = STRBUF_INIT(3 * LIMIT_POLICY_BYTES),
                       .decoded = STRBUF_INIT(3 * LIMIT_POLICY_BYTES)};
    struct call call = {.service = "iam",
                        .operation = "GetAccountAuthorizationDetails",
                        .parameters = "{\"MaxItems\":\"1000\"}",
                        .receive = receive,
                        .context = &r};
    int status = collect_one(c, fills, &call, err);

    strbuf_free(&r.version);
    strbuf_free(&r.decoded);
    model_sort(c->account);
    collect_note_contradiction(c, fills);
    return status;
}

static const struct collector rows[] = {
    {DATA_AUTHORIZATION, "iam", "iam:GetAccountAuthorizationDetails", EVERY_ACCOUNT,
     collect_authorization},
};
const struct collector_list authorization_collectors = {rows, sizeof rows / sizeof *rows};
