/* http_pool.c - many requests at a time over one libcurl multi handle. */
#include <curl/curl.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/http_private.h"
#include "base/limits.h"

struct http_pool {
    CURLM *multi;
    struct http_settings own;
    struct strbuf ca_bundle, user_agent; /* what own points to */
    struct http_transfer **transfers;    /* busy and idle ones */
    size_t count, room;
    size_t pending;
};

static const char *keep(struct strbuf *store, const char *text)
{
    if (!text)
        return NULL;
    strbuf_addstr(store, text);
    return store->buf;
}

struct http_pool *http_pool_open(const struct http_settings *settings, size_t connections,
                                 struct error *err)
{
    if (http_start(err))
        return NULL;

    struct http_pool *pool = memory_alloc(sizeof *pool);

    *pool = (struct http_pool){.ca_bundle = STRBUF_INIT(LIMIT_PATH),
                               .user_agent = STRBUF_INIT(LIMIT_PATH)};
    pool->own.ca_bundle = keep(&pool->ca_bundle, settings->ca_bundle);
    pool->own.user_agent = keep(&pool->user_agent, settings->user_agent);
    pool->multi = curl_multi_init();
    if (!pool->multi)
        memory_exhausted();
    (void)curl_multi_setopt(pool->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections);
    (void)curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS, (long)connections);
    return pool;
}

/* An idle transfer, or a new one. */
static struct http_transfer *idle_transfer(struct http_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        if (!pool->transfers[i]->busy)
            return pool->transfers[i];
    if (pool->count == pool->room) {
        pool->room = pool->room ? pool->room * 2 : 16;
        pool->transfers =
            memory_realloc(pool->transfers, pool->room * sizeof(struct http_transfer *));
    }

    struct http_transfer *t = memory_alloc(sizeof *t);

    *t = (struct http_transfer){.easy = curl_easy_init()};
    if (!t->easy)
        memory_exhausted();
    pool->transfers[pool->count++] = t;
    return t;
}

int http_pool_add(struct http_pool *pool, const struct http_request *rq, struct http_response *rs,
                  void *user, struct error *err)
{
    struct http_transfer *t = idle_transfer(pool);

    t->rs = rs;
    t->user = user;
    if (http_prepare(t, &pool->own, rq, err)) {
        http_transfer_reset(t);
        return -1;
    }
    if (curl_multi_add_handle(pool->multi, t->easy) != CURLM_OK) {
        http_transfer_reset(t);
        rs->failure = HTTP_OTHER;
        return fail(err, ERR_NET, "libcurl does not take the request");
    }
    t->busy = true;
    pool->pending++;
    return 0;
}

/* A transfer that has ended, concluded and idle again; false: none. */
static bool take_done(struct http_pool *pool, void **user)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(pool->multi, &left))) {
        struct http_transfer *t = NULL;
        CURLcode rc = message->data.result;

        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t) != CURLE_OK ||
            !t)
            continue;
        http_conclude(t, rc);
        (void)curl_multi_remove_handle(pool->multi, t->easy);
        *user = t->user;
        http_transfer_reset(t);
        pool->pending--;
        return true;
    }
    return false;
}

int http_pool_wait(struct http_pool *pool, long timeout_ms, void **user, struct error *err)
{
    int running;

    for (bool waited = false;; waited = true) {
        CURLMcode rc = curl_multi_perform(pool->multi, &running);

        if (rc != CURLM_OK)
            return fail(err, ERR_NET, "libcurl: %s", curl_multi_strerror(rc));
        if (take_done(pool, user))
            return 1;
        if (waited || timeout_ms <= 0 || pool->pending == 0)
            return 0;
        rc = curl_multi_poll(pool->multi, NULL, 0, (int)timeout_ms, NULL);
        if (rc != CURLM_OK)
            return fail(err, ERR_NET, "libcurl: %s", curl_multi_strerror(rc));
    }
}

size_t http_pool_pending(const struct http_pool *pool)
{
    return pool->pending;
}

void http_pool_close(struct http_pool *pool)
{
    if (!pool)
        return;
    for (size_t i = 0; i < pool->count; i++) {
        struct http_transfer *t = pool->transfers[i];

        if (t->busy)
            (void)curl_multi_remove_handle(pool->multi, t->easy);
        curl_slist_free_all(t->headers);
        curl_easy_cleanup(t->easy);
        free(t);
    }
    free(pool->transfers);
    (void)curl_multi_cleanup(pool->multi);
    strbuf_free(&pool->ca_bundle);
    strbuf_free(&pool->user_agent);
    free(pool);
}
