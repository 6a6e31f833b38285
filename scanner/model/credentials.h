/* credentials.h - what is known of an IAM user's credentials: from where, and how fresh.
 *
 * Three sources speak of them. The credential report has everybody, and is up to four hours old, in
 * both directions. ListVirtualMFADevices is live, of the whole account, and knows virtual devices
 * only. ListMFADevices, GetLoginProfile and ListAccessKeys are live, cost a request for every user,
 * and are asked only for those whom collect/freshness.h names. What was asked one by one decides,
 * also when it could not be read: then nobody falls back on the older word.
 *
 * The functions known_*() are the only place that weighs the sources against each other. */
#ifndef MODEL_CREDENTIALS_H
#define MODEL_CREDENTIALS_H

#include "model/model.h"

/* Columns of the credential report, by header name (IAM user guide, "Getting credential reports").
 * To read another one: a row. */
#define REPORT_COLUMNS(X)                                    \
    X(REPORT_USER, "user")                                   \
    X(REPORT_ARN, "arn")                                     \
    X(REPORT_CREATED, "user_creation_time")                  \
    X(REPORT_PASSWORD, "password_enabled")                   \
    X(REPORT_PASSWORD_USED, "password_last_used")            \
    X(REPORT_PASSWORD_CHANGED, "password_last_changed")      \
    X(REPORT_MFA, "mfa_active")                              \
    X(REPORT_KEY1, "access_key_1_active")                    \
    X(REPORT_KEY1_ROTATED, "access_key_1_last_rotated")      \
    X(REPORT_KEY1_USED, "access_key_1_last_used_date")       \
    X(REPORT_KEY1_REGION, "access_key_1_last_used_region")   \
    X(REPORT_KEY1_SERVICE, "access_key_1_last_used_service") \
    X(REPORT_KEY2, "access_key_2_active")                    \
    X(REPORT_KEY2_ROTATED, "access_key_2_last_rotated")      \
    X(REPORT_KEY2_USED, "access_key_2_last_used_date")       \
    X(REPORT_KEY2_REGION, "access_key_2_last_used_region")   \
    X(REPORT_KEY2_SERVICE, "access_key_2_last_used_service") \
    X(REPORT_CERT1, "cert_1_active")                         \
    X(REPORT_CERT2, "cert_2_active")

enum report_column {
#define X(id, name) id,
    REPORT_COLUMNS(X)
#undef X
        REPORT_COLUMN_COUNT
};
const char *report_column_name(enum report_column column);

/* A cell of the credential report; the values AWS documents are kept apart. */
enum cell {
    CELL_NO_COLUMN, /* the report has no such column */
    CELL_TRUE,
    CELL_FALSE,
    CELL_NOT_SUPPORTED,
    CELL_NO_INFORMATION,
    CELL_NOT_APPLICABLE, /* "N/A" */
    CELL_OTHER,          /* anything else: never read as true or false */
};
enum cell cell_of(const char *text);

struct report_row {
    size_t number;                         /* in the file; the header is row 1 */
    const char *text[REPORT_COLUMN_COUNT]; /* as written; NULL: the report has no such column */
};
/* What a cell says; CELL_NO_COLUMN also when `row` is NULL. */
enum cell report_cell(const struct report_row *row, enum report_column column);

/* The report as a whole, beside its rows. */
struct report {
    const char *generated_at;           /* RFC 3339 */
    time_t generated;                   /* the same; 0: not known */
    struct source content;              /* the CSV in its answer */
    size_t column[REPORT_COLUMN_COUNT]; /* number of each column, from 1; 0: not there */
};
/* The place of a cell; of the row where there is no such column. */
struct source report_source(const struct account *a, const struct report_row *row,
                            enum report_column column, struct arena *arena);
/* "the credential report of 2026-11-23T04:36:12Z, 1 h 24 min old at the scan"; the age is left out
 * where either time is not known. */
const char *report_text(const struct model *m, const struct account *a, struct arena *arena);
/* "24 min", "1 h 24 min". */
const char *report_age_text(long seconds, struct arena *arena);
/* Seconds from the report to the scan, never below 0; -1: not known. */
long report_age(const struct model *m, const struct account *a);

/* Was the user made when the report was being made, or later? It need not be in it, then. */
bool report_is_older(const struct account *a, const struct principal *user);

/* A key of iam:ListAccessKeys. */
struct access_key {
    const char *id, *created;
    const char *status;            /* "Active", "Inactive", "Expired" */
    bool active;                   /* status Active */
    struct data_status use_status; /* of GetAccessKeyLastUsed; asked for active keys only */
    const char *used_at, *used_region, *used_service; /* NULL: not used, or not asked */
    struct source source, use_source;
};

/* A credential of iam:ListServiceSpecificCredentials. It can never carry MFA. */
struct service_credential {
    const char *user, *id, *service, *status, *created;
    const char *expires; /* NULL: never */
    struct source source;
};

/* What was asked one by one about a user; bits. */
enum asked { ASKED_DEVICES = 1, ASKED_LOGIN = 2, ASKED_KEYS = 4, ASKED_KEY_USE = 8 };

/* Of one user, beside the devices of ListMFADevices in struct principal. */
struct credentials {
    unsigned asked; /* enum asked */

    /* Assigned to the user by ListVirtualMFADevices; none where that list is not complete. */
    const struct device *const *virtual_devices;
    size_t virtual_count;

    struct data_status login_status; /* of GetLoginProfile; «NoSuchEntity» is an answer */
    bool has_login;
    const char *login_created;
    struct source login_source; /* the profile, or the answer that says there is none */

    struct data_status keys_status; /* of ListAccessKeys */
    struct access_key *keys;        /* sorted by id */
    size_t key_count;
    struct source keys_source; /* the list itself: evidence also when it is empty */
};

/* iam:GetAccountPasswordPolicy. Numbers are -1 where AWS names none. */
struct password_policy {
    bool exists; /* «NoSuchEntity»: none was set, AWS's default rules */
    long minimum_length, max_age, reuse_prevention;
    bool symbols, numbers, uppercase, lowercase;
    bool users_may_change, expires, hard_expiry;
    struct source source;
};

/* Where an answer comes from. */
enum basis {
    BASIS_NONE,
    BASIS_REPORT,       /* the credential report: as old as that */
    BASIS_VIRTUAL_LIST, /* ListVirtualMFADevices: live, but knows of no other kinds */
    BASIS_LIVE,         /* the user's own list or profile */
};
enum word { WORD_UNKNOWN, WORD_NO, WORD_YES };

struct known {
    enum word word;
    enum basis basis;
    /* UNKNOWN: what could not be read; NULL: the report could, and has no row or no clear cell. */
    const struct data_status *why;
};

/* Has the user a device; a console password; an active access key? */
struct known known_device(const struct account *a, const struct principal *user);
struct known known_password(const struct account *a, const struct principal *user);
struct known known_active_key(const struct account *a, const struct principal *user);

/* The devices that bear out known_device(): of the user's own list, else of the virtual list.
 * *count is 0 where none is listed. A list by BASIS_VIRTUAL_LIST may lack devices of other kinds.
 */
const struct device *known_device_at(const struct principal *user, size_t index);
size_t known_device_count(const struct principal *user);

#endif
