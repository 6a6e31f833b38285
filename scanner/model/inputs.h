/* inputs.h - what a person adds to what AWS said: settings, exceptions, attestations, people.
 *
 * Read by config/, from --config DIR or the XDG directory, or from RUN/inputs/ where a run is
 * judged again. Checks find them in struct checking. Data only; what the register of exceptions
 * means is in model/exceptions.h. */
#ifndef MODEL_INPUTS_H
#define MODEL_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "model/exceptions.h"
#include "model/settings.h"

/* Somebody's word for what AWS cannot show, with a file that bears it out. */
struct attestation {
    const char *id, *check;
    const char *resource;         /* exactly the finding's: ARN of a provider, of an instance */
    const char *statement;        /* what is attested */
    const char *by;               /* who: as in people.csv, or a name, address or ARN */
    struct day attested, expires; /* good on both of these days and between */
    const char *evidence;         /* "evidence/okta.pdf", below the folder of attestations.yaml */
    const char *evidence_sha256;  /* the file has it: checked when it was read */
    const char *file;
    size_t line;
};

/* A row of people.csv. */
struct people_row {
    const char *person;
    const char *identity; /* ARN or unique id of an IAM user, or name in an identity store */
    struct day joined, left;
    size_t row; /* in the file, from 1: the header */
};

/* A file that something was read from. */
struct input_file {
    const char *name;  /* "exceptions.yaml", "evidence/okta.pdf" */
    const char *bytes; /* NULL for evidence, which is read again where it is copied */
    size_t len;
    char sha256[DIGEST_HEX];
};

struct inputs {
    struct arena arena;              /* owns everything below */
    const char *dir;                 /* NULL: there is none, all are defaults */
    const struct settings *settings; /* never NULL */
    const size_t *setting_lines; /* by row of config/settings.c: 0 default; NULL: all defaults */
    struct exceptions exceptions;
    struct attestation *attestations; /* in the order of the file */
    size_t attestation_count;
    bool has_people;                   /* there is a people.csv, perhaps without rows */
    struct people_row *people;         /* sorted by identity, row */
    const struct people_row **persons; /* the same rows sorted by person, row: people_sort() */
    size_t people_count;
    struct input_file *files; /* sorted by name */
    size_t file_count;
};

/* Defaults, and nothing else. */
extern const struct inputs inputs_default;

void inputs_close(struct inputs *in);
#define cleanup_inputs CLEANUP(inputs_close)

/* Are two texts the same person: the same text without regard to case, or by people.csv? */
bool inputs_same_person(const struct inputs *in, const char *a, const char *b);

/* The attestation of a resource that is good at now; of several, the one that lasts longest.
 * NULL: there is none; *why then says why the newest that there is is not good ("AT-1 expired on
 * 2026-10-01"), or is NULL when there is none at all. Not good is one whose author is the caller
 * who scanned, by caller_arn (NULL: not known) and people.csv: nobody vouches for himself. */
struct attestation_question {
    const char *check, *resource;
    const char *caller_arn;
    time_t now;
};
const struct attestation *attestation_of(const struct inputs *in,
                                         const struct attestation_question *q, struct arena *arena,
                                         const char **why);

/* Rows of one identity, exactly as written there: the first, and *count; NULL: nobody's. Names of
 * people and ids are compared byte by byte. */
const struct people_row *people_of(const struct inputs *in, const char *identity, size_t *count);

/* Sort the rows, once all are there. */
void people_sort(struct inputs *in);

/* Has that person left, and by which row? `left` is the last day of work, so that one has left when
 * it is over. A person left unless a row without such a day says that he joined on that day or
 * later, and already has: then he has come back. A row that gives neither day says nothing, so that
 * a leaver's second identity is found although its row was forgotten. NULL: the person is here. */
const struct people_row *person_left(const struct inputs *in, const char *person, time_t now);

/* The effective severity of a check: what the settings say, else its own. It is what is shown and
 * what --fail-on looks at; the score's weights stay the catalogue's. */
enum severity inputs_severity(const struct inputs *in, const char *check, enum severity own);

#endif
