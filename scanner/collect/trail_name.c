/* trail_name.c - what the names of CloudTrail's files tell. */
#include <stdio.h>
#include <string.h>

#include "aws/config.h"
#include "base/clock.h"
#include "collect/trail.h"

static const char ending[] = ".json.gz";

/* "20261101T0005Z", "20261101T000512Z" */
static bool parse_time(const char *text, size_t len, bool seconds, time_t *out)
{
    size_t digits = seconds ? 6 : 4;
    char rfc[CLOCK_TEXT];

    if (len != digits + 10 || strspn(text, "0123456789") != 8 || text[8] != 'T' ||
        strspn(text + 9, "0123456789") != digits || text[digits + 9] != 'Z')
        return false;
    (void)snprintf(rfc, sizeof rfc, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", text, text + 4, text + 6,
                   text + 9, text + 11, seconds ? text + 13 : "00");
    return clock_parse(rfc, out);
}

/* The next part of a name, up to '_'; NULL: there is none of at most `most` bytes. */
static const char *part(const char **at, size_t most, size_t *len)
{
    const char *begin = *at;

    *len = strcspn(begin, "_");
    if (*len == 0 || *len > most || begin[*len] != '_')
        return NULL;
    *at = begin + *len + 1;
    return begin;
}

static bool take_part(const char **at, char *out, size_t size)
{
    size_t len;
    const char *text = part(at, size - 1, &len);

    if (!text)
        return false;
    memcpy(out, text, len);
    out[len] = '\0';
    return true;
}

/* "20261101T0005Z_x" of a log file. */
static bool parse_log(const char *at, size_t len, struct trail_name *out)
{
    size_t time_len;
    const char *time = part(&at, 14, &time_len);

    return time && parse_time(time, time_len, false, &out->delivered) && len > time_len + 1;
}

/* The last part of text[0..*len), behind '_', which is cut off. NULL: there is none. */
static const char *last_part(const char *text, size_t *len, size_t *part_len)
{
    size_t at = *len;

    while (at > 0 && text[at - 1] != '_')
        at--;
    if (at < 2 || at == *len)
        return NULL;
    *part_len = *len - at;
    *len = at - 1;
    return text + at;
}

/* "TRAIL_us-east-1_20261101T000512Z", "TRAIL_us-east-1_20261101T000512Z_backfill" of a digest file:
 * a trail's name may hold '_' too. */
static bool parse_digest(const char *at, size_t len, struct trail_name *out)
{
    size_t part_len = 0;
    const char *last = last_part(at, &len, &part_len), *home;

    out->is_backfill = last && part_len == 8 && memcmp(last, "backfill", 8) == 0;
    if (out->is_backfill)
        last = last_part(at, &len, &part_len);
    if (!last || !parse_time(last, part_len, true, &out->delivered))
        return false;
    home = last_part(at, &len, &part_len);
    if (!home || part_len >= sizeof out->home || len == 0 || len >= sizeof out->trail)
        return false;
    memcpy(out->home, home, part_len);
    memcpy(out->trail, at, len);
    return config_is_region(out->home);
}

bool trail_name_parse(const char *path, struct trail_name *out)
{
    const char *slash = strrchr(path, '/'), *at = slash ? slash + 1 : path;
    struct trail_name name = {.delivered = 0};
    char kind[24];
    size_t len;

    if (!take_part(&at, name.account, sizeof name.account) ||
        strspn(name.account, "0123456789") != 12 || !take_part(&at, kind, sizeof kind) ||
        !take_part(&at, name.region, sizeof name.region) || !config_is_region(name.region))
        return false;
    name.is_digest = strcmp(kind, "CloudTrail-Digest") == 0;
    if (!name.is_digest && strcmp(kind, "CloudTrail") != 0)
        return false;
    len = strlen(at);
    if (len <= strlen(ending) || strcmp(at + len - strlen(ending), ending) != 0)
        return false;
    len -= strlen(ending);
    if (!(name.is_digest ? parse_digest(at, len, &name) : parse_log(at, len, &name)))
        return false;
    *out = name;
    return true;
}
