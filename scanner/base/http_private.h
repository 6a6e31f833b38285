/* http_private.h - what the files of base/http share. */
#ifndef BASE_HTTP_PRIVATE_H
#define BASE_HTTP_PRIVATE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/http.h"

/* A request under way. */
struct http_transfer {
    CURL *easy;
    struct curl_slist *headers;
    struct http_response *rs;
    void *user;
    size_t header_bytes;
    bool too_large;
    bool busy;
    char error_text[CURL_ERROR_SIZE];
};

/* Start libcurl, once per process. */
int http_start(struct error *err);

/* Fill the transfer's handle from the request and empty its answer. Nothing is sent yet. */
int http_prepare(struct http_transfer *t, const struct http_settings *settings,
                 const struct http_request *rq, struct error *err);

/* The transfer has ended with `rc`: write down how. */
void http_conclude(struct http_transfer *t, CURLcode rc);

/* Make the handle ready for another request. */
void http_transfer_reset(struct http_transfer *t);

/* HTTPS, or clear text to a host where it stays near: base/http.h. */
bool http_may_be_asked(const struct http_request *rq, const struct http_url *url);

#endif
