/* verify_answer.h - what `reportgen verify` answers, for people and for programs. */
#ifndef REPORTGEN_VERIFY_ANSWER_H
#define REPORTGEN_VERIFY_ANSWER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "evidence/verify.h"

/* Add the answer about `pack` to *out, whose limit holds: ask strbuf_finish() afterwards. */
void verify_text(const char *pack, const struct verify_result *r, bool good, struct strbuf *out);

/* The same as JSON (reportgen-verify/1); `reason` with ERR_NONE: it is good. ERR_LIMIT when it does
 * not fit into *out. */
int verify_json(const char *pack, const struct verify_result *r, const struct error *reason,
                struct strbuf *out, struct error *err);

#endif
