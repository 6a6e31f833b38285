/* report_work.c - «fix these first»: the order of work and its groups. */
#include <stdio.h>
#include <string.h>

#include "base/json_build.h"
#include "base/strbuf.h"
#include "checks/check.h"
#include "report_parts.h"

/* What there is to do about open resources, by their status. */
static const struct work {
    enum status status;
    const char *first, *then; /* the verb, and in the middle of a sentence; NULL: the check's own */
    const char *end;
} works[] = {
    {STATUS_FAIL, NULL, NULL, ""},
    {STATUS_MANUAL, "Confirm", "confirm", " by hand"},
    {STATUS_UNKNOWN, "Make", "make", " readable"},
};

/* "Require MFA at 3 roles, confirm 1 more by hand, make 2 more readable" */
void report_add_work(cJSON *obj, const char *key, const struct assessment *a, size_t row)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(4096);
    const struct check *check = check_at(row);
    struct finding_counts n = findings_of_check(&a->findings, row);

    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        const struct work *w = &works[i];
        size_t count = n.by_status[w->status];
        const char *noun = count == 1 ? check->noun : check->nouns;

        if (count && sb.len)
            strbuf_addf(&sb, ", %s %zu more%s", w->then, count, w->end);
        else if (count)
            strbuf_addf(&sb, "%s %zu %s%s", w->first ? w->first : check->action, count, noun,
                        w->end);
    }
    cJSON_AddStringToObject(obj, key, sb.buf);
}

static cJSON *fix_json(const struct assessment *a, size_t index, size_t group)
{
    const struct fix *f = &a->score.fixes[index];
    const struct check *check = check_at(f->row);
    cJSON *row = cJSON_CreateObject();

    json_add_count(row, "rank", index + 1);
    cJSON_AddStringToObject(row, "check", check->id);
    report_add_work(row, "title", a, f->row);
    report_add_severity(row, assessment_severity(a, check));
    json_add_count(row, "count", f->count);
    cJSON_AddNumberToObject(row, "gain", f->gain);
    json_add_format(row, "gainText", f->gain > 0 ? "+%d" : "%d", f->gain);
    cJSON_AddNumberToObject(row, "scoreAfter", f->score_after);
    json_add_format(row, "scoreAfterText", "%d", f->score_after);
    cJSON_AddNumberToObject(row, "ceilingAfter", f->ceiling_after);
    json_add_count(row, "group", group);
    cJSON_AddStringToObject(row, "owner", "");
    return row;
}

/* Where the score stands before fix i. */
struct standing {
    int score, ceiling;
};

static struct standing before(const struct score *s, size_t i)
{
    if (i == 0)
        return (struct standing){s->value, s->ceiling};
    return (struct standing){s->fixes[i - 1].score_after, s->fixes[i - 1].ceiling_after};
}

/* The fixes of a printed group: those that lift a ceiling together, or single steps that lift none
 * and follow each other. Returns the index after the last. */
static size_t group_end(const struct score *s, size_t first)
{
    size_t end = first + 1;
    bool lifts = s->fixes[first].ceiling_after > before(s, first).ceiling;

    while (end < s->fix_count && s->fixes[end].group == s->fixes[first].group)
        end++;
    if (end > first + 1 || lifts)
        return end;
    while (end < s->fix_count && s->fixes[end].ceiling_after == s->fixes[first].ceiling_after &&
           (end + 1 == s->fix_count || s->fixes[end + 1].group != s->fixes[end].group))
        end++;
    return end;
}

static void add_numbers(struct strbuf *sb, size_t first, size_t end, const char *and)
{
    for (size_t i = first; i < end; i++)
        strbuf_addf(sb, "%s%zu", i == first ? "" : i + 1 == end ? and : ", ", i + 1);
}

static void add_title(cJSON *row, const struct score *s, size_t first, size_t end)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(4096);
    int gain = s->fixes[end - 1].score_after - before(s, first).score;
    bool together = end - first > 1 && s->fixes[first].group == s->fixes[end - 1].group;

    if (!together)
        strbuf_addstr(&sb, first ? "Then " : "First ");
    add_numbers(&sb, first, end, " and ");
    strbuf_addf(&sb, "%s, +%d:", together ? " together" : "", gain);
    cJSON_AddStringToObject(row, "title", sb.buf);
}

static void add_text(cJSON *row, const struct score *s, size_t first, size_t end)
{
    struct standing from = before(s, first), to = before(s, end);

    if (to.ceiling == from.ceiling && to.score == from.score)
        json_add_format(row, "text", "the score stays at %d until more is done", to.score);
    else if (to.ceiling == from.ceiling)
        json_add_format(row, "text", "the score goes from %d to %d", from.score, to.score);
    else if (to.ceiling == 100)
        json_add_format(row, "text", "no ceiling is left, the score reaches %d", to.score);
    else
        json_add_format(row, "text", "the ceiling rises from %d to %d, the score from %d to %d",
                        from.ceiling, to.ceiling, from.score, to.score);
}

void report_work(cJSON *report, const struct assessment *a)
{
    const struct score *s = &a->score;
    cJSON *fixes = cJSON_AddArrayToObject(report, "fixes");
    cJSON *groups = cJSON_AddArrayToObject(report, "groups");
    size_t number = 0;

    for (size_t first = 0; first < s->fix_count;) {
        size_t end = group_end(s, first);
        cJSON *row = json_append_object(groups), *members;

        json_add_count(row, "id", ++number);
        add_title(row, s, first, end);
        add_text(row, s, first, end);
        members = cJSON_AddArrayToObject(row, "fixes");
        for (; first < end; first++) {
            cJSON_AddItemToArray(fixes, fix_json(a, first, number));
            cJSON_AddItemToArray(members, fix_json(a, first, number));
        }
    }
}
