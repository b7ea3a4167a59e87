/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * catalogue.h - sentences in the user's language, from an installed gettext catalogue
 *
 * The module runs inside other programs. gettext would read their LANGUAGE, and
 * bindtextdomain would change their state (S29, S31). This reader takes the name of a
 * locale as an argument, opens one file under VID_LOCALEDIR, and keeps nothing.
 */
#ifndef VID_CATALOGUE_H
#define VID_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "libvid/bytes.h"

#define CATALOGUE_MAX      (512 * 1024) /* bytes of a file; ours has some 60 KiB */
#define CATALOGUE_LANG_MAX 16           /* bytes of "de_DE", with its end */

/*
 * The translation of `msgid` in `file`, the bytes of a .mo file (GNU gettext manual, "The
 * Format of GNU MO Files"): little-endian, revision 0. The result points into `file` and
 * ends before a NUL byte of it. An entry with a plural or a context is not found by its
 * singular. False: `msgid` is not there or not translated, or the file is not well
 * formed. Every offset of an entry that is looked at is checked.
 */
bool catalogue_find(struct bytes file, const char *msgid, struct bytes *out);

/*
 * "de_DE.UTF-8@euro" as "de_DE", or with `territory` false as "de". False: it names no
 * language ("C", "POSIX"), or is not of that form (a path, for instance).
 */
bool catalogue_language(const char *locale, bool territory, char to[CATALOGUE_LANG_MAX]);

/*
 * The translation of `msgid` for `locale`, as a copy for free(). NULL: there is none. The
 * file must belong to root or to the caller's effective user, be regular, at most
 * CATALOGUE_MAX bytes, and not be writable for others.
 */
char *catalogue_translate(const char *locale, const char *msgid);

#endif
