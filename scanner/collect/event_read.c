/* event_read.c - a CloudTrail record's fields. */
#include "collect/event_read.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"

static int keep(const struct event_reader *r, const char *key, const char *text, const char **out,
                struct error *err)
{
    if (strlen(text) > LIMIT_NAME_BYTES)
        return fail(err, ERR_LIMIT, "%s: longer than %d bytes", key, LIMIT_NAME_BYTES);
    *out = arena_strdup(r->arena, text);
    return 0;
}

static int take(const struct event_reader *r, const cJSON *obj, const char *key, const char **out,
                struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    return *text ? keep(r, key, text, out, err) : fail(err, ERR_FORMAT, "%s: empty", key);
}

/* A field that may be absent, null or, as AWS writes some, empty: then *out stays as it is. */
static int take_some(const struct event_reader *r, const cJSON *obj, const char *key,
                     const char **out, struct error *err)
{
    const char *text = NULL;

    if (json_text_or_null(obj, key, &text, err))
        return -1;
    return text && *text ? keep(r, key, text, out, err) : 0;
}

/* A member object that may be absent or null: *out NULL. */
static int part(const cJSON *obj, const char *key, const cJSON **out, struct error *err)
{
    const cJSON *found = json_find(obj, key);

    *out = found && !cJSON_IsNull(found) ? found : NULL;
    if (*out && !cJSON_IsObject(*out))
        return fail(err, ERR_FORMAT, "%s: expected an object", key);
    return 0;
}

/* Yes or no, as text or as a JSON truth. */
static enum said said_in(const cJSON *obj, const char *key)
{
    const cJSON *value = json_find(obj, key);

    if (!value || cJSON_IsNull(value))
        return SAID_NOTHING;
    if (cJSON_IsBool(value))
        return cJSON_IsTrue(value) ? SAID_YES : SAID_NO;
    return cJSON_IsString(value) ? said_of(value->valuestring) : SAID_UNCLEAR;
}

static int read_session(const struct event_reader *r, const cJSON *identity,
                        struct event_identity *by, struct error *err)
{
    const cJSON *session, *attributes, *issuer;

    if (part(identity, "sessionContext", &session, err))
        return -1;
    if (!session)
        return 0;
    by->has_session = true;
    if (part(session, "attributes", &attributes, err) ||
        part(session, "sessionIssuer", &issuer, err))
        return fail_in(err, "sessionContext");
    by->mfa = said_in(attributes, "mfaAuthenticated");
    by->assumed_root = said_in(session, "assumedRoot") == SAID_YES;
    return take_some(r, issuer, "type", &by->issuer_type, err) ||
                   take_some(r, issuer, "arn", &by->issuer_arn, err)
               ? fail_in(err, "sessionContext.sessionIssuer")
               : 0;
}

static int read_identity(const struct event_reader *r, const cJSON *record,
                         struct event_identity *by, struct error *err)
{
    const cJSON *identity = json_object(record, "userIdentity", err), *behalf;

    if (!identity)
        return -1;
    if (take_some(r, identity, "type", &by->type, err) ||
        take_some(r, identity, "arn", &by->arn, err) ||
        take_some(r, identity, "principalId", &by->principal, err) ||
        take_some(r, identity, "accountId", &by->account, err) ||
        take_some(r, identity, "userName", &by->user, err) ||
        take_some(r, identity, "accessKeyId", &by->access_key, err) ||
        take_some(r, identity, "invokedBy", &by->invoked_by, err) ||
        part(identity, "onBehalfOf", &behalf, err) ||
        take_some(r, behalf, "userId", &by->center_user, err) || read_session(r, identity, by, err))
        return fail_in(err, "userIdentity");
    return 0;
}

/* Its address may be long and is only shown. */
static int read_login_to(const struct event_reader *r, const cJSON *data, struct event *out,
                         struct error *err)
{
    const char *text = NULL;

    if (json_text_or_null(data, "LoginTo", &text, err))
        return -1;
    out->login_to = text && *text ? text_shown(r->arena, text) : NULL;
    return 0;
}

static int read_additional(const struct event_reader *r, const cJSON *record, struct event *out,
                           struct error *err)
{
    const cJSON *data;

    if (part(record, "additionalEventData", &data, err))
        return -1;
    out->mfa_used = said_in(data, "MFAUsed");
    if (take_some(r, data, "MFAIdentifier", &out->mfa_identifier, err) ||
        take_some(r, data, "MfaType", &out->mfa_type, err) ||
        take_some(r, data, "CredentialType", &out->credential_type, err) ||
        take_some(r, data, "AuthWorkflowID", &out->workflow, err) ||
        read_login_to(r, data, out, err))
        return fail_in(err, "additionalEventData");
    return 0;
}

/* "Success" or "Failure" stands under the event's own name, in one of two places. */
static int read_outcome(const struct event_reader *r, const cJSON *record, struct event *out,
                        struct error *err)
{
    static const char *const places[] = {"responseElements", "serviceEventDetails"};

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const cJSON *place = json_find(record, places[i]);

        if (cJSON_IsObject(place) && cJSON_IsString(json_find(place, out->name)) &&
            take_some(r, place, out->name, &out->outcome, err))
            return fail_in(err, "%s", places[i]);
    }
    return 0;
}

/* Of requests and answers, which differ with every operation, what is used where it has its
 * documented form; another form is another operation's. */
static int read_some_text(const struct event_reader *r, const cJSON *obj, const char *key,
                          const char **out, struct error *err)
{
    return cJSON_IsString(json_find(obj, key)) ? take_some(r, obj, key, out, err) : 0;
}

static int read_operation(const struct event_reader *r, const cJSON *record, struct event *out,
                          struct error *err)
{
    const cJSON *asked = json_find(record, "requestParameters");
    const cJSON *credentials = json_find(json_find(record, "responseElements"), "credentials");

    if (read_some_text(r, asked, "userName", &out->target_user, err) ||
        read_some_text(r, asked, "serialNumber", &out->serial, err) ||
        read_some_text(r, credentials, "accessKeyId", &out->issued_key, err))
        return fail_in(err, "requestParameters or responseElements");
    return 0;
}

static int read_head(const struct event_reader *r, const cJSON *record, struct event *out,
                     struct error *err)
{
    const char *time = json_text(record, "eventTime", err), *receiver = NULL;

    if (!time)
        return -1;
    if (!clock_parse(time, &out->time))
        return fail(err, ERR_FORMAT, "eventTime: expected a time like 2026-11-24T06:14:00Z");
    if (take(r, record, "eventID", &out->id, err) ||
        take(r, record, "eventName", &out->name, err) ||
        take(r, record, "eventSource", &out->source, err) ||
        take(r, record, "awsRegion", &out->region, err) ||
        take_some(r, record, "errorCode", &out->error_code, err) ||
        json_text_or_null(record, "recipientAccountId", &receiver, err))
        return -1;
    if (receiver && strcmp(receiver, r->account) != 0)
        return fail(err, ERR_INTEGRITY, "an event of account %s, not of %s",
                    text_shown(r->arena, receiver), r->account);
    return 0;
}

int event_read(const struct event_reader *r, const cJSON *record, struct event *out,
               struct error *err)
{
    struct event e = {.time = 0};

    if (!cJSON_IsObject(record))
        return fail(err, ERR_FORMAT, "a record that is no object");
    if (read_head(r, record, &e, err) || read_identity(r, record, &e.by, err) ||
        read_additional(r, record, &e, err) || read_outcome(r, record, &e, err) ||
        read_operation(r, record, &e, err))
        return -1;
    *out = e;
    return 0;
}

int event_parse(const struct event_reader *r, const char *name, const char *text, size_t len,
                struct event *out, struct error *err)
{
    if (len > LIMIT_EVENT_BYTES)
        return fail(err, ERR_LIMIT, "%s: larger than %zu bytes", name, LIMIT_EVENT_BYTES);

    cleanup_json cJSON *record = json_parse(name, text, len, err);

    return record ? event_read(r, record, out, err) : -1;
}
