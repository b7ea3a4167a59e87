/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/reason.h"

#include <stdarg.h>
#include <stdio.h>

#include "libvid/printable.h"

struct entry {
	const char *name;
	const char *sentence;
	int step;
	enum vid_verdict verdict;
};

static const struct entry entries[] = {
#define X(name, step, verdict, sentence) { #name, sentence, step, VERDICT_##verdict },
	VID_REASONS(X)
#undef X
};

static const struct entry *entry_of(enum vid_reason why)
{
	if ((unsigned)why >= VID_REASON_COUNT)
		why = VID_INTERNAL;
	return &entries[why];
}

const char *reason_name(enum vid_reason why)
{
	return entry_of(why)->name;
}

const char *reason_sentence(enum vid_reason why)
{
	return entry_of(why)->sentence;
}

int reason_step(enum vid_reason why)
{
	return entry_of(why)->step;
}

enum vid_verdict reason_verdict(enum vid_reason why)
{
	return entry_of(why)->verdict;
}

/* Texts name files, issuers and cards from outside, so the whole of it is escaped. The
 * arguments may be of `problem` itself. */
void problem_set(struct problem *problem, const char *format, ...)
{
	char text[sizeof(problem->text)] = "";
	va_list args;

	if (!problem)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	(void)printable_text(text, problem->text, sizeof(problem->text));
}
