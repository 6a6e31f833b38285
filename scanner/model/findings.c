/* findings.c - words and weights of the enums, and the stable id. */
#include "model/findings.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/strbuf.h"

const char *status_name(enum status s)
{
    static const char *const names[] = {
#define X(id, word) [id] = word,
        STATUSES(X)
#undef X
    };

    return names[s];
}

/* To add a status: its place here too. */
static const enum status worst_first[STATUS_COUNT] = {
    STATUS_FAIL, STATUS_UNKNOWN, STATUS_MANUAL, STATUS_PASS, STATUS_NOT_APPLICABLE,
};

int status_rank(enum status s)
{
    int rank = 0;

    while (worst_first[rank] != s)
        rank++;
    return rank;
}

enum status status_worst(const size_t by_status[STATUS_COUNT])
{
    for (int i = 0; i < STATUS_COUNT; i++)
        if (by_status[worst_first[i]] > 0)
            return worst_first[i];
    return STATUS_NOT_APPLICABLE;
}

static const struct {
    const char *name, *title;
    int weight;
} severities[] = {
#define X(id, word, title, weight) [id] = {word, title, weight},
    SEVERITIES(X)
#undef X
};

const char *severity_name(enum severity s)
{
    return severities[s].name;
}

const char *severity_title(enum severity s)
{
    return severities[s].title;
}

int severity_weight(enum severity s)
{
    return severities[s].weight;
}

static const struct {
    const char *name, *title, *about;
    int weight;
} tiers[] = {
#define X(id, word, title, weight, about) [id] = {word, title, about, weight},
    TIERS(X)
#undef X
};

const char *tier_name(enum tier t)
{
    return tiers[t].name;
}

const char *tier_title(enum tier t)
{
    return tiers[t].title;
}

const char *tier_about(enum tier t)
{
    return tiers[t].about;
}

int tier_weight(enum tier t)
{
    return tiers[t].weight;
}

const char *layer_name(unsigned layers)
{
    static const char *const names[8] = {"", "D", "P", "D+P", "O", "D+O", "P+O", "D+P+O"};

    return names[layers & 7];
}

const char *layer_title(unsigned layers)
{
    static const char *const titles[8] = {
        "",
        "design",
        "population",
        "design and population",
        "operation",
        "design and operation",
        "population and operation",
        "design, population, operation",
    };

    return titles[layers & 7];
}

void findings_free(struct findings *f)
{
    arena_free(&f->arena);
    spool_free(&f->aside);
}

const char *finding_id(struct arena *arena, const char *check, const char *account,
                       const char *resource)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(4 * LIMIT_NAME_BYTES);
    char hex[DIGEST_HEX];

    strbuf_addstr(&sb, check);
    strbuf_addch(&sb, '\0');
    strbuf_addstr(&sb, account);
    strbuf_addch(&sb, '\0');
    strbuf_addstr(&sb, resource);
    return arena_printf(arena, "f-%.16s", digest_bytes(sb.buf, sb.len, hex));
}

const char *remedy_name(enum remedy_kind kind)
{
    static const char *const names[] = {
#define X(id, word) [id] = word,
        REMEDIES(X)
#undef X
    };

    return names[kind];
}
