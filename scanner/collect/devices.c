/* devices.c - MFA devices: iam:ListVirtualMFADevices for the account, iam:ListMFADevices for the
 * users whom freshness.h names.
 *
 * ListVirtualMFADevices is the only list that shows a root user's device without root credentials;
 * it holds virtual devices only. ListMFADevices shows every kind. A root device is recognised by
 * its owner's ARN, never by the name root-account-mfa-device, which any user's device may bear. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "collect/batch.h"
#include "collect/fields.h"
#include "collect/freshness.h"
#include "collect/json_list.h"
#include "policy/administrator.h"

struct reader {
    struct collection *collection;
    struct call *call;
    const char *file;
    struct device device;
    struct principal *user;    /* whose list it is; NULL for the account's virtual devices */
    bool truncated, seen_list; /* of the page at hand */
    bool named;                /* the device at hand has a UserName */
};

static void add_device(struct reader *r)
{
    struct arena *arena = &r->collection->model->arena;
    struct account *a = r->collection->account;
    struct device *d = r->user ? arena_push(arena, r->user->devices, r->user->device_count)
                               : arena_push(arena, a->virtual_devices, a->virtual_device_count);

    *d = r->device;
    d->kind = device_kind_of(d->serial);
    if (r->user)
        d->owner_arn = r->user->arn;
}

/* Where an element's text goes; the same words in both lists. */
static const struct field device_fields[] = {
    {"VirtualMFADevices/member/SerialNumber", 0, offsetof(struct device, serial)},
    {"VirtualMFADevices/member/EnableDate", 0, offsetof(struct device, enabled_at)},
    {"VirtualMFADevices/member/User/Arn", 0, offsetof(struct device, owner_arn)},
    {"MFADevices/member/SerialNumber", 0, offsetof(struct device, serial)},
    {"MFADevices/member/EnableDate", 0, offsetof(struct device, enabled_at)},
};

static const char *const lists[] = {"VirtualMFADevices", "MFADevices"};
static const char *const members[] = {"VirtualMFADevices/member", "MFADevices/member"};

static bool is_one_of(const char *path, const char *const words[2])
{
    return strcmp(path, words[0]) == 0 || strcmp(path, words[1]) == 0;
}

static int device_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    (void)err;
    if (path && is_one_of(path, lists)) {
        struct source *list =
            r->user ? &r->user->devices_source : &r->collection->account->virtual_devices_source;

        r->seen_list = true;
        if (!list->file)
            *list = field_source(r->collection->model, r->file, at);
    }
    if (path && strcmp(path, "VirtualMFADevices/member/User") == 0)
        r->device.owner_arn = "";
    if (path && is_one_of(path, members)) {
        r->device = (struct device){.source = field_source(r->collection->model, r->file, at)};
        r->named = false;
    }
    return 0;
}

/* Does this element say that the device belongs to somebody else than the user who was asked about?
 */
static bool is_of_another(const struct reader *r, const char *path, const char *text, size_t len)
{
    return r->user && strcmp(path, "MFADevices/member/UserName") == 0 &&
           (strlen(r->user->name) != len || memcmp(r->user->name, text, len) != 0);
}

/* What a device in use always has: a serial number, of this account where it is an ARN, and a date;
 * in a user's list also that user's name. */
static int check_device(const struct reader *r, struct error *err)
{
    const struct device *d = &r->device;
    const char *account = r->collection->account->id;

    if (!d->serial || !*d->serial)
        return fail(err, ERR_FORMAT, "a device without SerialNumber");
    if (strncmp(d->serial, "arn:", 4) == 0 && !field_arn_is_of(d->serial, account))
        return fail(err, ERR_FORMAT, "a device of another account");
    if (d->owner_arn && *d->owner_arn && !field_arn_is_of(d->owner_arn, account))
        return fail(err, ERR_FORMAT, "a device of a user of another account");
    if (r->user && (!d->enabled_at || !r->named))
        return fail(err, ERR_FORMAT, "a device without UserName or EnableDate");
    return 0;
}

static int device_end(void *context, const struct xml_at *at, const char *text, size_t len,
                      struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);
    const struct field *row;
    void *target = &r->device;

    if (!path)
        return 0;
    if (is_of_another(r, path, text, len))
        return fail(err, ERR_FORMAT, "a device of another user");
    r->named = r->named || strcmp(path, "MFADevices/member/UserName") == 0;
    if (strcmp(path, "IsTruncated") == 0)
        return field_boolean(text, len, &r->truncated, err);
    if (strcmp(path, "Marker") == 0)
        return collect_next(r->collection->model, r->call, text, len, err);
    if (is_one_of(path, members)) {
        if (check_device(r, err))
            return -1;
        add_device(r);
    }
    row = field_find(device_fields, sizeof device_fields / sizeof *device_fields, path);
    return row ? field_store(r->collection->model, row, &target, text, len, err) : 0;
}

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {device_start, device_end};
    struct reader *r = call->context;

    r->call = call;
    r->file = answer->page->file;
    r->truncated = r->seen_list = false;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->seen_list)
        return fail(err, ERR_FORMAT, "%s: no list of devices", r->file);
    if (r->truncated != (call->next != NULL))
        return fail(err, ERR_FORMAT, "%s: IsTruncated and Marker disagree", r->file);
    return 0;
}

static int by_owner(const void *a, const void *b)
{
    const struct device *x = *(const struct device *const *)a,
                        *y = *(const struct device *const *)b;
    int order = strcmp(x->owner_arn, y->owner_arn);

    return order ? order : strcmp(x->serial, y->serial);
}

/* Give a user the devices that the account's list says are his; `owned` is sorted by owner. */
static void give_to(struct principal *user, const struct device **owned, size_t count)
{
    size_t low = 0, high = count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(owned[middle]->owner_arn, user->arn) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < count && strcmp(owned[end]->owner_arn, user->arn) == 0;)
        end++;
    user->credentials->virtual_devices = owned + low;
    user->credentials->virtual_count = end - low;
}

static void give_to_users(struct collection *c)
{
    struct account *a = c->account;
    const struct device **owned =
        arena_new(&c->model->arena, const struct device *, a->virtual_device_count);
    size_t count = 0;

    for (size_t i = 0; i < a->virtual_device_count; i++)
        if (a->virtual_devices[i].owner_arn)
            owned[count++] = &a->virtual_devices[i];
    qsort(owned, count, sizeof *owned, by_owner);
    for (size_t i = 0; i < a->user_count; i++)
        give_to(&a->users[i], owned, count);
}

static int collect_virtual(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.collection = c};
    struct call call = {.service = "iam",
                        .operation = "ListVirtualMFADevices",
                        .parameters = "{\"AssignmentStatus\":\"Any\",\"MaxItems\":\"1000\"}",
                        .receive = receive,
                        .context = &r};
    int status = collect_one(c, fills, &call, err);

    model_sort(c->account);
    collect_note_contradiction(c, fills);
    if (data_complete(c->account, fills))
        give_to_users(c);
    return status;
}

static int serial_against(const void *key, const void *element)
{
    return strcmp(key, ((const struct device *)element)->serial);
}

static const struct device *listed_device(const struct account *a, const char *serial)
{
    return a->virtual_device_count ? bsearch(serial, a->virtual_devices, a->virtual_device_count,
                                             sizeof *a->virtual_devices, serial_against)
                                   : NULL;
}

/* A user's virtual device must stand in the account's list, as that user's: else one of the two
 * lists is not what it should be, and neither is relied on for what they disagree about. */
static void compare_device(struct collection *c, struct principal *user, const struct device *d)
{
    struct account *a = c->account;
    const struct device *listed = listed_device(a, d->serial);
    struct arena *arena = &c->model->arena;

    if (!listed)
        a->data[DATA_VIRTUAL_DEVICES] = (struct data_status){
            STATE_INCOMPLETE,
            arena_printf(arena, "iam:ListVirtualMFADevices: device %s of a user is not in the list",
                         text_shown(arena, d->serial)),
            a->virtual_devices_source.file};
    else if (!listed->owner_arn || strcmp(listed->owner_arn, user->arn) != 0)
        user->devices_status =
            (struct data_status){STATE_FAILED,
                                 arena_printf(arena,
                                              "iam:ListMFADevices: device %s is not this user's in "
                                              "iam:ListVirtualMFADevices",
                                              text_shown(arena, d->serial)),
                                 d->source.file};
}

static void compare_lists(struct collection *c)
{
    struct account *a = c->account;
    bool complete = data_complete(a, DATA_VIRTUAL_DEVICES);

    for (size_t u = 0; complete && u < a->user_count; u++)
        for (size_t d = 0; d < a->users[u].device_count; d++)
            if (a->users[u].devices[d].kind == DEVICE_VIRTUAL)
                compare_device(c, &a->users[u], &a->users[u].devices[d]);
    for (size_t u = 0; u < a->user_count; u++)
        if (a->users[u].credentials->asked & ASKED_DEVICES &&
            a->users[u].devices_status.state != STATE_COMPLETE &&
            data_complete(a, DATA_USER_DEVICES))
            a->data[DATA_USER_DEVICES] = a->users[u].devices_status;
}

static void ask_devices(struct collection *c, struct batch *b, struct principal *user)
{
    struct reader *reader = arena_new(&b->arena, struct reader, 1);

    *reader = (struct reader){.collection = c, .user = user};
    user->credentials->asked |= ASKED_DEVICES;
    batch_add(b,
              &(struct call){.operation = "ListMFADevices",
                             .parameters = json_parameter(&b->arena, "UserName", user->name),
                             .receive = receive,
                             .context = reader},
              &user->devices_status);
}

/* A user deleted after the list was made answers NoSuchEntity: unknown too. */
static int collect_user_devices(struct collection *c, enum data_set fills, struct error *err)
{
    struct account *a = c->account;
    struct batch b = {.collection = c};
    struct arena scratch = {0};
    const struct administrator *who =
        c->model->freshness == FRESHNESS_CONFIRM ? administrators(a, &scratch) : NULL;
    int status;

    for (size_t i = 0; i < a->user_count; i++)
        if (freshness_asks(c->model, a, &a->users[i], who && who[i].verdict == ADMINISTRATOR_YES,
                           ASKED_DEVICES))
            ask_devices(c, &b, &a->users[i]);
    arena_free(&scratch);
    status = batch_run(&b, fills, err);
    model_sort(a);
    compare_lists(c);
    return status;
}

static const struct collector rows[] = {
    {DATA_VIRTUAL_DEVICES, "iam", "iam:ListVirtualMFADevices", EVERY_ACCOUNT, collect_virtual},
    {DATA_USER_DEVICES, "iam", "iam:ListMFADevices", EVERY_ACCOUNT, collect_user_devices},
};
const struct collector_list device_collectors = {rows, sizeof rows / sizeof *rows};
