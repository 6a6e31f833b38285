/* clock.c - the only reader of time, and RFC 3339 texts in own calendar arithmetic. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#include "base/env.h"

#undef time /* this is its home: base/banned.h */

#define DAY 86400LL
#define LAST_SECOND 253402300799LL /* 9999-12-31T23:59:59Z */

struct calendar {
    int year, month, day, hour, minute, second;
};

static struct {
    bool fixed;
    time_t at;
} document;

time_t clock_now(void)
{
    return time(NULL);
}

static long long read_ms(clockid_t which)
{
    struct timespec now = {0};

    (void)clock_gettime(which, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long long clock_now_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

long long clock_ticks_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

void clock_sleep_ms(long ms)
{
    struct timespec wait = {ms / 1000, ms % 1000 * 1000000};

    if (ms > 0)
        (void)nanosleep(&wait, NULL);
}

/* Decimal digits text[0..count) as a number, -1 when one of them is something else. */
static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* A whole text of 1 to 12 digits as seconds up to the year 9999. */
static bool parse_seconds(const char *text, time_t *out)
{
    size_t len = strlen(text);
    long long value = 0;

    if (len < 1 || len > 12 || strspn(text, "0123456789") != len)
        return false;
    for (size_t i = 0; i < len; i++)
        value = value * 10 + (text[i] - '0');
    if (value > LAST_SECOND)
        return false;
    *out = (time_t)value;
    return true;
}

int clock_document(time_t *out, struct error *err)
{
    if (!document.fixed) {
        const char *epoch = env_get("SOURCE_DATE_EPOCH");

        if (epoch && !parse_seconds(epoch, &document.at))
            return fail(err, ERR_USAGE, "SOURCE_DATE_EPOCH: not a number of seconds since 1970");
        if (!epoch)
            document.at = clock_now();
        document.fixed = true;
    }
    *out = document.at;
    return 0;
}

int clock_set_document(const char *text, struct error *err)
{
    time_t at;

    if (!(text[0] == '@' ? parse_seconds(text + 1, &at) : clock_parse(text, &at)))
        return fail(err, ERR_USAGE,
                    "\"%.40s\": not a time such as 2026-11-24T06:14:00Z or @1795500840", text);
    document.at = at;
    document.fixed = true;
    return 0;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* Days from 1970-01-01 to the first day of a year from 1970 on. */
static long long days_before_year(int year)
{
    long long y = year - 1;

    return y * 365 + y / 4 - y / 100 + y / 400 - 719162; /* days of the years 1 to 1969 */
}

static long long seconds_of(const struct calendar *c)
{
    long long days = days_before_year(c->year) + c->day - 1;

    for (int month = 1; month < c->month; month++)
        days += days_in_month(c->year, month);
    return days * DAY + c->hour * 3600LL + c->minute * 60LL + c->second;
}

/* Times outside 1970..9999, which nothing here accepts, show as the nearest end. */
static struct calendar calendar_of(time_t t)
{
    long long s = t < 0 ? 0 : (long long)t > LAST_SECOND ? LAST_SECOND : (long long)t;
    long long days = s / DAY;
    long long rest = s % DAY;
    struct calendar c = {(int)(1970 + days / 366), 1, 1, 0, 0, 0};

    while (days_before_year(c.year + 1) <= days)
        c.year++;
    days -= days_before_year(c.year);
    while (days >= days_in_month(c.year, c.month))
        days -= days_in_month(c.year, c.month++);
    c.day = (int)days + 1;
    c.hour = (int)(rest / 3600);
    c.minute = (int)(rest / 60 % 60);
    c.second = (int)(rest % 60);
    return c;
}

const char *clock_format(time_t t, char out[CLOCK_TEXT])
{
    struct calendar c = calendar_of(t);

    (void)snprintf(out, CLOCK_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000u,
                   (unsigned)c.month % 100u, (unsigned)c.day % 100u, (unsigned)c.hour % 100u,
                   (unsigned)c.minute % 100u, (unsigned)c.second % 100u);
    return out;
}

const char *clock_format_ms(long long ms, char out[CLOCK_TEXT])
{
    char seconds[CLOCK_TEXT];

    (void)clock_format((time_t)(ms / 1000), seconds);
    (void)snprintf(out, CLOCK_TEXT, "%.19s.%03uZ", seconds, (unsigned)(ms % 1000) % 1000u);
    return out;
}

static const char month_names[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static const char *month_name(int month)
{
    return month_names[month - 1];
}

const char *clock_format_day(time_t t, char out[CLOCK_TEXT])
{
    struct calendar c = calendar_of(t);

    (void)snprintf(out, CLOCK_TEXT, "%d %s %d", c.day, month_name(c.month), c.year);
    return out;
}

const char *clock_format_minute(time_t t, char out[CLOCK_TEXT])
{
    struct calendar c = calendar_of(t);

    (void)snprintf(out, CLOCK_TEXT, "%d %s %d %02u:%02u UTC", c.day, month_name(c.month), c.year,
                   (unsigned)c.hour % 100u, (unsigned)c.minute % 100u);
    return out;
}

/* "2026-11-24T06:14:00" at the start of a text of at least 19 bytes. */
static bool parse_local(const char *text, struct calendar *c)
{
    *c = (struct calendar){digits(text, 4),      digits(text + 5, 2),  digits(text + 8, 2),
                           digits(text + 11, 2), digits(text + 14, 2), digits(text + 17, 2)};
    return text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't') &&
           text[13] == ':' && text[16] == ':' && c->year >= 1970 && c->month >= 1 &&
           c->month <= 12 && c->day >= 1 && c->day <= days_in_month(c->year, c->month) &&
           c->hour >= 0 && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0 &&
           c->second <= 60;
}

/* "Z" or "+hh:mm", to the end of the text, as seconds east of UTC. */
static bool parse_zone(const char *text, int *east)
{
    if ((text[0] == 'Z' || text[0] == 'z') && text[1] == '\0') {
        *east = 0;
        return true;
    }
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 || text[3] != ':')
        return false;

    int hours = digits(text + 1, 2);
    int minutes = digits(text + 4, 2);

    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *east = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
    return true;
}

/* RFC 3339 section 5.6. A leap second is taken where it can be, at the end of a UTC day, and is
 * the first second of the next one, as in time_t. */
bool clock_parse(const char *text, time_t *out)
{
    struct calendar c;
    int east;

    if (strlen(text) < 20 || !parse_local(text, &c))
        return false;
    text += 19;
    if (*text == '.') {
        size_t count = strspn(text + 1, "0123456789");

        if (count == 0)
            return false;
        text += 1 + count;
    }
    if (!parse_zone(text, &east))
        return false;

    long long s = seconds_of(&c) - east;

    if (s < 0 || s > LAST_SECOND || (c.second == 60 && s % DAY != 0))
        return false;
    *out = (time_t)s;
    return true;
}

bool clock_parse_http(const char *text, time_t *out)
{
    char iso[CLOCK_TEXT];
    unsigned month = 0;

    if (strlen(text) != 29 || strcmp(text + 25, " GMT") != 0 || text[3] != ',' || text[16] != ' ')
        return false;
    while (month < 12 && strncmp(text + 8, month_names[month], 3) != 0)
        month++;
    (void)snprintf(iso, sizeof iso, "%.4s-%02u-%.2sT%.8sZ", text + 12, month + 1, text + 5,
                   text + 17);
    return clock_parse(iso, out);
}
