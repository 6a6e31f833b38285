/* root.c - the root user of a member account, asked about itself: iam:ListMFADevices,
 * ListAccessKeys, ListSigningCertificates and GetLoginProfile, all without UserName, in a session
 * from sts:AssumeRoot. The session itself is the transport's affair (call.as_root).
 *
 * Without UserName these operations speak of who asks. Each part keeps an own outcome: what one of
 * them does not tell, the others still do. */
#include "model/root.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "collect/batch.h"
#include "collect/collect.h"
#include "collect/fields.h"

/* What AWS calls the list of a part and the id of its members. */
struct part {
    const char *operation;
    const char *list, *member, *id; /* paths below the result; a NULL member: the list is the one */
    const char *benign;
};
static const struct part parts[ROOT_PART_COUNT] = {
    [ROOT_DEVICES] = {"ListMFADevices", "MFADevices", "MFADevices/member",
                      "MFADevices/member/SerialNumber", NULL},
    [ROOT_KEYS] = {"ListAccessKeys", "AccessKeyMetadata", "AccessKeyMetadata/member",
                   "AccessKeyMetadata/member/AccessKeyId", NULL},
    [ROOT_CERTIFICATES] = {"ListSigningCertificates", "Certificates", "Certificates/member",
                           "Certificates/member/CertificateId", NULL},
    [ROOT_PASSWORD] = {"GetLoginProfile", "LoginProfile", "LoginProfile", "LoginProfile/CreateDate",
                       "NoSuchEntity"},
};

struct reader {
    struct collection *collection;
    struct call *call;
    enum root_part part;
    const char *file;
    struct device device; /* the member at hand; `serial` is the id of whatever it is */
    const char *status;   /* of the member at hand: "Active", "Inactive", "Expired"; NULL: none */
    bool truncated, seen_list;
};

static struct root_list *list_of(const struct reader *r)
{
    return &r->collection->account->root->parts[r->part];
}

static int member_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const struct part *p = &parts[r->part];
    const char *path = field_path(at);

    (void)err;
    if (path && strcmp(path, p->list) == 0) {
        r->seen_list = true;
        if (!list_of(r)->source.file)
            list_of(r)->source = field_source(r->collection->model, r->file, at);
    }
    if (path && strcmp(path, p->member) == 0) {
        r->device = (struct device){.source = field_source(r->collection->model, r->file, at)};
        r->status = NULL;
    }
    return 0;
}

/* A device of root's: of this account where its serial is an ARN, and not one that says of itself
 * that it is a user's. */
static int check_device(const struct reader *r, struct error *err)
{
    const struct device *d = &r->device;

    if (!d->enabled_at)
        return fail(err, ERR_FORMAT, "a device without EnableDate");
    if (strncmp(d->serial, "arn:", 4) != 0)
        return 0;
    if (!field_arn_is_of(d->serial, r->collection->account->id))
        return fail(err, ERR_FORMAT, "a device of another account");
    if (strstr(d->serial, ":u2f/user/"))
        return fail(err, ERR_FORMAT, "a device of a user, not of root");
    return 0;
}

static int take_member(struct reader *r, struct error *err)
{
    struct root_credentials *root = r->collection->account->root;
    struct root_list *list = list_of(r);
    bool has_status = r->part == ROOT_KEYS || r->part == ROOT_CERTIFICATES;

    if (!r->device.serial || !*r->device.serial)
        return fail(err, ERR_FORMAT, "%s: a member without %s", parts[r->part].operation,
                    strrchr(parts[r->part].id, '/') + 1);
    if (has_status && !r->status)
        return fail(err, ERR_FORMAT, "%s: a member without Status", parts[r->part].operation);
    if (r->part == ROOT_DEVICES) {
        if (check_device(r, err))
            return -1;
        r->device.kind = device_kind_of(r->device.serial);
        r->device.owner_arn = r->collection->account->root_arn;
        *arena_push(&r->collection->model->arena, root->devices, root->device_count) = r->device;
    }
    list->count++;
    list->active += !has_status || strcmp(r->status, "Active") == 0;
    return 0;
}

/* Does the path name that child of the part's members? */
static bool is_child(const struct part *p, const char *path, const char *child)
{
    size_t len = strlen(p->member);

    return strncmp(path, p->member, len) == 0 && path[len] == '/' &&
           strcmp(path + len + 1, child) == 0;
}

static int member_end(void *context, const struct xml_at *at, const char *text, size_t len,
                      struct error *err)
{
    struct reader *r = context;
    struct model *m = r->collection->model;
    const struct part *p = &parts[r->part];
    const char *path = field_path(at);

    if (!path)
        return 0;
    if (strcmp(path, "IsTruncated") == 0)
        return field_boolean(text, len, &r->truncated, err);
    if (strcmp(path, "Marker") == 0)
        return collect_next(m, r->call, text, len, err);
    if (strcmp(path, p->id) == 0)
        return collect_text(m, text, len, &r->device.serial, err);
    if (is_child(p, path, "EnableDate"))
        return collect_text(m, text, len, &r->device.enabled_at, err);
    if (is_child(p, path, "Status"))
        return collect_text(m, text, len, &r->status, err);
    return strcmp(path, p->member) == 0 ? take_member(r, err) : 0;
}

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {member_start, member_end};
    struct reader *r = call->context;

    r->call = call;
    r->file = answer->page->file;
    r->truncated = r->seen_list = false;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->seen_list)
        return fail(err, ERR_FORMAT, "%s: no %s", r->file, parts[r->part].list);
    if (r->truncated != (call->next != NULL))
        return fail(err, ERR_FORMAT, "%s: IsTruncated and Marker disagree", r->file);
    return 0;
}

static int by_serial(const void *a, const void *b)
{
    return strcmp(((const struct device *)a)->serial, ((const struct device *)b)->serial);
}

/* Sort the devices; one that stands on two pages is one. */
static void settle_devices(struct root_credentials *root)
{
    size_t kept = 0;

    if (root->device_count > 1)
        qsort(root->devices, root->device_count, sizeof *root->devices, by_serial);
    for (size_t i = 0; i < root->device_count; i++)
        if (kept == 0 || by_serial(&root->devices[kept - 1], &root->devices[i]) != 0)
            root->devices[kept++] = root->devices[i];
    root->device_count = kept;
    root->parts[ROOT_DEVICES].count = root->parts[ROOT_DEVICES].active = kept;
}

/* The outcome of every part, and of the whole: that of the worst part. */
static void settle(struct account *a, enum data_set fills, const struct call *calls)
{
    a->data[fills] = (struct data_status){STATE_COMPLETE, NULL, NULL};
    for (size_t i = 0; i < ROOT_PART_COUNT; i++) {
        struct root_list *list = &a->root->parts[i];

        list->status = calls[i].status;
        if (list->status.state == STATE_COMPLETE && !list->source.file)
            list->source = (struct source){list->status.file, "/*", NULL};
        collect_fold(&a->data[fills], &list->status);
    }
    settle_devices(a->root);
}

static int collect_root(struct collection *c, enum data_set fills, struct error *err)
{
    struct account *a = c->account;
    struct reader readers[ROOT_PART_COUNT];
    struct call calls[ROOT_PART_COUNT];

    a->root = arena_new(&c->model->arena, struct root_credentials, 1);
    for (size_t i = 0; i < ROOT_PART_COUNT; i++) {
        readers[i] = (struct reader){.collection = c, .part = (enum root_part)i};
        calls[i] = (struct call){.account = a->id,
                                 .service = "iam",
                                 .operation = parts[i].operation,
                                 .parameters = "{}",
                                 .as_root = true,
                                 .benign_errors = parts[i].benign,
                                 .receive = receive,
                                 .context = &readers[i]};
    }
    if (transport_run(c->transport, calls, ROOT_PART_COUNT, err))
        return -1;
    settle(a, fills, calls);
    return 0;
}

/* What the reader of the home account may do; what the session may do, AWS's own policy says. */
static const struct collector rows[] = {
    {DATA_ROOT_CREDENTIALS, "iam", "sts:AssumeRoot", MEMBER_ROOTS, collect_root},
};
const struct collector_list root_collectors = {rows, sizeof rows / sizeof *rows};
