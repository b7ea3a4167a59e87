/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pam_vid/pam_vid.h"

#include <libintl.h>

struct text {
	char *to;
	size_t len, size;
};

/* Control characters would speak to the terminal, not to the person. */
static void add(struct text *text, const char *from)
{
	for (; *from && text->len + 1 < text->size; from++) {
		unsigned char c = (unsigned char)*from;

		text->to[text->len++] = c < 0x20 || c == 0x7f ? '?' : *from;
	}
}

void talk_text(const char *msgid, const char *arg1, const char *arg2, char *to,
	       size_t size)
{
	struct text text = { .to = to, .size = size };
	const char *from;

	/* The catalogue of an installation outside /usr is found through this alone. */
	(void)bindtextdomain("vid", VID_LOCALEDIR);
	from = *msgid ? dgettext("vid", msgid) : "";
	while (*from) {
		if (from[0] == '{' && (from[1] == '1' || from[1] == '2') &&
		    from[2] == '}') {
			add(&text, from[1] == '1' ? arg1 : arg2);
			from += 3;
			continue;
		}
		add(&text, (const char[]){ *from++, '\0' });
	}
	to[text.len] = '\0';
}
