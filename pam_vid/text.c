/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pam_vid/pam_vid.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "pam_vid/catalogue.h"

struct text {
	char *to;
	size_t len, size;
};

/* What vidd names may come from a token, a key or a file (S67). */
static void add(struct text *text, const char *from)
{
	size_t room = text->size - text->len;

	if (room >= 4)
		text->len +=
			printable_copy(bytes_of_text(from), text->to + text->len, room);
}

/*
 * The language is that of the locale in force, which the application has chosen: su, sudo
 * and login take the user's, a display manager its own. The module reads no variable and
 * changes no locale. A catalogue is UTF-8; where the application writes another encoding,
 * and in the locale "C", the sentence stays English. NULL: English.
 */
static char *translation_of(const char *msgid)
{
	const char *locale = setlocale(LC_MESSAGES, NULL);
	const char *encoding = nl_langinfo(CODESET);

	if (!locale || !encoding || strcmp(encoding, "UTF-8") != 0)
		return NULL;
	return catalogue_translate(locale, msgid);
}

void talk_text(const char *msgid, const char *arg1, const char *arg2, char *to,
	       size_t size)
{
	struct text text = { .to = to, .size = size };
	AUTO_FREE char *translated = NULL;
	const char *from;
	int error = errno;

	translated = *msgid ? translation_of(msgid) : NULL;
	errno = error;
	from = translated ? translated : msgid;
	while (*from) {
		if (from[0] == '{' && (from[1] == '1' || from[1] == '2') &&
		    from[2] == '}') {
			add(&text, from[1] == '1' ? arg1 : arg2);
			from += 3;
			continue;
		}
		if (text.len + 1 < text.size)
			text.to[text.len++] = *from;
		from++;
	}
	to[text.len] = '\0';
}
