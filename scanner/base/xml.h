/* xml.h - streaming reader of XML answers over expat.
 *
 * What AWS answers needs little of XML, so little is read: elements and their text, and an
 * attribute where it is asked for. Names are local names; namespaces, comments and processing
 * instructions are passed over. A
 * document type declaration is refused, so there are no entities but the five built in and
 * character references, and nothing grows or is fetched (XML 1.0 section 4.1). The text must be
 * UTF-8. Depth, names and text are bounded by limits.h. */
#ifndef BASE_XML_H
#define BASE_XML_H

#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

struct xml_reader;

/* The element that is being told about; valid during the call. */
struct xml_at {
    const char *path; /* local names from the root, joined by '/': "Answer/Users/member" */
    const char *name; /* the last of them */
    size_t depth;     /* 1 for the root */
    const struct xml_reader *reader;
};

/* What the caller does with elements. Either function may be NULL. Both return 0, or -1 with *err
 * filled (the error given to xml_parse) to stop reading. */
struct xml_handler {
    int (*start)(void *context, const struct xml_at *at, struct error *err);
    /* `text` is the element's own character data, without that of its children, NUL-terminated;
     * valid during the call. White space is kept. */
    int (*end)(void *context, const struct xml_at *at, const char *text, size_t len,
               struct error *err);
};

/* Read bytes[0..len) as one document. "name:line:column: " begins every message, also of errors
 * that a handler made. Errors: ERR_FORMAT, ERR_LIMIT, and the handler's own. */
int xml_parse(const char *name, const char *bytes, size_t len, const struct xml_handler *handler,
              void *context, struct error *err);

/* Value of an attribute, without namespace, of the element that begins; NULL: it has none. Only
 * `start` may ask; valid during the call. */
const char *xml_attribute(const struct xml_at *at, const char *name);

/* Append an XPath 1.0 expression that selects exactly this element: for each element from the
 * root on a slash and a step over its local name, *[local-name()='member'], and for all but the
 * root its number among the siblings of that name, [3]. */
void xml_pointer(const struct xml_at *at, struct strbuf *out);

#endif
