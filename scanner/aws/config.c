/* config.c - the chosen profile, and the settings that come from the environment or from it. */
#include "aws/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/config_private.h"
#include "base/cli.h"
#include "base/env.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/text.h"

#define FILE_BYTES_MAX (4 * MIB)

static const struct config_section *find_section(const struct config *c, enum config_kind kind,
                                                 const char *name)
{
    for (size_t i = 0; i < c->section_count; i++)
        if (c->sections[i].kind == kind && strcmp(c->sections[i].name, name) == 0)
            return &c->sections[i];
    return NULL;
}

bool config_has(const struct config *c, enum config_kind kind, const char *section)
{
    return find_section(c, kind, section) != NULL;
}

/* The last setting of the highest origin between the two. An empty value is none. */
static const char *lookup(const struct config_section *s, const struct config_key *key,
                          enum config_origin lowest, enum config_origin highest)
{
    const struct config_setting *best = NULL;

    for (size_t i = 0; s && i < s->count; i++) {
        const struct config_setting *x = &s->settings[i];

        if (x->origin >= lowest && x->origin <= highest && text_icmp(x->key, key->name) == 0 &&
            text_icmp(x->block, key->block) == 0 && (!best || x->origin >= best->origin))
            best = x;
    }
    return best && *best->value ? best->value : NULL;
}

const char *config_get(const struct config *c, enum config_kind kind, const char *section,
                       const char *key)
{
    return config_get_nested(c, kind, section, "", key);
}

const char *config_get_nested(const struct config *c, enum config_kind kind, const char *section,
                              const char *block, const char *key)
{
    struct config_key wanted = {block, key};

    return lookup(find_section(c, kind, section), &wanted, CONFIG_FROM_BARE_DEFAULT,
                  CONFIG_FROM_CREDENTIALS);
}

const char *config_get_from(const struct config *c, enum config_origin origin, const char *profile,
                            const char *key)
{
    struct config_key wanted = {"", key};
    const struct config_section *s = find_section(c, CONFIG_PROFILE, profile);

    if (origin == CONFIG_FROM_CREDENTIALS)
        return lookup(s, &wanted, CONFIG_FROM_CREDENTIALS, CONFIG_FROM_CREDENTIALS);
    return lookup(s, &wanted, CONFIG_FROM_BARE_DEFAULT, CONFIG_FROM_CONFIG);
}

const char *config_value(const struct config *c, const char *key)
{
    return config_get(c, CONFIG_PROFILE, c->profile, key);
}

/* --- Opening --------------------------------------------------------------------------------- */

static void start(struct config *c)
{
    *c = (struct config){.values = STRBUF_INIT(2 * FILE_BYTES_MAX), .profile = "default"};
}

void config_close(struct config *c)
{
    secret_free(&c->values);
    arena_free(&c->arena);
    c->sections = NULL;
    c->section_count = 0;
}

/* A file that is not there is an empty one; so is the null device, by which people say that no file
 * is to be read. */
static int read_one(const char *path, struct strbuf *text, struct error *err)
{
    struct error missing = {0};

    if (!path || file_is_null_device(path) ||
        secret_read(path, FILE_BYTES_MAX, text, &missing) == 0)
        return 0;
    if (missing.code == ERR_MISSING)
        return 0;
    *err = missing;
    return -1;
}

/* Values are never longer than the texts they stand in, so the store never moves. */
static int parse_both(struct config *c, const struct strbuf *config,
                      const struct strbuf *credentials, struct error *err)
{
    c->values.max = 2 * (config->len + credentials->len) + 16;
    secret_reserve(&c->values);
    return config_parse_text(c, config, CONFIG_FROM_CONFIG, err) ||
                   config_parse_text(c, credentials, CONFIG_FROM_CREDENTIALS, err)
               ? -1
               : 0;
}

int config_parse(struct config *c, const char *config, const char *credentials, struct error *err)
{
    cleanup_secret struct strbuf first = STRBUF_INIT(FILE_BYTES_MAX);
    cleanup_secret struct strbuf second = STRBUF_INIT(FILE_BYTES_MAX);

    start(c);
    c->config_path = "config";
    c->credentials_path = "credentials";
    strbuf_addstr(&first, config ? config : "");
    strbuf_addstr(&second, credentials ? credentials : "");
    if (strbuf_finish(&first, "config", err) || strbuf_finish(&second, "credentials", err))
        return -1;
    return parse_both(c, &first, &second, err);
}

static const char *path_of(struct config *c, const char *variable, const char *usual)
{
    const char *set = env_get(variable);

    return set ? env_expand_path(&c->arena, set) : env_home_path(&c->arena, usual);
}

static int no_profile(struct config *c, const char *name, struct error *err)
{
    const char **names = arena_new(&c->arena, const char *, c->section_count + 1);
    size_t n = 0;

    for (size_t i = 0; i < c->section_count; i++)
        if (c->sections[i].kind == CONFIG_PROFILE)
            names[n++] = c->sections[i].name;

    const char *near = cli_nearest(name, names);

    return fail(err, ERR_CONFIG, "no profile \"%s\"%s%s%s in %s or %s", text_shown(&c->arena, name),
                near ? " (did you mean \"" : "", near ? text_shown(&c->arena, near) : "",
                near ? "\"?)" : "", c->config_path ? c->config_path : "~/.aws/config",
                c->credentials_path ? c->credentials_path : "~/.aws/credentials");
}

static int choose_profile(struct config *c, const char *given, struct error *err)
{
    const char *named = given ? given : env_get("AWS_PROFILE");

    if (!named)
        named = env_get("AWS_DEFAULT_PROFILE");
    c->profile_explicit = given != NULL;
    if (!named)
        return 0;
    c->profile = arena_strdup(&c->arena, named);
    if (!config_has(c, CONFIG_PROFILE, named))
        return no_profile(c, named, err);
    return 0;
}

int config_open(struct config *c, const char *profile, struct error *err)
{
    cleanup_secret struct strbuf config = STRBUF_INIT(FILE_BYTES_MAX);
    cleanup_secret struct strbuf credentials = STRBUF_INIT(FILE_BYTES_MAX);

    start(c);
    c->config_path = path_of(c, "AWS_CONFIG_FILE", ".aws/config");
    c->credentials_path = path_of(c, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
    if (read_one(c->config_path, &config, err) || read_one(c->credentials_path, &credentials, err))
        return -1;
    if (parse_both(c, &config, &credentials, err))
        return -1;
    return choose_profile(c, profile, err);
}

/* --- Settings -------------------------------------------------------------------------------- */

static bool is_true(const char *text)
{
    return text && text_icmp(text, "true") == 0;
}

/* The environment first. */
static bool is_switched_on(const struct config *c, const char *variable, const char *key)
{
    const char *set = env_get(variable);

    return is_true(set ? set : config_value(c, key));
}

bool config_use_fips(const struct config *c)
{
    return is_switched_on(c, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
}

bool config_use_dualstack(const struct config *c)
{
    return is_switched_on(c, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
}

bool config_is_region(const char *text)
{
    size_t len = strlen(text);

    return len >= 1 && len < 64 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len &&
           text[0] != '-';
}

int config_region(const struct config *c, const char *given, const char **out, struct error *err)
{
    const char *region = given;

    if (!region)
        region = env_get("AWS_REGION");
    if (!region)
        region = env_get("AWS_DEFAULT_REGION");
    if (!region)
        region = config_value(c, "region");
    if (region && !config_is_region(region))
        return fail(err, ERR_CONFIG, "the region is not a name such as eu-central-1");
    *out = region;
    return 0;
}

const char *config_ca_bundle(const struct config *c)
{
    const char *set = env_get("AWS_CA_BUNDLE");

    return set ? set : config_value(c, "ca_bundle");
}

int config_max_attempts(const struct config *c, int otherwise, int *out, struct error *err)
{
    const char *text = env_get("AWS_MAX_ATTEMPTS");
    const char *what = text ? "AWS_MAX_ATTEMPTS" : "max_attempts";
    int value = 0;

    if (!text)
        text = config_value(c, "max_attempts");
    if (!text) {
        *out = otherwise;
        return 0;
    }
    if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 3)
        return fail(err, ERR_CONFIG, "%s: not a number from 1 to 100", what);
    for (; *text; text++)
        value = value * 10 + (*text - '0');
    if (value < 1 || value > 100)
        return fail(err, ERR_CONFIG, "%s: not a number from 1 to 100", what);
    *out = value;
    return 0;
}

const char *config_endpoint_url(const struct config *c, const char *id)
{
    char name[96], block[64];
    const char *services = config_value(c, "services");
    const char *url = NULL;

    if (is_switched_on(c, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
        return NULL;
    (void)snprintf(name, sizeof name, "AWS_ENDPOINT_URL_%s", id);
    (void)snprintf(block, sizeof block, "%s", id); /* compared without regard to case */
    url = env_get(name);
    if (!url)
        url = env_get("AWS_ENDPOINT_URL");
    if (!url && services)
        url = config_get_nested(c, CONFIG_SERVICES, services, block, "endpoint_url");
    return url ? url : config_value(c, "endpoint_url");
}
