/* wire.h - how a call is written to the wire: AWS's query protocol, JSON 1.1 and REST-XML (S3).
 * Pure but for the pool that the request is given to.
 *
 * S3 is asked path-style, "/bucket?versioning" at the region's host: a bucket's name may have dots,
 * which no certificate of a host "bucket.s3..." covers. Sources: service model of S3, 2006-03-01
 * (protocol rest-xml, requestUri of each operation); Amazon S3 API reference. */
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
 * is written as it stands ("Filter.member.1"). JSON 1.1: the parameters are the body. REST: there
 * is no body; what is written is the request's target, "/bucket?versioning". Errors: ERR_FORMAT
 * parameters that are no JSON object, for query no object of texts, for REST not those of the path;
 * ERR_CONFIG a service whose protocol is not spoken here, or a REST operation without a row. */
int wire_body(const struct service *service, const struct call *call, const char *token,
              struct strbuf *out, struct error *err);

/* Sign the body and give the request to the pool; rs and user as in http_pool_add(). The body must
 * stay in place until the answer is there. */
struct wire_request {
    const struct endpoint *endpoint;
    const char *operation;
    const struct strbuf *body; /* as wire_body() wrote it */
    time_t now;                /* to sign for */
    bool want_leaf;
    long timeout_ms;
};
int wire_send(struct http_pool *pool, const struct wire_request *rq, const struct credentials *c,
              struct http_response *rs, void *user, struct error *err);

/* Is the body a whole document of its kind? */
bool wire_is_whole(const struct service *service, const struct strbuf *body);

#endif
