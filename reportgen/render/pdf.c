/* pdf.c - the PDF renderer: checks the report's shape, then lets every section draw itself. */
#include "base/digest.h"
#include "base/limits.h"
#include "render/pdf_pages.h"
#include "render/render.h"

/* What the pages lean on; anything below these is read as empty when it is missing. */
static int check_shape(const cJSON *report, struct error *err)
{
    static const char *const objects[] = {"organization", "edition", "document", "scan",
                                          "scope",        "verdict", "score",    "coverage"};
    static const char *const arrays[] = {"tiles",       "tiers",   "fixes",    "groups",
                                         "populations", "queries", "evidence", "limits"};
    const char *schema = json_text(report, "schema", err);

    if (!schema)
        return -1;
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        if (!json_object(report, objects[i], err))
            return -1;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (!json_array(report, arrays[i], err))
            return -1;
    return 0;
}

static int digest_report(const cJSON *report, char hex[DIGEST_HEX], struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);

    if (json_canonical(report, &text, err) != 0)
        return -1;
    digest_bytes(text.buf, text.len, hex);
    return 0;
}

static int draw(const cJSON *report, struct arena *arena, struct strbuf *out, struct error *err)
{
    char digest[DIGEST_HEX];
    struct sheet sheet;

    if (digest_report(report, digest, err) != 0)
        return -1;

    const struct pdf_meta meta = {
        .title = json_str(report, "title"),
        .author = json_str(json_find(report, "organization"), "name"),
        .subject = json_str(report, "question"),
        .creator = arena_printf(arena, "%s %s", json_str(json_find(report, "producer"), "name"),
                                json_str(json_find(report, "producer"), "version")),
        .date = json_str(json_find(report, "document"), "date"),
        .digest = digest,
    };
    cleanup_pdf struct pdf *pdf = pdf_open(arena, &meta, err);

    if (!pdf)
        return -1;
    sheet_init(&sheet, pdf, arena, report);
    pdf_summary(&sheet);
    pdf_scope(&sheet);
    pdf_findings(&sheet);
    if (json_true(json_find(report, "edition"), "appendix"))
        pdf_evidence(&sheet);
    sheet_finish(&sheet);
    pdf_contents(&sheet);
    return pdf_save(pdf, out, err);
}

static int render(const cJSON *report, struct strbuf *out, struct error *err)
{
    struct arena arena = {0};
    int status = check_shape(report, err);

    if (status == 0)
        status = draw(report, &arena, out, err);
    arena_free(&arena);
    return status == 0 ? 0 : fail_in(err, "report");
}

const struct renderer render_pdf = {"pdf", "pdf", "application/pdf", render};
