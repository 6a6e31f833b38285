/* http_url.c - the parts of an address, and which may be asked without TLS. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/http_private.h"
#include "base/secret.h"
#include "base/text.h"

static bool take_part(CURLU *u, CURLUPart part, char *out, size_t size)
{
    char *text = NULL;
    CURLUcode rc = curl_url_get(u, part, &text, 0);
    bool fits = rc == CURLUE_OK && secret_copy(out, size, text);

    if (rc == CURLUE_NO_QUERY || rc == CURLUE_NO_PORT)
        fits = secret_copy(out, size, "");
    curl_free(text);
    return fits;
}

static bool has_part(CURLU *u, CURLUPart part)
{
    char *text = NULL;
    CURLUcode rc = curl_url_get(u, part, &text, 0);

    curl_free(text);
    return rc == CURLUE_OK;
}

static bool take_parts(CURLU *u, struct http_url *out)
{
    char scheme[16], port[8];

    if (!take_part(u, CURLUPART_SCHEME, scheme, sizeof scheme) ||
        (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0) ||
        has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD) ||
        has_part(u, CURLUPART_FRAGMENT) ||
        !take_part(u, CURLUPART_HOST, out->host, sizeof out->host) ||
        !take_part(u, CURLUPART_PATH, out->path, sizeof out->path) ||
        !take_part(u, CURLUPART_QUERY, out->query, sizeof out->query) ||
        !take_part(u, CURLUPART_PORT, port, sizeof port))
        return false;
    out->tls = strcmp(scheme, "https") == 0;
    if (strcmp(port, out->tls ? "443" : "80") == 0)
        port[0] = '\0';
    (void)snprintf(out->authority, sizeof out->authority, "%s%s%s", out->host, *port ? ":" : "",
                   port);

    size_t len = strlen(out->host);

    if (out->host[0] == '[' && out->host[len - 1] == ']') {
        memmove(out->host, out->host + 1, len - 2);
        out->host[len - 2] = '\0';
    }
    return out->host[0] != '\0';
}

bool http_url_split(const char *url, struct http_url *out)
{
    CURLU *u = curl_url();
    bool good;

    if (!u)
        memory_exhausted();
    memset(out, 0, sizeof *out);
    for (const char *s = url; *s; s++) {
        if ((unsigned char)*s <= ' ' || *s == 0x7F || *s == '\\') {
            curl_url_cleanup(u);
            return false;
        }
    }
    good = curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK && take_parts(u, out);
    curl_url_cleanup(u);
    return good;
}

/* Four decimal numbers, the first of them 127. */
static bool is_loopback_address(const char *host)
{
    int dots = 0;

    for (const char *s = host; *s; s++) {
        if (*s != '.' && (*s < '0' || *s > '9'))
            return false;
        dots += *s == '.';
    }
    return dots == 3 && strncmp(host, "127.", 4) == 0;
}

bool http_host_is_loopback(const char *host)
{
    return text_icmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           is_loopback_address(host);
}

static bool is_metadata_host(const char *host)
{
    static const char *const hosts[] = {"169.254.169.254", "169.254.170.2", "169.254.170.23",
                                        "fd00:ec2::23", "fd00:ec2::254"};

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (strcmp(host, hosts[i]) == 0)
            return true;
    return false;
}

bool http_may_be_asked(const struct http_request *rq, const struct http_url *url)
{
    return url->tls || http_host_is_loopback(url->host) ||
           (rq->no_proxy && is_metadata_host(url->host));
}

void http_encode(struct strbuf *out, const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

    for (; *text; text++) {
        if (strchr(letters, *text))
            strbuf_addch(out, *text);
        else
            strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
}
