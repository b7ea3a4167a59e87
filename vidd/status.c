/* SPDX-License-Identifier: BSD-2-Clause */
/* Step 18: may this token still be used? Lists are read, never fetched, during a login.
 */
#include "config.h"

#include "vidd/login.h"

#include <syslog.h>

#include "libvid/printable.h"
#include "libvid/statuses.h"

/* Nothing was judged, for want of a list that counts. */
static bool is_without_list(enum vid_reason why)
{
	return reason_step(why) == reason_step(VID_STATUS_UNAVAILABLE) &&
	       reason_verdict(why) == VERDICT_UNAVAILABLE;
}

static enum vid_reason judge_list(struct login *login)
{
	const struct token *token = &login->presentation.token;
	const struct settings *settings = &login->settings;
	struct problem full = { .text = "" };
	const struct anchor anchor = login_anchor(login);
	const struct statuses store = { login->place->status, &anchor };
	const struct status_rules rules = {
		.issuer = token->issuer,
		.now = login->place->now(),
		.skew = settings->skew,
		.max_age = settings->status_max_age,
		.limits = { settings->status_max_token, settings->status_max_inflated },
	};

	/* Remembered whatever comes of it, so that the next fetch brings this list too.
	 */
	(void)statuses_note(&store, token->issuer->alias, token->status.uri, rules.now,
			    &full);
	if (full.text[0])
		syslog(LOG_AUTHPRIV | LOG_WARNING, "%s", full.text);
	return statuses_judge(&store, &rules, token->status.uri, token->status.idx,
			      &login->problem);
}

enum vid_reason judge_status(struct login *login)
{
	const struct token *token = &login->presentation.token;
	enum vid_reason why = VID_STATUS_UNAVAILABLE;

	if (token->issuer->status == STATUS_NONE)
		return VID_OK;
	if (token->status.present) /* always, where the issuer's record requires it */
		why = judge_list(login);
	if (!is_without_list(why))
		return why;
	if (token->issuer->status == STATUS_SOFT) {
		syslog(LOG_AUTHPRIV | LOG_NOTICE, "status = soft for %s: %s",
		       PRINTABLE(token->issuer->alias), reason_sentence(why));
		login->problem.text[0] = '\0';
		return VID_OK;
	}
	if (!login->problem.text[0])
		problem_set(&login->problem,
			    "no status list of %s that counts; `vid status update` "
			    "fetches, `vid status show` tells",
			    token->issuer->alias);
	return why;
}
