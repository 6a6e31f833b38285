/* credentials.c - what is asked of users one by one, for those whom freshness.h names, besides
 * their devices: iam:GetLoginProfile, ListAccessKeys, GetAccessKeyLastUsed; and GetMFADevice of
 * every FIDO device that a user's list showed.
 *
 * API references of these operations. GetLoginProfile answers NoSuchEntity when there is no console
 * password: an answer. GetMFADevice takes FIDO devices only. Each answer names the user, key or
 * device it speaks of; one about another is refused. */
#include <stdlib.h>
#include <string.h>

#include "collect/batch.h"
#include "collect/fields.h"
#include "collect/freshness.h"
#include "collect/json_list.h"

/* The reader of one answer. */
struct reader {
    struct model *model;
    struct call *call;
    const char *file;
    struct principal *user;
    struct access_key *key; /* of GetAccessKeyLastUsed; of ListAccessKeys: the one at hand */
    struct device *device;
    struct access_key listed;
    struct tag certification;
    bool seen, named, of_another; /* the element that makes an answer; the name in it */
    bool truncated;
};

static struct credentials *facts(const struct reader *r)
{
    return r->user->credentials;
}

static struct reader *reader_for(struct batch *b, struct principal *user)
{
    struct reader *r = arena_new(&b->arena, struct reader, 1);

    r->model = b->collection->model;
    r->user = user;
    return r;
}

static void note_name(struct reader *r, const char *text, size_t len, const char *wanted)
{
    r->named = true;
    r->of_another = r->of_another || !field_is(text, len, wanted);
}

/* Read one answer; `what` names the element that it must have. */
static int read_one(struct call *call, const struct answer *answer,
                    const struct xml_handler *handler, const char *what, struct error *err)
{
    struct reader *r = call->context;

    r->call = call;
    r->file = answer->page->file;
    r->seen = r->named = r->of_another = r->truncated = false;
    if (answer_read(call, answer, handler, r, err))
        return -1;
    if (!r->seen)
        return fail(err, ERR_FORMAT, "%s: no %s", r->file, what);
    if (r->of_another)
        return fail(err, ERR_FORMAT, "%s: not about what was asked", r->file);
    return 0;
}

/* --- GetLoginProfile --- */

static int login_end(void *context, const struct xml_at *at, const char *text, size_t len,
                     struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    if (!path)
        return 0;
    if (strcmp(path, "LoginProfile/UserName") == 0)
        note_name(r, text, len, r->user->name);
    if (strcmp(path, "LoginProfile/CreateDate") == 0)
        return collect_text(r->model, text, len, &facts(r)->login_created, err);
    if (strcmp(path, "LoginProfile") == 0) {
        r->seen = true;
        facts(r)->login_source = field_source(r->model, r->file, at);
    }
    return 0;
}

static int receive_login(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = login_end};
    struct reader *r = call->context;

    if (read_one(call, answer, &handler, "LoginProfile", err))
        return -1;
    if (!r->named)
        return fail(err, ERR_FORMAT, "%s: no UserName", r->file);
    facts(r)->has_login = true;
    return 0;
}

/* The answer «there is none» is evidence as a whole. */
static void note_absent_logins(struct account *a)
{
    for (size_t i = 0; i < a->user_count; i++) {
        struct credentials *c = a->users[i].credentials;

        if (c->asked & ASKED_LOGIN && c->login_status.state == STATE_COMPLETE && !c->has_login)
            c->login_source = (struct source){c->login_status.file, "/*", NULL};
    }
}

static void ask_login(struct batch *b, struct principal *user)
{
    user->credentials->asked |= ASKED_LOGIN;
    batch_add(b,
              &(struct call){.operation = "GetLoginProfile",
                             .parameters = json_parameter(&b->arena, "UserName", user->name),
                             .benign_errors = "NoSuchEntity",
                             .receive = receive_login,
                             .context = reader_for(b, user)},
              &user->credentials->login_status);
}

static int collect_logins(struct collection *c, enum data_set fills, struct error *err)
{
    struct batch b = {.collection = c};
    int status;

    for (size_t i = 0; i < c->account->user_count; i++)
        if (freshness_asks(c->model, c->account, &c->account->users[i], false, ASKED_LOGIN))
            ask_login(&b, &c->account->users[i]);
    status = batch_run(&b, fills, err);
    note_absent_logins(c->account);
    return status;
}

/* --- ListAccessKeys --- */

#define KEYS "AccessKeyMetadata/member"

static const struct field key_fields[] = {
    {KEYS "/AccessKeyId", 0, offsetof(struct access_key, id)},
    {KEYS "/Status", 0, offsetof(struct access_key, status)},
    {KEYS "/CreateDate", 0, offsetof(struct access_key, created)},
};

static int keys_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    (void)err;
    if (path && strcmp(path, "AccessKeyMetadata") == 0) {
        r->seen = true;
        if (!facts(r)->keys_source.file)
            facts(r)->keys_source = field_source(r->model, r->file, at);
    }
    if (path && strcmp(path, KEYS) == 0)
        r->listed = (struct access_key){.source = field_source(r->model, r->file, at)};
    return 0;
}

/* A key with another status than AWS names cannot be called active or not. */
static int add_key(struct reader *r, struct error *err)
{
    static const char *const words[] = {"Active", "Inactive", "Expired"};
    struct credentials *c = facts(r);
    bool known = false;

    if (!r->listed.id || !*r->listed.id || !r->listed.status)
        return fail(err, ERR_FORMAT, "a key without AccessKeyId or Status");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        known = known || strcmp(r->listed.status, words[i]) == 0;
    if (!known)
        return fail(err, ERR_FORMAT, "the Status of a key is not one that AWS documents");
    r->listed.active = strcmp(r->listed.status, words[0]) == 0;
    *arena_push(&r->model->arena, c->keys, c->key_count) = r->listed;
    return 0;
}

static int keys_end(void *context, const struct xml_at *at, const char *text, size_t len,
                    struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);
    const struct field *row;
    void *target = &r->listed;

    if (!path)
        return 0;
    if (strcmp(path, "IsTruncated") == 0)
        return field_boolean(text, len, &r->truncated, err);
    if (strcmp(path, "Marker") == 0)
        return collect_next(r->model, r->call, text, len, err);
    if (strcmp(path, KEYS "/UserName") == 0)
        note_name(r, text, len, r->user->name);
    if (strcmp(path, KEYS) == 0)
        return add_key(r, err);
    row = field_find(key_fields, sizeof key_fields / sizeof *key_fields, path);
    return row ? field_store(r->model, row, &target, text, len, err) : 0;
}

static int receive_keys(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {keys_start, keys_end};
    struct reader *r = call->context;

    if (read_one(call, answer, &handler, "AccessKeyMetadata", err))
        return -1;
    if (r->truncated != (call->next != NULL))
        return fail(err, ERR_FORMAT, "%s: IsTruncated and Marker disagree", r->file);
    return 0;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct access_key *)a)->id, ((const struct access_key *)b)->id);
}

/* One key may stand on two pages; what it says there must agree. */
static void sort_keys(struct credentials *c)
{
    size_t kept = 0;

    if (c->key_count < 2)
        return;
    qsort(c->keys, c->key_count, sizeof *c->keys, by_key);
    for (size_t i = 1; i < c->key_count; i++) {
        if (strcmp(c->keys[kept].id, c->keys[i].id) != 0)
            c->keys[++kept] = c->keys[i];
        else if (c->keys[kept].active != c->keys[i].active)
            c->keys_status = (struct data_status){
                STATE_FAILED, "iam:ListAccessKeys: a key is listed twice, and differently",
                c->keys[i].source.file};
    }
    c->key_count = kept + 1;
}

static int collect_keys(struct collection *c, enum data_set fills, struct error *err)
{
    struct account *a = c->account;
    struct batch b = {.collection = c};
    int status;

    for (size_t i = 0; i < a->user_count; i++) {
        struct principal *user = &a->users[i];

        if (!freshness_asks(c->model, a, user, false, ASKED_KEYS))
            continue;
        user->credentials->asked |= ASKED_KEYS;
        batch_add(&b,
                  &(struct call){.operation = "ListAccessKeys",
                                 .parameters = json_parameter(&b.arena, "UserName", user->name),
                                 .receive = receive_keys,
                                 .context = reader_for(&b, user)},
                  &user->credentials->keys_status);
    }
    status = batch_run(&b, fills, err);
    for (size_t i = 0; i < a->user_count; i++) {
        const struct credentials *one = a->users[i].credentials;

        sort_keys(a->users[i].credentials);
        if (one->asked & ASKED_KEYS && one->keys_status.state != STATE_COMPLETE &&
            data_complete(a, fills))
            a->data[fills] = one->keys_status;
    }
    return status;
}

/* --- GetAccessKeyLastUsed --- */

static int use_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    (void)err;
    if (path && strcmp(path, "AccessKeyLastUsed") == 0) {
        r->seen = true;
        r->key->use_source = field_source(r->model, r->file, at);
    }
    return 0;
}

/* A key that was never used has no date, and "N/A" for service and region. */
static int use_end(void *context, const struct xml_at *at, const char *text, size_t len,
                   struct error *err)
{
    static const struct field fields[] = {
        {"AccessKeyLastUsed/LastUsedDate", 0, offsetof(struct access_key, used_at)},
        {"AccessKeyLastUsed/Region", 0, offsetof(struct access_key, used_region)},
        {"AccessKeyLastUsed/ServiceName", 0, offsetof(struct access_key, used_service)},
    };
    struct reader *r = context;
    const char *path = field_path(at);
    const struct field *row;
    void *target = r->key;

    if (path && strcmp(path, "UserName") == 0)
        note_name(r, text, len, r->user->name);
    row = path ? field_find(fields, sizeof fields / sizeof *fields, path) : NULL;
    if (!row || field_is(text, len, "N/A"))
        return 0;
    return field_store(r->model, row, &target, text, len, err);
}

static int receive_use(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {use_start, use_end};

    return read_one(call, answer, &handler, "AccessKeyLastUsed", err);
}

static void ask_use(struct batch *b, struct principal *user, struct access_key *key)
{
    struct reader *r = reader_for(b, user);

    r->key = key;
    user->credentials->asked |= ASKED_KEY_USE;
    batch_add(b,
              &(struct call){.operation = "GetAccessKeyLastUsed",
                             .parameters = json_parameter(&b->arena, "AccessKeyId", key->id),
                             .receive = receive_use,
                             .context = r},
              &key->use_status);
}

static int collect_key_use(struct collection *c, enum data_set fills, struct error *err)
{
    struct account *a = c->account;
    struct batch b = {.collection = c};

    for (size_t i = 0; i < a->user_count; i++) {
        struct principal *user = &a->users[i];

        if (!freshness_asks(c->model, a, user, false, ASKED_KEY_USE))
            continue;
        for (size_t k = 0; k < user->credentials->key_count; k++)
            if (user->credentials->keys[k].active)
                ask_use(&b, user, &user->credentials->keys[k]);
    }
    return batch_run(&b, fills, err);
}

/* --- GetMFADevice --- */

static int device_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    (void)err;
    if (path && strcmp(path, "Certifications/entry") == 0)
        r->certification = (struct tag){NULL, NULL};
    return 0;
}

static int add_certification(struct reader *r, struct error *err)
{
    struct device *d = r->device;

    if (!r->certification.key || !r->certification.value)
        return fail(err, ERR_FORMAT, "a certification without key or value");
    *arena_push(&r->model->arena, d->certifications, d->certification_count) = r->certification;
    return 0;
}

static int device_end(void *context, const struct xml_at *at, const char *text, size_t len,
                      struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    if (!path)
        return 0;
    if (strcmp(path, "SerialNumber") == 0) {
        r->seen = true;
        r->of_another = r->of_another || !field_is(text, len, r->device->serial);
    }
    if (strcmp(path, "UserName") == 0)
        note_name(r, text, len, r->user->name);
    if (strcmp(path, "Certifications/entry/key") == 0)
        return collect_text(r->model, text, len, &r->certification.key, err);
    if (strcmp(path, "Certifications/entry/value") == 0)
        return collect_text(r->model, text, len, &r->certification.value, err);
    if (strcmp(path, "Certifications/entry") == 0)
        return add_certification(r, err);
    return 0;
}

static int by_tag(const void *a, const void *b)
{
    const struct tag *x = a, *y = b;
    int order = strcmp(x->key, y->key);

    return order ? order : strcmp(x->value, y->value);
}

static int receive_device(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {device_start, device_end};
    struct reader *r = call->context;
    struct device *d = r->device;

    d->certification_count = 0;
    if (read_one(call, answer, &handler, "SerialNumber", err)) {
        d->certification_count = 0;
        return -1;
    }
    if (d->certification_count > 1)
        qsort(d->certifications, d->certification_count, sizeof *d->certifications, by_tag);
    d->certified_source =
        (struct source){arena_strdup(&r->model->arena, r->file), "/*/GetMFADeviceResult", NULL};
    return 0;
}

static void ask_device(struct batch *b, struct principal *user, struct device *d)
{
    const char *const pairs[] = {"SerialNumber", d->serial, "UserName", user->name, NULL};
    struct reader *r = reader_for(b, user);

    r->device = d;
    batch_add(b,
              &(struct call){.operation = "GetMFADevice",
                             .parameters = json_parameters(&b->arena, pairs, 0),
                             .receive = receive_device,
                             .context = r},
              &d->certified_status);
}

static int collect_fido(struct collection *c, enum data_set fills, struct error *err)
{
    struct account *a = c->account;
    struct batch b = {.collection = c};

    for (size_t i = 0; i < a->user_count; i++)
        for (size_t d = 0; d < a->users[i].device_count; d++)
            if (a->users[i].devices[d].kind == DEVICE_FIDO)
                ask_device(&b, &a->users[i], &a->users[i].devices[d]);
    return batch_run(&b, fills, err);
}

static const struct collector rows[] = {
    {DATA_LOGIN_PROFILES, "iam", "iam:GetLoginProfile", EVERY_ACCOUNT, collect_logins},
    {DATA_ACCESS_KEYS, "iam", "iam:ListAccessKeys", EVERY_ACCOUNT, collect_keys},
    {DATA_KEY_USE, "iam", "iam:GetAccessKeyLastUsed", EVERY_ACCOUNT, collect_key_use},
    {DATA_FIDO_DEVICES, "iam", "iam:GetMFADevice", EVERY_ACCOUNT, collect_fido},
};
const struct collector_list credential_collectors = {rows, sizeof rows / sizeof *rows};
