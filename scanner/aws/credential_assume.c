/* credential_assume.c - roles: STS AssumeRole, and profiles that name a role and its source. */
#include <stdio.h>
#include <string.h>

#include "aws/credential_private.h"
#include "base/env.h"
#include "base/secret.h"
#include "base/terminal.h"
#include "base/text.h"

#define STS_TIMEOUT_MS 20000L
#define CODE_WAIT_MS 120000L
#define BODY_MAX ((size_t)65536)

/* --- STS ------------------------------------------------------------------------------------- */

void credential_session_name(const char *wanted, char out[65])
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-";
    size_t n = 0;

    for (; *wanted && n < 64; wanted++)
        out[n++] = strchr(allowed, *wanted) ? *wanted : '-';
    while (n < 2)
        out[n++] = '-';
    out[n] = '\0';
}

/* The second part of an ARN, "aws-cn". */
static const char *partition_of_arn(const char *arn)
{
    const char *start = strncmp(arn, "arn:", 4) == 0 ? arn + 4 : NULL;
    size_t len = start ? strcspn(start, ":") : 0;
    char name[32];

    if (!start || len >= sizeof name)
        return NULL;
    memcpy(name, start, len);
    name[len] = '\0';

    const struct partition *p = partition_find(name);

    return p ? p->name : NULL;
}

static int sts_endpoint(const struct credential_settings *s, const struct sts_call *call,
                        struct endpoint *out, struct error *err)
{
    struct endpoint_question q = {.service = "sts", .region = call->region, .config = s->config};

    if (!q.region)
        q.partition = partition_of_arn(call->role_arn);
    return endpoint_resolve(&q, out, err);
}

/* An answer that is not whole is asked for once more. */
static int ask_sts(const struct credential_settings *s, const struct ask *a,
                   struct credentials *out, struct error *err)
{
    out->clock_offset = s->clock_offset;
    for (bool again = a->attempts != 1;; again = false) {
        struct http_response rs;
        struct error bad = {0};

        if (credential_ask(s, a, &out->clock_offset, &rs, err))
            return -1;

        int result = rs.status == 200 ? credential_from_sts(a->what, &rs.body, out, &bad)
                                      : credential_refused(a->what, &rs, &bad);

        http_response_clear(&rs);
        if (result == 0)
            return 0;
        if (!again || bad.code != ERR_FORMAT) {
            *err = bad;
            return -1;
        }
    }
}

int credential_sts(const struct credential_settings *s, const struct sts_call *call,
                   struct credentials *out, struct error *err)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8"};
    cleanup_secret struct strbuf body = STRBUF_INIT(BODY_MAX);
    struct endpoint endpoint;
    char what[64];
    int attempts;

    (void)snprintf(what, sizeof what, "sts:%s", call->action);
    if (sts_endpoint(s, call, &endpoint, err) || config_max_attempts(s->config, 0, &attempts, err))
        return fail_in(err, "%s", what);
    secret_reserve(&body);
    strbuf_addf(&body, "Action=%s&Version=%s", call->action, endpoint.service->version);
    strbuf_add(&body, call->parameters->buf, call->parameters->len);
    if (strbuf_finish(&body, what, err))
        return -1;

    struct ask a = {.what = what,
                    .method = "POST",
                    .url = endpoint.url,
                    .headers = headers,
                    .header_count = 1,
                    .body = &body,
                    .sign_with = call->sign_with,
                    .endpoint = &endpoint,
                    .timeout_ms = STS_TIMEOUT_MS,
                    .attempts = attempts};

    return ask_sts(s, &a, out, err);
}

/* --- AssumeRole ------------------------------------------------------------------------------ */

static int ask_code(const struct credential_settings *s, const char *serial, char code[16],
                    struct error *err)
{
    char prompt[320];

    if (s->unattended)
        return fail(err, ERR_AUTH,
                    "the role wants a new MFA code (mfa_serial), and a worker cannot ask for it");
    (void)snprintf(prompt, sizeof prompt, "MFA code of %.256s: ", serial);
    for (char *c = prompt; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
    if (terminal_ask(prompt, CODE_WAIT_MS, code, 16, err))
        return fail_in(err, "the role wants an MFA code (mfa_serial)");
    if (strlen(code) != 6 || strspn(code, "0123456789") != 6)
        return fail(err, ERR_AUTH, "an MFA code has six digits");
    return 0;
}

static int role_parameters(const struct credential_settings *s, const struct assume_role *role,
                           struct strbuf *out, struct error *err)
{
    char name[65], code[16], seconds[24];

    credential_session_name(role->session_name ? role->session_name : "reportgen", name);
    (void)snprintf(seconds, sizeof seconds, "%ld", role->duration);
    if (role->mfa_serial && ask_code(s, role->mfa_serial, code, err)) {
        secret_wipe(code, sizeof code);
        return -1;
    }
    credential_parameter(out, "RoleArn", role->role_arn);
    credential_parameter(out, "RoleSessionName", name);
    credential_parameter(out, "ExternalId", role->external_id);
    credential_parameter(out, "DurationSeconds", role->duration > 0 ? seconds : NULL);
    if (role->mfa_serial) {
        credential_parameter(out, "SerialNumber", role->mfa_serial);
        credential_parameter(out, "TokenCode", code);
        secret_wipe(code, sizeof code);
    }
    return strbuf_finish(out, "sts:AssumeRole", err);
}

int credentials_assume_role(const struct credential_settings *s, const struct credentials *with,
                            const struct assume_role *role, struct credentials *out,
                            struct error *err)
{
    cleanup_secret struct strbuf parameters = STRBUF_INIT(BODY_MAX / 2);
    cleanup_credentials struct credentials got = {0};
    struct sts_call call = {.action = "AssumeRole",
                            .region = role->region,
                            .role_arn = role->role_arn,
                            .parameters = &parameters,
                            .sign_with = with};
    struct arena arena = {0};

    secret_reserve(&parameters);
    if (role_parameters(s, role, &parameters, err) || credential_sts(s, &call, &got, err)) {
        (void)fail_in(err, "%s", text_shown(&arena, role->role_arn));
        arena_free(&arena);
        return -1;
    }
    (void)snprintf(got.source, sizeof got.source, "role %.120s", role->role_arn);
    (void)snprintf(got.region, sizeof got.region, "%s", with->region);
    *out = got;
    return 0;
}

/* --- Profiles with a role -------------------------------------------------------------------- */

static bool has_static_keys(const struct chain *c)
{
    return credential_setting(c, "aws_access_key_id") ||
           credential_setting(c, "aws_secret_access_key");
}

/* Is `profile` this one, or one that led here? */
static bool was_visited(const struct chain *c, const char *profile, size_t *depth)
{
    bool seen = false;

    for (*depth = 0; c; c = c->from, (*depth)++)
        seen = seen || strcmp(c->profile, profile) == 0;
    return seen;
}

static enum provided from_profile(const struct chain *c, const char *source,
                                  struct credentials *out, struct error *err)
{
    struct chain next = {c->s, source, c};
    size_t depth;
    bool itself = strcmp(source, c->profile) == 0;

    if (!config_has(c->s->config, CONFIG_PROFILE, source)) {
        (void)fail(err, ERR_CONFIG, "profile %.100s: its source_profile %.100s does not exist",
                   c->profile, source);
        return PROVIDED_ERROR;
    }
    if ((was_visited(c, source, &depth) && !(itself && has_static_keys(&next))) ||
        depth >= CREDENTIAL_CHAIN_MAX) {
        (void)fail(err, ERR_CONFIG, "profile %.100s: source_profile %.100s leads in a circle",
                   c->profile, source);
        return PROVIDED_ERROR;
    }

    enum provided got = credential_chain(&next, out, err);

    if (got == PROVIDED_NOTHING) {
        (void)fail(err, ERR_AUTH, "profile %.100s: its source_profile %.100s has no credentials",
                   c->profile, source);
        return PROVIDED_ERROR;
    }
    return got;
}

/* To add one: a row. */
static const struct {
    const char *name;
    enum provided (*resolve)(const struct chain *c, struct credentials *out, struct error *err);
} sources[] = {
    {"Environment", credential_environment},
    {"Ec2InstanceMetadata", credential_instance},
    {"EcsContainer", credential_container},
};

static enum provided from_source(const struct chain *c, const char *name, struct credentials *out,
                                 struct error *err)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (text_icmp(sources[i].name, name) != 0)
            continue;

        enum provided got = sources[i].resolve(c, out, err);

        if (got == PROVIDED_NOTHING)
            (void)fail(err, ERR_AUTH, "profile %.100s: its credential_source %s has none",
                       c->profile, sources[i].name);
        return got == PROVIDED ? PROVIDED : PROVIDED_ERROR;
    }
    (void)fail(err, ERR_CONFIG,
               "profile %.100s: credential_source is not one of Environment, "
               "Ec2InstanceMetadata, EcsContainer",
               c->profile);
    return PROVIDED_ERROR;
}

static int take_duration(const struct chain *c, long *out, struct error *err)
{
    const char *text = credential_setting(c, "duration_seconds");

    *out = 0;
    if (!text)
        return 0;
    if (strspn(text, "0123456789") == strlen(text) && strlen(text) <= 5)
        for (const char *s = text; *s; s++)
            *out = *out * 10 + (*s - '0');
    if (*out < 900 || *out > 43200)
        return fail(err, ERR_CONFIG, "profile %.100s: duration_seconds: not 900 to 43200",
                    c->profile);
    return 0;
}

static enum provided assume_for(const struct chain *c, const struct credentials *source,
                                struct credentials *out, struct error *err)
{
    struct assume_role role = {.role_arn = credential_setting(c, "role_arn"),
                               .session_name = c->s->session_name,
                               .external_id = credential_setting(c, "external_id"),
                               .mfa_serial = credential_setting(c, "mfa_serial")};

    if (!role.session_name)
        role.session_name = credential_setting(c, "role_session_name");
    if (take_duration(c, &role.duration, err) ||
        config_region(c->s->config, c->s->region, &role.region, err))
        return PROVIDED_ERROR;
    if (!role.region && *source->region)
        role.region = source->region;
    if (credentials_assume_role(c->s, source, &role, out, err)) {
        (void)fail_in(err, "profile %.100s", c->profile);
        return PROVIDED_ERROR;
    }
    (void)snprintf(out->source, sizeof out->source, "profile %.140s", c->profile);
    return PROVIDED;
}

enum provided credential_profile_role(const struct chain *c, struct credentials *out,
                                      struct error *err)
{
    const char *profile = credential_setting(c, "source_profile");
    const char *source = credential_setting(c, "credential_source");
    cleanup_credentials struct credentials first = {0};

    if (!credential_setting(c, "role_arn") || credential_setting(c, "web_identity_token_file"))
        return PROVIDED_NOTHING;
    if (c->from && has_static_keys(c)) /* as a source, its own keys count first */
        return PROVIDED_NOTHING;
    if (!profile == !source) {
        (void)fail(err, ERR_CONFIG,
                   "profile %.100s has role_arn and %s source_profile %s credential_source",
                   c->profile, profile ? "both" : "neither", profile ? "and" : "nor");
        return PROVIDED_ERROR;
    }

    enum provided got =
        profile ? from_profile(c, profile, &first, err) : from_source(c, source, &first, err);

    return got == PROVIDED ? assume_for(c, &first, out, err) : got;
}
