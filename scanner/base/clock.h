/* clock.h - the only reader of time, and RFC 3339 both ways. All times are UTC, in whole seconds
 * since 1970 unless said otherwise. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/error.h"

/* The machine's clock now. Scan times come from here; document dates do not. */
time_t clock_now(void);

/* Finer clocks, in milliseconds: the machine's, since 1970; one that never goes back and starts
 * anywhere, for measuring and waiting. */
long long clock_now_ms(void);
long long clock_ticks_ms(void);
void clock_sleep_ms(long ms);

/* The date printed on documents: --now, else SOURCE_DATE_EPOCH, else clock_now(). The first call
 * fixes it for the run. ERR_USAGE when SOURCE_DATE_EPOCH is not a number of seconds. */
int clock_document(time_t *out, struct error *err);

/* Fix clock_document() to RFC 3339 `text` ("2026-11-24T06:14:00Z") or "@seconds"; the CLI's --now.
 */
int clock_set_document(const char *text, struct error *err);

#define CLOCK_TEXT 32
/* "2026-11-24T06:14:00Z" into out. */
const char *clock_format(time_t t, char out[CLOCK_TEXT]);
/* "2026-11-24T06:14:00.120Z" of milliseconds since 1970. */
const char *clock_format_ms(long long ms, char out[CLOCK_TEXT]);
/* "24 Nov 2026" and "24 Nov 2026 06:14 UTC": English, no locale. */
const char *clock_format_day(time_t t, char out[CLOCK_TEXT]);
const char *clock_format_minute(time_t t, char out[CLOCK_TEXT]);

/* Parse RFC 3339 with 'Z' or an offset; a fraction is accepted and dropped. Years 1970..9999.
 * false when it is anything else. */
bool clock_parse(const char *text, time_t *out);

/* Parse the Date header of HTTP: "Tue, 24 Nov 2026 06:14:00 GMT" (RFC 9110 section 5.6.7, the form
 * that servers must send). false when it is anything else. */
bool clock_parse_http(const char *text, time_t *out);

#endif
