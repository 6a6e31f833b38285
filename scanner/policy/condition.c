/* condition.c - reading the Condition element; comparing a request's value with a policy's. */
#include "policy/condition.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "policy/arn.h"
#include "policy/glob.h"

/* --- Reading ------------------------------------------------------------------------------------
 */

/* Operators without their set prefix and IfExists. To add one: a row. */
static const struct {
    const char *name;
    enum comparison comparison;
    enum order order;
    bool negated;
} operators[] = {
    {"StringEquals", COMPARE_STRING, ORDER_EQUAL, false},
    {"StringNotEquals", COMPARE_STRING, ORDER_EQUAL, true},
    {"StringEqualsIgnoreCase", COMPARE_STRING_IGNORING_CASE, ORDER_EQUAL, false},
    {"StringNotEqualsIgnoreCase", COMPARE_STRING_IGNORING_CASE, ORDER_EQUAL, true},
    {"StringLike", COMPARE_STRING_LIKE, ORDER_EQUAL, false},
    {"StringNotLike", COMPARE_STRING_LIKE, ORDER_EQUAL, true},
    {"NumericEquals", COMPARE_NUMBER, ORDER_EQUAL, false},
    {"NumericNotEquals", COMPARE_NUMBER, ORDER_EQUAL, true},
    {"NumericLessThan", COMPARE_NUMBER, ORDER_LESS, false},
    {"NumericLessThanEquals", COMPARE_NUMBER, ORDER_LESS_OR_EQUAL, false},
    {"NumericGreaterThan", COMPARE_NUMBER, ORDER_GREATER, false},
    {"NumericGreaterThanEquals", COMPARE_NUMBER, ORDER_GREATER_OR_EQUAL, false},
    {"DateEquals", COMPARE_DATE, ORDER_EQUAL, false},
    {"DateNotEquals", COMPARE_DATE, ORDER_EQUAL, true},
    {"DateLessThan", COMPARE_DATE, ORDER_LESS, false},
    {"DateLessThanEquals", COMPARE_DATE, ORDER_LESS_OR_EQUAL, false},
    {"DateGreaterThan", COMPARE_DATE, ORDER_GREATER, false},
    {"DateGreaterThanEquals", COMPARE_DATE, ORDER_GREATER_OR_EQUAL, false},
    {"Bool", COMPARE_BOOL, ORDER_EQUAL, false},
    {"BinaryEquals", COMPARE_BINARY, ORDER_EQUAL, false},
    {"IpAddress", COMPARE_ADDRESS, ORDER_EQUAL, false},
    {"NotIpAddress", COMPARE_ADDRESS, ORDER_EQUAL, true},
    {"ArnEquals", COMPARE_ARN, ORDER_EQUAL, false},
    {"ArnLike", COMPARE_ARN, ORDER_EQUAL, false},
    {"ArnNotEquals", COMPARE_ARN, ORDER_EQUAL, true},
    {"ArnNotLike", COMPARE_ARN, ORDER_EQUAL, true},
    {"Null", COMPARE_NULL, ORDER_EQUAL, false},
};

static bool take_prefix(const char **name, const char *prefix)
{
    size_t len = strlen(prefix);

    if (strncmp(*name, prefix, len) != 0)
        return false;
    *name += len;
    return true;
}

static void read_operator(struct arena *arena, struct condition *c)
{
    static const char if_exists[] = "ifexists";
    const char *name = text_lower(arena, c->operator_name);
    size_t len, tail = sizeof if_exists - 1;

    if (take_prefix(&name, "forallvalues:"))
        c->quantifier = QUANTIFIER_ALL;
    else if (take_prefix(&name, "foranyvalue:"))
        c->quantifier = QUANTIFIER_ANY;
    len = strlen(name);
    c->if_exists = len > tail && strcmp(name + len - tail, if_exists) == 0;
    name = arena_strndup(arena, name, len - (c->if_exists ? tail : 0));
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (text_icmp(operators[i].name, name) == 0) {
            c->comparison = operators[i].comparison;
            c->order = operators[i].order;
            c->negated = operators[i].negated;
        }
    if (c->comparison == COMPARE_NULL && (c->if_exists || c->quantifier != QUANTIFIER_NONE))
        c->comparison = COMPARE_UNKNOWN;
}

/* A text, or what stands for one without quotes. */
static int read_value(struct arena *arena, const cJSON *node, const char **out, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(64);

    if (cJSON_IsString(node)) {
        *out = arena_strdup(arena, node->valuestring);
        return 0;
    }
    if (!cJSON_IsBool(node) && !cJSON_IsNumber(node))
        return fail(err, ERR_FORMAT, "expected texts, numbers, true or false");
    if (json_canonical(node, &text, err))
        return -1;
    *out = arena_strdup(arena, text.buf);
    return 0;
}

static int read_values(struct arena *arena, const cJSON *node, struct condition *c,
                       struct error *err)
{
    bool list = cJSON_IsArray(node);

    for (const cJSON *v = list ? json_first(node) : node; v; v = list ? v->next : NULL) {
        const char *text = NULL;

        if (read_value(arena, v, &text, err))
            return -1;
        *arena_push(arena, c->values, c->value_count) = text;
    }
    return 0;
}

int condition_parse(struct arena *arena, const cJSON *element, struct condition **out,
                    size_t *count, struct error *err)
{
    if (!element)
        return 0;
    if (!cJSON_IsObject(element))
        return fail(err, ERR_FORMAT, "Condition: expected an object");
    for (const cJSON *block = json_first(element); block; block = block->next) {
        if (!cJSON_IsObject(block))
            return fail(err, ERR_FORMAT, "Condition/%s: expected an object", block->string);
        for (const cJSON *key = json_first(block); key; key = key->next) {
            struct condition *c = arena_push(arena, *out, *count);

            *c = (struct condition){.operator_name = arena_strdup(arena, block->string),
                                    .key = text_lower(arena, key->string)};
            read_operator(arena, c);
            if (read_values(arena, key, c, err))
                return fail_in(err, "Condition/%s/%s", block->string, key->string);
        }
    }
    return 0;
}

/* --- Comparing ----------------------------------------------------------------------------------
 */

static bool in_order(enum order order, double a, double b)
{
    switch (order) {
    case ORDER_LESS:
        return a < b;
    case ORDER_LESS_OR_EQUAL:
        return a <= b;
    case ORDER_GREATER:
        return a > b;
    case ORDER_GREATER_OR_EQUAL:
        return a >= b;
    default:
        return a >= b && a <= b;
    }
}

static bool read_number(const char *text, double *out)
{
    char *end;

    if (!*text || text[strspn(text, "0123456789+-.eE")])
        return false;
    *out = strtod(text, &end);
    return end != text && *end == '\0';
}

/* RFC 3339, a day alone, or seconds since 1970 (AWS: W3C's ISO 8601 profile, or epoch time). Four
 * digits may be a year or seconds, hence are neither. */
static bool read_date(const char *text, double *out)
{
    char whole[32];
    const char *dot = strchr(text, '.');
    time_t t;
    int len = snprintf(whole, sizeof whole, "%sT00:00:00Z", text);

    if (clock_parse(text, &t) || (len == 20 && clock_parse(whole, &t))) {
        *out = (double)t + (dot ? strtod(dot, NULL) : 0);
        return true;
    }
    return strlen(text) != 4 && read_number(text, out);
}

struct address {
    unsigned char bytes[16];
    unsigned bits; /* of the address: 32 or 128 */
    unsigned prefix;
};

/* An address, or a block in CIDR form. */
static bool read_address(const char *text, struct address *out)
{
    char plain[64];
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    char *end;
    unsigned long prefix;

    *out = (struct address){.bits = strchr(text, ':') ? 128 : 32};
    if (len >= sizeof plain)
        return false;
    memcpy(plain, text, len);
    plain[len] = '\0';
    if (inet_pton(out->bits == 128 ? AF_INET6 : AF_INET, plain, out->bytes) != 1)
        return false;
    out->prefix = out->bits;
    if (!slash)
        return true;
    prefix = strtoul(slash + 1, &end, 10);
    if (!isdigit((unsigned char)slash[1]) || *end || prefix > out->bits)
        return false;
    out->prefix = (unsigned)prefix;
    return true;
}

static bool same_network(const struct address *a, const struct address *network)
{
    unsigned whole = network->prefix / 8, rest = network->prefix % 8;
    unsigned mask = (0xff00u >> rest) & 0xff;

    return a->bits == network->bits && memcmp(a->bytes, network->bytes, whole) == 0 &&
           (rest == 0 || ((a->bytes[whole] ^ network->bytes[whole]) & mask) == 0);
}

static bool is_base64(const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t len = strlen(text), used = strspn(text, digits);

    return len % 4 == 0 && len - used <= 2 && text[used + strspn(text + used, "=")] == '\0';
}

bool condition_takes_variables(const struct condition *c)
{
    return c->comparison == COMPARE_STRING || c->comparison == COMPARE_STRING_IGNORING_CASE ||
           c->comparison == COMPARE_STRING_LIKE || c->comparison == COMPARE_ARN;
}

bool condition_understands(const struct condition *c, const char *value)
{
    struct arn_parts parts;
    struct address network;
    double n;

    switch (c->comparison) {
    case COMPARE_UNKNOWN:
    case COMPARE_UNREADABLE:
        return false;
    case COMPARE_NUMBER:
        return read_number(value, &n);
    case COMPARE_DATE:
        return read_date(value, &n);
    case COMPARE_BOOL:
    case COMPARE_NULL:
        return text_icmp(value, "true") == 0 || text_icmp(value, "false") == 0;
    case COMPARE_BINARY:
        return is_base64(value);
    case COMPARE_ADDRESS:
        return read_address(value, &network);
    case COMPARE_ARN:
        return strcmp(value, "*") == 0 || arn_split(value, &parts);
    default:
        return true;
    }
}

bool condition_compares(const struct condition *c, const char *of_request, const char *value)
{
    struct address a, network;
    double x, y;

    switch (c->comparison) {
    case COMPARE_STRING:
    case COMPARE_BINARY:
        return strcmp(of_request, value) == 0;
    case COMPARE_STRING_IGNORING_CASE:
    case COMPARE_BOOL:
        return text_icmp(of_request, value) == 0;
    case COMPARE_STRING_LIKE:
        return glob_match(value, of_request);
    case COMPARE_NUMBER:
        return read_number(of_request, &x) && read_number(value, &y) && in_order(c->order, x, y);
    case COMPARE_DATE:
        return read_date(of_request, &x) && read_date(value, &y) && in_order(c->order, x, y);
    case COMPARE_ADDRESS:
        return read_address(of_request, &a) && read_address(value, &network) &&
               same_network(&a, &network);
    case COMPARE_ARN:
        return arn_matches(value, of_request);
    default:
        return false;
    }
}

/* --- Texts on either side -----------------------------------------------------------------------
 */

static void add(struct candidates *out, const char *text)
{
    for (size_t i = 0; i < out->count; i++)
        if (strcmp(out->at[i], text) == 0)
            return;
    *arena_push(out->arena, out->at, out->count) = arena_strdup(out->arena, text);
}

static void add_numbers(const char *value, struct candidates *out)
{
    double n;

    if (!read_number(value, &n))
        return;
    add(out, value);
    add(out, arena_printf(out->arena, "%.17g", n - 1));
    add(out, arena_printf(out->arena, "%.17g", n + 1));
    add(out, arena_printf(out->arena, "%.17g", nextafter(n, -INFINITY)));
    add(out, arena_printf(out->arena, "%.17g", nextafter(n, INFINITY)));
}

#define LAST_DATE 253402300799.0 /* of the year 9999 */

static void add_dates(const char *value, struct candidates *out)
{
    double t;
    char text[CLOCK_TEXT];

    if (!read_date(value, &t) || t < -1 || t > LAST_DATE + 1)
        return;
    for (time_t step = -1; step <= 1; step++)
        if (floor(t) + (double)step >= 0 && floor(t) + (double)step <= LAST_DATE)
            add(out, clock_format((time_t)floor(t) + step, text));
}

/* The first address of the block, and one of every block beside it, from the nearest to the other
 * half of all addresses: whatever blocks leave uncovered has one of these in it. */
static void add_addresses(const char *value, struct candidates *out)
{
    struct address network, at;
    char text[INET6_ADDRSTRLEN];
    int family;

    if (!read_address(value, &network))
        return;
    family = network.bits == 128 ? AF_INET6 : AF_INET;
    for (unsigned bit = network.prefix; bit < network.bits; bit++)
        network.bytes[bit / 8] &= (unsigned char)~(0x80u >> (bit % 8));
    if (inet_ntop(family, network.bytes, text, sizeof text))
        add(out, text);
    for (unsigned bit = network.prefix; bit-- > 0;) {
        at = network;
        at.bytes[bit / 8] ^= (unsigned char)(0x80u >> (bit % 8));
        if (inet_ntop(family, at.bytes, text, sizeof text))
            add(out, text);
    }
}

void condition_candidates(const struct condition *c, const char *value, struct candidates *out)
{
    switch (c->comparison) {
    case COMPARE_NUMBER:
        add_numbers(value, out);
        break;
    case COMPARE_DATE:
        add_dates(value, out);
        break;
    case COMPARE_BOOL:
        add(out, "true");
        add(out, "false");
        break;
    case COMPARE_ADDRESS:
        add_addresses(value, out);
        break;
    default:
        break;
    }
}
