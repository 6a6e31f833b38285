/* saml_metadata.c - reading the metadata of SAML identity providers. */
#include "collect/saml_metadata.h"

#include <string.h>

#include "base/certificate.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/xml.h"

#define IDP "EntityDescriptor/IDPSSODescriptor"
#define SERVICE IDP "/SingleSignOnService"
#define KEY IDP "/KeyDescriptor"
#define CERTIFICATE KEY "/KeyInfo/X509Data/X509Certificate"

struct reader {
    struct arena *arena;
    struct saml_metadata found;
    bool seen_idp;
    const char *use; /* of the KeyDescriptor at hand */
};

static int keep(struct reader *r, const char *text, const char **out, struct error *err)
{
    if (strlen(text) > LIMIT_NAME_BYTES)
        return fail(err, ERR_LIMIT, "text longer than %d bytes", LIMIT_NAME_BYTES);
    *out = arena_strdup(r->arena, text);
    return 0;
}

/* The root, and what no provider's metadata is without. */
static int read_entity(struct reader *r, const struct xml_at *at, struct error *err)
{
    const char *id = xml_attribute(at, "entityID");

    if (strcmp(at->name, "EntityDescriptor") != 0)
        return fail(err, ERR_FORMAT, "no EntityDescriptor");
    if (!id || !*id)
        return fail(err, ERR_FORMAT, "EntityDescriptor without entityID");
    return keep(r, id, &r->found.entity_id, err);
}

static int read_service(struct reader *r, const struct xml_at *at, struct error *err)
{
    const char *location = xml_attribute(at, "Location");
    struct http_url url;

    if (!location || !http_url_split(location, &url))
        return fail(err, ERR_FORMAT, "SingleSignOnService without an address");
    for (char *c = url.host; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    *arena_push(r->arena, r->found.hosts, r->found.host_count) = arena_strdup(r->arena, url.host);
    return 0;
}

static int metadata_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;

    if (at->depth == 1)
        return read_entity(r, at, err);
    if (strcmp(at->path, IDP) == 0)
        r->seen_idp = true;
    if (strcmp(at->path, KEY) == 0)
        return keep(r, xml_attribute(at, "use") ? xml_attribute(at, "use") : "", &r->use, err);
    return strcmp(at->path, SERVICE) == 0 ? read_service(r, at, err) : 0;
}

/* Base64 in lines (xsd:base64Binary). */
static void read_certificate(struct reader *r, const char *text, size_t len)
{
    cleanup_strbuf struct strbuf letters = STRBUF_INIT(LIMIT_KEY_BYTES);
    cleanup_strbuf struct strbuf der = STRBUF_INIT(LIMIT_KEY_BYTES);
    struct saml_certificate *out =
        arena_push(r->arena, r->found.certificates, r->found.certificate_count);
    struct certificate read;
    struct error ignored = {0};

    *out = (struct saml_certificate){.use = r->use};
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", text[i]))
            strbuf_addch(&letters, text[i]);
    if (strbuf_finish(&letters, "certificate", &ignored) ||
        base64_decode(&der, letters.buf, letters.len, &ignored) ||
        certificate_read(der.buf, der.len, &read, &ignored))
        return;
    out->sha256 = arena_strdup(r->arena, read.sha256);
    out->not_after = arena_strdup(r->arena, read.not_after);
}

static int metadata_end(void *context, const struct xml_at *at, const char *text, size_t len,
                        struct error *err)
{
    (void)err;
    if (strcmp(at->path, CERTIFICATE) == 0)
        read_certificate(context, text, len);
    return 0;
}

int saml_metadata_read(struct arena *arena, const char *text, size_t len, struct saml_metadata *out,
                       struct error *err)
{
    static const struct xml_handler handler = {metadata_start, metadata_end};
    struct reader r = {.arena = arena, .use = ""};

    if (xml_parse("SAMLMetadataDocument", text, len, &handler, &r, err))
        return -1;
    if (!r.seen_idp || r.found.host_count == 0)
        return fail(err, ERR_FORMAT,
                    "SAMLMetadataDocument: no IDPSSODescriptor with a "
                    "SingleSignOnService");
    *out = r.found;
    return 0;
}
