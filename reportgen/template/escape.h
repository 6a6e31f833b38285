/* escape.h - making outside text harmless in the document it is put into.
 *
 * Names, tags and messages come from whoever can name things in an AWS account. Escaped, they are
 * read as text by every Markdown and HTML reader, and nothing else.
 *
 * Both forms: what text_is_unsafe() names (controls, bidirectional overrides and marks, zero-width
 * and tag characters) is shown as \u{202E}, bytes that are not UTF-8 as \xNN.
 *
 * HTML: & < > " ' become entities. Good for element text and quoted attribute values; not for
 * script, style or URLs.
 *
 * Markdown: holds at any place in running text, list items, headings and table cells, for
 * CommonMark with GFM tables and autolinks (tests: cmark; tried: cmark-gfm, markdown-it, marked).
 * Two means: a backslash where every reader agrees, an entity where one does not. Per character:
 *   < > &          entity, so that it also holds inside raw HTML and cannot begin an entity or a
 *                  comment; & stays before a space
 *   \              entity: several table readers take "\\|" for an escaped bar
 *   |              entity: never splits a cell, in no reader
 *   `              entity: cannot even close a code span that somebody opened around the value
 *   $              entity: GitHub seeks formulas in the source, before it looks at backslashes
 *   * [ ] { } ! ~ #   backslash: emphasis, links, footnotes, task boxes, Jira and Liquid macros,
 *                  images, strike-through, headings (and their closing #)
 *   _              backslash, but not between two ASCII letters or digits of the value, where
 *                  CommonMark knows no emphasis: check ids stay readable
 *   - + = : . ( )  backslash only as the first character (list, rule, underlined heading, table
 *                  rule, definition; "(" after a "]"), - and + only when no letter or digit
 *                  follows, . and ) also after leading digits (numbered list) but only at the
 *                  end or before a space. Elsewhere harmless
 *   ://  www.      the : or the . as entity: no autolink
 *   @name          a zero-width space after the @ unless it is part of an address: GitHub would
 *                  notify a stranger, and does so after backslashes and entities are gone
 *   #12  :word:    the same, for issue references and emoji; an ARN's colons are left alone
 *   spaces         one at either end becomes an entity: no indented code, no hard line break
 *   line ends, tabs   a space
 * Not broken up: mail addresses (GitHub links them to themselves; many IAM users are named so, and
 * a name must survive being copied); GH-12 and commit hashes, which GitHub looks up in the reader's
 * own repository only. " ' % , ; / ? ^ start nothing. */
#ifndef TEMPLATE_ESCAPE_H
#define TEMPLATE_ESCAPE_H

#include "base/strbuf.h"

enum escape { ESCAPE_NONE, ESCAPE_MARKDOWN, ESCAPE_HTML };

/* What the extension of a file name asks for. */
enum escape escape_for(const char *file);

/* Append s, escaped. */
void escape_add(enum escape how, struct strbuf *out, const char *s);

#endif
