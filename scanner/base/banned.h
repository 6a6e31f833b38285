/* banned.h - C library functions that nothing here may call, turned into compile errors.
 *
 * The Makefile gives it to the compiler before every file of ours (-include). It names the feature
 * level, pulls in the headers that declare the functions, and then hides each behind a macro, so
 * that a call does not compile and the message says what to use. The one home of a function takes
 * the macro away again with #undef. To add one: a line below, after its header. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Write without knowing how much room there is: struct strbuf, snprintf() or memcpy(). */
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef stpcpy
#undef stpncpy
#undef sprintf
#undef vsprintf
#undef gets
#define strcpy(...) banned_strcpy_use_strbuf
#define strcat(...) banned_strcat_use_strbuf
#define strncpy(...) banned_strncpy_use_memcpy_or_snprintf
#define strncat(...) banned_strncat_use_strbuf
#define stpcpy(...) banned_stpcpy_use_strbuf
#define stpncpy(...) banned_stpncpy_use_strbuf
#define sprintf(...) banned_sprintf_use_strbuf_addf_or_snprintf
#define vsprintf(...) banned_vsprintf_use_vsnprintf
#define gets(...) banned_gets

/* Hidden state, or no way to see an error: strchr(), strtol(), text_icmp(). */
#undef strtok
#undef strtok_r
#undef atoi
#undef atol
#undef atoll
#undef atof
#undef strcasecmp
#undef strncasecmp
#define strtok(...) banned_strtok_use_strchr_or_strcspn
#define strtok_r(...) banned_strtok_r_use_strchr_or_strcspn
#define atoi(...) banned_atoi_use_strtol
#define atol(...) banned_atol_use_strtol
#define atoll(...) banned_atoll_use_strtoll
#define atof(...) banned_atof_use_strtod
#define strcasecmp(...) banned_strcasecmp_use_text_icmp
#define strncasecmp(...) banned_strncasecmp_use_text_icmp

/* The clock, the time zone and the locale: base/clock.h. */
#undef time
#undef gmtime
#undef localtime
#undef localtime_r
#undef mktime
#undef ctime
#undef ctime_r
#undef asctime
#undef asctime_r
#undef strftime
#define time(...) banned_time_use_clock_now
#define gmtime(...) banned_gmtime_use_clock_format
#define localtime(...) banned_localtime_all_times_are_utc
#define localtime_r(...) banned_localtime_r_all_times_are_utc
#define mktime(...) banned_mktime_use_clock_parse
#define ctime(...) banned_ctime_use_clock_format
#define ctime_r(...) banned_ctime_r_use_clock_format
#define asctime(...) banned_asctime_use_clock_format
#define asctime_r(...) banned_asctime_r_use_clock_format
#define strftime(...) banned_strftime_use_clock_format

/* Memory that may be NULL: base/arena.h. free() stays, for what foreign libraries hand out. */
#undef malloc
#undef calloc
#undef realloc
#undef strdup
#undef strndup
#define malloc(...) banned_malloc_use_arena_alloc_or_memory_alloc
#define calloc(...) banned_calloc_use_arena_alloc
#define realloc(...) banned_realloc_use_arena_grow_or_memory_realloc
#define strdup(...) banned_strdup_use_arena_strdup
#define strndup(...) banned_strndup_use_arena_strndup

/* Predictable names, shells, chance: file_write(), OpenSSL's RAND_bytes(). */
#undef tmpnam
#undef tempnam
#undef mktemp
#undef system
#undef popen
#undef rand
#undef srand
#define tmpnam(...) banned_tmpnam_use_file_write
#define tempnam(...) banned_tempnam_use_file_write
#define mktemp(...) banned_mktemp_use_file_write
#define system(...) banned_system
#define popen(...) banned_popen
#define rand(...) banned_rand_use_RAND_bytes
#define srand(...) banned_srand

/* The environment: base/env.h. */
#undef getenv
#define getenv(...) banned_getenv_use_env_get

#endif
