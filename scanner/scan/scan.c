/* scan.c - the scan from beginning to end, or from where it was cut off. */
#include "scan/scan.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "scan/private.h"

/* STS takes several hundred requests a second of an account, and others ask it too. */
#define STS_MAX_RPS 100
#define STS_LEAST_RPS 1

/* The workers of a scan that was killed end a moment later. */
#define LOCK_WAIT_MS 1000

/* The folder in which an unfinished scan keeps its scope, as a log without queries. */
static const char *state_dir(struct scanning *s)
{
    return file_join(&s->scope.arena, s->run, RECORDER_DIR);
}

static int save_scope(struct scanning *s, struct error *err)
{
    struct arena *arena = &s->scope.arena;

    if (file_make_dirs(state_dir(s), 0700, err))
        return -1;
    return snapshot_save(&s->scope, file_join(arena, state_dir(s), SNAPSHOT_FILE), err);
}

static const char *default_run(struct scanning *s, const char *id)
{
    char now[CLOCK_TEXT];

    (void)clock_format(clock_now(), now);
    return arena_printf(&s->scope.arena, "reportgen-%s-%.4s%.2s%.2sT%.2s%.2s%.2sZ", id, now,
                        now + 5, now + 8, now + 11, now + 14, now + 17);
}

/* A scan that was cut off before its scope was known has read nothing worth keeping. */
static int clear_false_start(struct scanning *s, struct error *err)
{
    struct arena *arena = &s->scope.arena;

    if (!file_exists(state_dir(s)) || file_exists(file_join(arena, state_dir(s), SNAPSHOT_FILE)) ||
        file_exists(file_join(arena, s->run, SNAPSHOT_FILE)))
        return 0;
    if (file_remove_tree(file_join(arena, s->run, "raw"), err))
        return -1;
    return file_remove_tree(state_dir(s), err);
}

static int make_run(struct scanning *s, struct error *err)
{
    struct arena scratch = {0};
    struct file_list files = {0};
    struct error ignored = {0};
    bool used;

    if (file_make_dirs(s->run, 0700, err) || file_lock(s->run, 0, &s->lock, err) ||
        clear_false_start(s, err))
        return -1;
    log_last_words("%s: cut off at the very beginning, with nothing read: start anew with -o %s",
                   s->run, s->run);
    used = file_exists(s->run) &&
           (file_walk(s->run, 1, &scratch, &files, &ignored) != 0 || files.count > 0);
    arena_free(&scratch);
    if (used)
        return fail(err, ERR_USAGE, "%s: is there already and not empty%s", s->run,
                    file_exists(state_dir(s)) ? "; --resume goes on with an unfinished scan" : "");
    return 0;
}

/* Where to write: told, or named after the organisation or the account. */
static int choose_run(struct scanning *s, struct live *l, struct error *err)
{
    const char *id = s->scope.home;

    s->run = s->settings->run;
    if (!s->run && s->settings->organization && scope_name_organization(s, l, &id, err))
        return -1;
    if (!s->run)
        s->run = default_run(s, id);
    return make_run(s, err);
}

/* Lay out the scope, log files among it; what Organizations answers is kept as the home account's:
 * its worker goes on from there. */
static int begin_scope(struct scanning *s, struct live *l, struct error *err)
{
    struct recorder r;
    bool added;
    int status = recorder_open(&r, s->run, s->scope.home, err);

    l->settings.recorder = &r;
    l->settings.account = s->scope.home;
    l->settings.partition = s->partition;
    if (status == 0)
        status = scope_lay_out(s, l, err) || join_note_ca(s, &added, err) ? -1 : 0;
    l->settings.recorder = NULL;
    recorder_close(&r);
    return status || trail_take(s, err) || save_scope(s, err) ? -1 : 0;
}

/* A new scan. What could not even begin leaves no folder behind. */
static int begin(struct scanning *s, struct live *l, struct error *err)
{
    bool was_there = s->settings->run && file_exists(s->settings->run);
    struct error ignored = {0};
    char now[CLOCK_TEXT];

    if (scope_identify(s, l, err))
        return -1;
    s->clock_offset = l->clock_offset;
    s->scope.producer_name = "reportgen";
    s->scope.producer_version = VERSION;
    s->scope.started_at =
        arena_strdup(&s->scope.arena, clock_format(clock_now() + (time_t)s->clock_offset, now));
    s->scope.finished_at = s->scope.started_at;
    if (choose_run(s, l, err))
        return -1;
    if (begin_scope(s, l, err) == 0)
        return 0;
    if (was_there) {
        (void)file_remove_tree(state_dir(s), &ignored);
        (void)file_remove_tree(file_join(&s->scope.arena, s->run, "raw"), &ignored);
    } else {
        (void)file_remove_tree(s->run, &ignored);
    }
    return -1;
}

/* What was answered under one word is not to stand under another. */
static int check_challenge(const struct snapshot *begun, const char *challenge, const char *run,
                           struct error *err)
{
    if (!challenge || (begun->challenge && strcmp(begun->challenge, challenge) == 0))
        return 0;
    return fail(err, ERR_USAGE, "--challenge: %s was begun with %s%s", run,
                begun->challenge ? "another one: " : "none",
                begun->challenge ? begun->challenge : "");
}

/* From here on a scan that is cut off can be gone on with. */
static void promise_resume(const struct scanning *s)
{
    log_last_words("%s: the scan was cut off; go on with it: reportgen scan --resume %s", s->run,
                   s->run);
}

/* Read what the scan was begun with; before anybody is asked for credentials, which a session is
 * named for. */
static int read_begun(struct scanning *s, struct error *err)
{
    s->run = s->settings->run;

    const char *dir = state_dir(s);

    if (!file_exists(file_join(&s->scope.arena, dir, SNAPSHOT_FILE)))
        return fail(err, ERR_MISSING, "%s: there is no unfinished scan in it%s", s->run,
                    file_exists(dir) ? "; it was cut off at its very beginning: start it anew with "
                                       "-o and the same name"
                                     : "");
    s->scope.challenge = NULL;
    if (snapshot_open(&s->scope, dir, err))
        return -1;
    promise_resume(s);
    return check_challenge(&s->scope, s->settings->challenge, s->run, err);
}

/* Go on with a scan that was cut off. */
static int resume(struct scanning *s, struct live *l, struct error *err)
{
    bool added;

    if (scope_identify(s, l, err) || (s->ended && reopen_run(s, err)) ||
        join_note_ca(s, &added, err))
        return -1;
    s->clock_offset = l->clock_offset;
    promise_resume(s);
    return added ? save_scope(s, err) : 0;
}

/* Everything that needs the parent's own connections; they are closed before workers start. */
static int prepare(struct scanning *s, struct error *err)
{
    struct arena arena = {0};
    struct live_settings settings = account_live_settings(s, NULL);
    struct live l;
    int status = live_open(&l, &settings, &arena, err);

    if (status)
        return -1;
    status = s->settings->resume ? resume(s, &l, err) : begin(s, &l, err);
    s->home = l.own.credentials;
    live_close(&l);
    arena_free(&arena);
    return status;
}

/* CloudTrail shows who asked by these two. */
static void bind_challenge(struct scanning *s, struct scan_settings *own)
{
    struct arena *arena = &s->scope.arena;
    const char *word = s->scope.challenge;

    if (word) {
        own->credentials.session_name = arena_printf(arena, CHALLENGE_SESSION "%s", word);
        own->credentials.http.user_agent =
            arena_printf(arena, "reportgen/%s " CHALLENGE_AGENT "%s", VERSION, word);
    } else {
        own->credentials.http.user_agent = "reportgen/" VERSION;
    }
}

static int run_stages(struct scanning *s, struct scan_settings *own, struct error *err)
{
    const struct scan_settings *settings = s->settings;

    const struct config *config = settings->credentials.config;

    if (settings->trail_logs && trail_check(settings->trail_logs, err))
        return -1;
    if (config_region(config, settings->credentials.region, &s->region, err) ||
        config_max_attempts(config, 0, &s->max_attempts, err))
        return -1;
    if (settings->resume && !s->ended && read_begun(s, err))
        return -1;
    s->sts = pacer_shared_open(STS_MAX_RPS, STS_LEAST_RPS, clock_ticks_ms(), err);
    if (!s->sts)
        return -1;
    bind_challenge(s, own);
    if (prepare(s, err))
        return -1;
    promise_resume(s);
    if (crew_run(s, err) || join_parts(s, err))
        return fail_in(err, "%s is unfinished (--resume goes on with it)", s->run);
    return 0;
}

/* A scan that has ended: *again, when something in it got no answer. */
static int look_at_ended(struct scanning *s, bool *again, struct error *err)
{
    size_t accounts, queries;

    s->run = s->settings->run;
    s->scope.challenge = NULL;
    if (snapshot_open(&s->scope, s->run, err) ||
        check_challenge(&s->scope, s->settings->challenge, s->run, err))
        return -1;
    queries = reopen_count(&s->scope, &accounts);
    *again = s->ended = queries > 0;
    if (*again)
        log_info("%s: %zu queries in %zu accounts got no answer, and are asked again", s->run,
                 queries, accounts);
    else
        log_info("%s: the scan is whole already", s->run);
    return 0;
}

int scan(const struct scan_settings *settings, struct arena *arena, const char **run,
         struct error *err)
{
    struct scan_settings own = *settings;
    struct scanning s = {.settings = &own, .lock = -1, .scope.challenge = settings->challenge};
    bool asking = true;
    int status = 0;

    if (settings->resume)
        status = file_lock(settings->run, LOCK_WAIT_MS, &s.lock, err);

    if (status == 0 && settings->resume &&
        file_exists(file_join(&s.scope.arena, settings->run, SNAPSHOT_FILE)))
        status = look_at_ended(&s, &asking, err);
    if (status == 0 && asking)
        status = run_stages(&s, &own, err);
    if (status == 0)
        *run = arena_strdup(arena, s.run);
    credentials_clear(&s.home);
    pacer_shared_close(s.sts);
    file_unlock(s.lock);
    log_last_words(NULL);
    snapshot_close(&s.scope);
    return status;
}
