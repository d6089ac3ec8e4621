/* html.h
 * An HTML document as it is written: elements, their attributes, texts
 *
 * Whatever is written through here is markup only where the caller's own names make it so. Texts
 * are escaped, and what has no glyph is shown as text_safe() shows it, whoever forgot to: nothing
 * that came from a capture can become an element, a script, or letters that turn their neighbours
 * about. The document is well-formed XML, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HTML_H
#define HTML_H

#include "analyzer/process/output.h"

typedef struct Html Html;

/** Begins a document; nothing of it is written before there is an element. @param out  outlives
 *  it */
Html *html_new(Output *out);

/** Ends all elements that are open, and the document. */
void html_free(Html *html);

/** Begins an element. @param name, class  words of the program, never of a capture; class may be
 *  NULL */
void html_open(Html *html, const char *name, const char *class);

/** An attribute of the element that was just begun. @param text  see html_text() */
void html_attribute(Html *html, const char *name, const char *text);

/** The same, formatted. */
void html_attributef(Html *html, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** Text of the element that is open. @param text  safe, see text_safe(); it is made so if it is
 *  not */
void html_text(Html *html, const char *text);

/** The same, formatted. */
void html_textf(Html *html, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** Ends the element that was begun last. */
void html_close(Html *html);

/** An element with a text and nothing else. @param class  or NULL */
void html_element(Html *html, const char *name, const char *class, const char *text);

/** A link to the element with that id in the same document. */
void html_link(Html *html, const char *id, const char *text);

/** A meta element, such as name="viewport". @param content  or NULL */
void html_meta(Html *html, const char *key, const char *name, const char *content);

/** The style sheet, in an element of its own. @param css  of the program; holds no "<" and no
 *  "&" */
void html_style(Html *html, const char *css);

/** Lets out what was written: to be called wherever a document can pause, see output_flow(). */
void html_flow(Html *html);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Html, html_free)

#endif
