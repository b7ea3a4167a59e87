/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/face_consent.h"

#include <locale.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "vid/cli.h"

#define WORDS_MAX 4096 /* bytes, in the longest language */

static bool show_words(const char *account, const char *faces, struct consent *out)
{
	char words[WORDS_MAX];
	int len = snprintf(
		words, sizeof(words),
		_("Before a face is enrolled for the account %s, know this:\n"
		  "  Purpose:     to let this person, and nobody else, log in here with "
		  "a "
		  "virtual ID.\n"
		  "  Data:        up to five lists of numbers computed from the face. No "
		  "picture is kept.\n"
		  "  Retention:   encrypted under %s until it is removed or replaced; it "
		  "leaves this machine for nobody.\n"
		  "  Alternative: the password, or another way that this machine offers, "
		  "opens the same account without a face.\n"),
		account, faces);

	if (len < 0 || (size_t)len >= sizeof(words))
		return false;
	fputs(words, stdout);
	consent_hash(words, out->text);
	return true;
}

static int ask_word(void)
{
	char answer[16] = "";

	if (!isatty(STDIN_FILENO))
		return cli_fail(
			_("the person has to agree: run this at a terminal, or use "
			  "--agree where the consent is kept otherwise"));
	printf(_("Do you agree? Type yes: "));
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) && strcmp(answer, "yes\n") == 0)
		return CLI_GO;
	(void)cli_fail(_("no consent, no face: nothing was taken and nothing written"));
	return CLI_REFUSED;
}

int face_consent(const char *account, const char *faces, bool agreed, struct consent *out)
{
	const char *locale = setlocale(LC_MESSAGES, NULL);

	*out = (struct consent){ .method = agreed ? CONSENT_STATED : CONSENT_TYPED,
				 .time = (int64_t)time(NULL) };
	(void)snprintf(out->account, sizeof(out->account), "%s", account);
	if (!locale ||
	    !bytes_to_text(bytes_of_text(locale), out->locale, sizeof(out->locale)))
		(void)snprintf(out->locale, sizeof(out->locale), "other");
	if (!show_words(account, faces, out))
		return cli_problem(VID_INTERNAL, NULL);
	if (!agreed)
		return ask_word();
	puts(_("Agreed on the command line (--agree)."));
	return CLI_GO;
}
