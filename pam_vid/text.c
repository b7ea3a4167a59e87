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

/* What vidd names may come from a token, a key or a file (S67); a sentence from a
 * catalogue. */
static void add(struct text *text, struct bytes from)
{
	size_t room = text->size - text->len;

	if (room >= 4)
		text->len += printable_copy(from, text->to + text->len, room);
}

static bool is_placeholder(const char *at)
{
	return at[0] == '{' && (at[1] == '1' || at[1] == '2') && at[2] == '}';
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
		size_t len = 0;

		if (is_placeholder(from)) {
			add(&text, bytes_of_text(from[1] == '1' ? arg1 : arg2));
			from += 3;
			continue;
		}
		while (from[len] && !is_placeholder(from + len))
			len++;
		add(&text, bytes_of(from, len));
		from += len;
	}
	to[text.len] = '\0';
}
