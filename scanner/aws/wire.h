/* wire.h - how a call is written to the wire: AWS's query protocol and JSON 1.1. Pure but for the
 * pool that the request is given to. */
#ifndef AWS_WIRE_H
#define AWS_WIRE_H

#include <time.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/transport.h"
#include "base/http.h"
#include "base/strbuf.h"

/* The body of a call: its parameters and, unless it is NULL, the paging token under the name that
 * the service gives it. Query: Action=..&Version=..&Name=value, percent-encoded; a parameter's name
 * is written as it stands ("Filter.member.1"). JSON 1.1: the parameters are the body. Errors:
 * ERR_FORMAT parameters that are no JSON object, for query no object of texts; ERR_CONFIG a service
 * whose protocol is not spoken here. */
int wire_body(const struct service *service, const struct call *call, const char *token,
              struct strbuf *out, struct error *err);

/* Sign the body and give the request to the pool; rs and user as in http_pool_add(). The body must
 * stay in place until the answer is there. */
struct wire_request {
    const struct endpoint *endpoint;
    const char *operation;
    const struct strbuf *body;
    time_t now; /* to sign for */
    bool want_leaf;
    long timeout_ms;
};
int wire_send(struct http_pool *pool, const struct wire_request *rq, const struct credentials *c,
              struct http_response *rs, void *user, struct error *err);

/* Is the body a whole document of its kind? */
bool wire_is_whole(const struct service *service, const struct strbuf *body);

#endif
