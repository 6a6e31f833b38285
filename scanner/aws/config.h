/* config.h - ~/.aws/config and ~/.aws/credentials (inih), the chosen profile, and the settings
 * that come from the environment or from it.
 *
 * Files: AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/config and
 * ~/.aws/credentials; one that is not there is empty. Sections [default], [profile NAME] (NAME may
 * be quoted as in a shell), [sso-session NAME], [services NAME]; in the credentials file [NAME].
 * Comments begin with # or ; at the start of a line. A setting without a value opens a block of
 * indented "key = value" lines. Settings of both files are merged, the credentials file wins;
 * [profile default] wins over [default]; what is said twice counts as said last. Names of settings
 * are compared without regard to case. */
#ifndef AWS_CONFIG_H
#define AWS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"

enum config_kind { CONFIG_PROFILE, CONFIG_SSO_SESSION, CONFIG_SERVICES };

/* Where a setting stands, weakest first. */
enum config_origin { CONFIG_FROM_BARE_DEFAULT, CONFIG_FROM_CONFIG, CONFIG_FROM_CREDENTIALS };

struct config_section;
struct config {
    struct arena arena;   /* names and tables, no values */
    struct strbuf values; /* every value, wiped on close */
    struct config_section *sections;
    size_t section_count;
    const char *config_path, *credentials_path; /* NULL: no home directory */
    const char *profile;                        /* the chosen one, "default" when none was named */
    bool profile_explicit;                      /* by the caller, not by the environment */
};

/* Read both files and choose the profile: `profile` (may be NULL), else AWS_PROFILE, else
 * AWS_DEFAULT_PROFILE, else "default". Errors: ERR_CONFIG a named profile that is in neither file
 * (with the nearest name); ERR_FORMAT "path:line: ..."; ERR_IO, ERR_LIMIT. Close it in any case. */
int config_open(struct config *c, const char *profile, struct error *err);
/* The same from texts, for tests and fuzzing; either may be NULL. */
int config_parse(struct config *c, const char *config, const char *credentials, struct error *err);
void config_close(struct config *c);
#define cleanup_config CLEANUP(config_close)

bool config_has(const struct config *c, enum config_kind kind, const char *section);

/* Value of a setting of a section, or NULL when it is absent or empty. Borrowed; may be a secret.
 */
const char *config_get(const struct config *c, enum config_kind kind, const char *section,
                       const char *key);
/* The same, when it stands in the credentials file, or when it stands in the config file. */
const char *config_get_from(const struct config *c, enum config_origin origin, const char *profile,
                            const char *key);
/* `key` in the indented block `block` of a section. */
const char *config_get_nested(const struct config *c, enum config_kind kind, const char *section,
                              const char *block, const char *key);

/* A setting of the chosen profile. */
const char *config_value(const struct config *c, const char *key);

/* Region: `given`, else AWS_REGION, AWS_DEFAULT_REGION, the profile's; NULL: none. ERR_CONFIG when
 * it could not be part of a host name. Instance metadata is asked by credentials_resolve(). */
int config_region(const struct config *c, const char *given, const char **out, struct error *err);

/* Could this be a region's name? It may be part of a host name. */
bool config_is_region(const char *text);

/* AWS_CA_BUNDLE, else the profile's ca_bundle, else NULL. */
const char *config_ca_bundle(const struct config *c);

/* AWS_MAX_ATTEMPTS, else the profile's max_attempts, else `otherwise`. ERR_CONFIG unless 1..100. */
int config_max_attempts(const struct config *c, int otherwise, int *out, struct error *err);

/* AWS_USE_FIPS_ENDPOINT or use_fips_endpoint; AWS_USE_DUALSTACK_ENDPOINT or
 * use_dualstack_endpoint. */
bool config_use_fips(const struct config *c);
bool config_use_dualstack(const struct config *c);

/* The address set for a service by AWS_ENDPOINT_URL_<ID>, AWS_ENDPOINT_URL, the [services] section
 * that the profile names, or the profile's endpoint_url, in this order; NULL: none, or all turned
 * off by AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or ignore_configured_endpoint_urls. `id` is the
 * service's in capitals, "SSO_ADMIN". */
const char *config_endpoint_url(const struct config *c, const char *id);

/* Split a command as a shell would, without expanding anything: blanks separate, '...' takes all
 * literally, "..." takes \" and \\, \x outside is x. Words go into `store` one after the other, a
 * NUL after each; their number in *count. ERR_CONFIG on an open quote. */
int config_split_words(const char *text, struct strbuf *store, size_t *count, struct error *err);

#endif
