/* freshness.c - whom the default, `confirm`, asks about. */
#include "collect/freshness.h"

#include "base/clock.h"

static bool is_clear(enum cell cell)
{
    return cell == CELL_TRUE || cell == CELL_FALSE;
}

/* The report has nothing to say, or nothing that can be relied on. */
static bool is_unreported(const struct account *a, const struct principal *user)
{
    return !user->report || !data_complete(a, DATA_CREDENTIAL_REPORT);
}

static bool is_idle(const struct principal *user)
{
    return report_cell(user->report, REPORT_PASSWORD) == CELL_FALSE &&
           report_cell(user->report, REPORT_KEY1) == CELL_FALSE &&
           report_cell(user->report, REPORT_KEY2) == CELL_FALSE;
}

/* A device enabled when the report was being made, or later. One without a readable date counts. */
static bool has_younger_device(const struct account *a, const struct principal *user)
{
    const struct credentials *c = user->credentials;

    for (size_t i = 0; i < c->virtual_count; i++) {
        const char *text = c->virtual_devices[i]->enabled_at;
        time_t enabled;

        if (!text || !clock_parse(text, &enabled) || enabled >= a->report_info->generated)
            return true;
    }
    return false;
}

/* An idle user with a device holds an orphaned one: the login profile and the keys decide. */
static bool holds_orphan(const struct principal *user)
{
    return is_idle(user) && user->credentials->virtual_count > 0;
}

/* Do the report and the live list of virtual devices leave open which devices there are, as far as
 * a verdict needs it? */
static bool devices_are_open(const struct account *a, const struct principal *user,
                             bool administrator)
{
    enum cell mfa = report_cell(user->report, REPORT_MFA);
    enum cell password = report_cell(user->report, REPORT_PASSWORD);
    bool listed = user->credentials->virtual_count > 0;

    if (holds_orphan(user))
        return false;
    if (!is_clear(mfa) || !is_clear(password) || (mfa == CELL_TRUE) != listed ||
        has_younger_device(a, user))
        return true;
    return mfa == CELL_FALSE && (password == CELL_TRUE || (administrator && !is_idle(user)));
}

static bool password_is_open(const struct principal *user)
{
    bool has_device = user->devices_status.state == STATE_COMPLETE && user->device_count > 0;

    return !is_clear(report_cell(user->report, REPORT_PASSWORD)) ||
           (user->credentials->asked & ASKED_DEVICES && !has_device);
}

bool freshness_asks(const struct model *m, const struct account *a, const struct principal *user,
                    bool administrator, enum asked what)
{
    if (m->freshness != FRESHNESS_CONFIRM)
        return m->freshness == FRESHNESS_LIVE;
    if (is_unreported(a, user))
        return true;
    switch (what) {
    case ASKED_DEVICES:
        return devices_are_open(a, user, administrator);
    case ASKED_LOGIN:
        return password_is_open(user) || holds_orphan(user);
    case ASKED_KEYS:
        return holds_orphan(user);
    case ASKED_KEY_USE:
        return false;
    }
    return true;
}
