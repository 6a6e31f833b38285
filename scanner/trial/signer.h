/* signer.h - the live test's side of AWS: whose key signs, and the asking. */
#ifndef TRIAL_SIGNER_H
#define TRIAL_SIGNER_H

#include "aws/question.h"
#include "trial/trial.h"

struct trial_signer {
    struct credential_settings settings; /* config, region and http are the caller's to set */
    struct credentials credentials;
};
void trial_signer_clear(struct trial_signer *s); /* wipes */

/* Find credentials by s->settings, and ask whose they are: account, caller_arn, caller_id,
 * partition of *t. Errors: ERR_USAGE a session, root or a profile with MFA: only a long-term key is
 * certain to carry no MFA; ERR_AUTH, ERR_DENIED, ERR_NET and others of credentials_resolve(). */
int trial_identify(struct trial *t, struct trial_signer *s, struct error *err);

/* Ask what is planned, at most `rps` questions a second. `news` is told of each that was answered;
 * may be NULL. Errors: ERR_CONFIG, ERR_FORMAT. */
int trial_ask(struct trial *t, const struct trial_signer *s, double rps,
              void (*news)(const struct trial_test *test), struct error *err);

/* --- Between the files of the live test ---------------------------------------------------------
 */

/* Ask one test's question, and note in it what is to be known of the answer; the answer itself is
 * *h, to be cleared. Errors: those of question_ask(). */
int trial_put(struct trial *t, const struct trial_signer *s, struct trial_test *test,
              struct heard *h, struct error *err);

/* Keep the answer's body in the test: not when it looks like one with credentials. */
void trial_keep(struct trial_test *test, const struct heard *h);

#endif
