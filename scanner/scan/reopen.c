/* reopen.c - a scan that has ended is made an unfinished one, in which only what got no answer is
 * left to ask.
 *
 * First RUN/unfinished/ is built as a scan leaves it that is killed just before it joins the parts;
 * nothing in RUN is touched for that. Then RUN/snapshot.json goes, and from there on it is an
 * unfinished scan like any other, which may be killed at any moment. */
#include <string.h>

#include "aws/attempt.h"
#include "base/file.h"
#include "base/log.h"
#include "scan/private.h"

size_t reopen_count(const struct snapshot *scope, size_t *accounts)
{
    const char *last = "";
    size_t count = 0;

    *accounts = 0;
    for (size_t i = 0; i < scope->query_count; i++) {
        const struct query *q = &scope->queries[i];

        if (!attempt_may_pass(q))
            continue;
        count++;
        *accounts += strcmp(last, q->account) != 0; /* queries are sorted by account */
        last = q->account;
    }
    return count;
}

static int restore_account(struct scanning *s, const char *id, struct error *err)
{
    struct snapshot *scope = &s->scope;
    size_t first = 0, end;

    while (first < scope->query_count && strcmp(scope->queries[first].account, id) != 0)
        first++;
    for (end = first; end < scope->query_count && strcmp(scope->queries[end].account, id) == 0;)
        end++;
    return recorder_restore(s->run, id, scope->queries + first, end - first, attempt_may_pass, err);
}

int reopen_run(struct scanning *s, struct error *err)
{
    struct snapshot *scope = &s->scope;
    const char *state = file_join(&scope->arena, s->run, RECORDER_DIR);

    if (file_remove_tree(state, err) || file_make_dirs(state, 0700, err))
        return -1;
    for (size_t i = 0; i < scope->account_count; i++)
        if (is_asked(s, i) && restore_account(s, scope->accounts[i].id, err))
            return -1;
    scope->queries = NULL; /* they come back with the parts */
    scope->query_count = 0;
    if (snapshot_save(scope, file_join(&scope->arena, state, SNAPSHOT_FILE), err))
        return -1;
    file_sync();
    return file_delete(file_join(&scope->arena, s->run, SNAPSHOT_FILE), err);
}
