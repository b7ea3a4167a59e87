/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps 4 and 5: is the presentation good, and whose is it here? */
#include "config.h"

#include "vidd/login.h"

#include <pwd.h>
#include <stdio.h>
#include <syslog.h>

#include "libvid/replay.h"

/* Step 17, what libvid leaves to us. */
static enum vid_reason judge_holder(struct login *login)
{
	const struct presentation *shown = &login->presentation;
	const struct anchor anchor = login_anchor(login);

	if (login->proof.made)
		return proof_judge(login);
	if (shown->kind != PRESENTATION_KBT) {
		/* A bare token answers no nonce. */
		if (!login->policy->bearer || login->nonce.until)
			return VID_HOLDER_MISSING;
		syslog(LOG_AUTHPRIV | LOG_WARNING,
		       "bearer = yes for %s: a token without a proof of its holder "
		       "(AAL1)",
		       login->ask.service);
		login->assurance = login->policy->face ? "bearer+face" : "bearer";
		return VID_OK;
	}
	/* A key in a file verifies nobody: it does what it is told to. */
	if (login->policy->key_uv == KEY_UV_REQUIRED)
		return VID_HOLDER_UV;
	login->assurance = login->policy->face ? "holder+face" : "holder";
	return replay_use(login->place->replay, &anchor, shown->hash, login->place->now(),
			  shown->iat + REPLAY_SECONDS, &login->problem);
}

/* A card that carries a status is judged by it like a token. */
static enum vid_reason judge_card(struct login *login)
{
	enum vid_reason why = card_judge(login);

	if (why != VID_OK || !login->presentation.token.status.present)
		return why;
	return judge_status(login);
}

struct presentation_rules judge_rules(const struct login *login)
{
	return (struct presentation_rules){
		.token = {
			.trust = &login->issuers,
			.realm = login->settings.realm[0] ? login->settings.realm : NULL,
			.now = login->place->now(),
			.skew = login->settings.skew,
		},
		.host = login->host,
		.nonce = nonce_of(login),
	};
}

enum vid_reason judge_presentation(struct login *login)
{
	enum vid_reason why;

	if (login->is_card)
		return judge_card(login);
	if (!login->proof.made && nonce_expired(login))
		return VID_HOLDER_NONCE;
	why = intake_verify(login, bytes_of(login->message, login->message_len),
			    login->message_why, &login->presentation);
	if (why != VID_OK)
		return why;
	if ((why = judge_holder(login)) != VID_OK)
		return why;
	return judge_status(login);
}

/* What the issuer's record says of this host's accounts and services (S15). */
static enum vid_reason judge_reach(struct login *login)
{
	const struct issuer *issuer = login->presentation.token.issuer;
	const struct account *account = &login->account;

	if (!reach_service(&issuer->reach, login->ask.service)) {
		problem_set(&login->problem, "%s is not for the service %s",
			    issuer->alias, login->ask.service);
		return VID_ISSUER_REACH;
	}
	if (!reach_account(&issuer->reach, account->name, account->uid)) {
		problem_set(&login->problem, "%s may not reach %s (uid %u)",
			    issuer->alias, account->name, account->uid);
		return VID_ISSUER_REACH;
	}
	return VID_OK;
}

/* Whoever has no account yet is nobody that could have been asked for; and the issuer may
 * speak for whatever its rule would give. */
static enum vid_reason judge_newcomer(struct login *login)
{
	const struct issuer *issuer = login->presentation.token.issuer;
	const struct index_range *uids = &login->newcomers.uids;

	if (login->ask.account[0])
		return VID_IDENTITY_UNKNOWN;
	if (!reach_service(&issuer->reach, login->ask.service) ||
	    !reach_range(&issuer->reach, uids->min, uids->max)) {
		problem_set(&login->problem,
			    "%s may not reach all that the rule *@%s gives (uids %u-%u), "
			    "or not by the service %s",
			    issuer->alias, issuer->alias, uids->min, uids->max,
			    login->ask.service);
		return VID_ISSUER_REACH;
	}
	return VID_OK;
}

/* The account that the map names must be the one that the name service knows. */
static enum vid_reason judge_entry(struct login *login)
{
	const struct passwd *entry = getpwnam(login->account.name);

	if (entry && entry->pw_uid == login->account.uid && entry->pw_uid != 0)
		return VID_OK;
	problem_set(&login->problem, "%s: %s", login->account.name,
		    entry ? "the name service gives another uid, or 0"
			  : "the name service does not know it");
	return VID_ACCOUNT_CHANGED;
}

enum vid_reason judge_account_here(struct login *login)
{
	enum vid_reason why = judge_reach(login);

	return why == VID_OK ? judge_entry(login) : why;
}

enum vid_reason judge_identity(struct login *login, const struct token *token,
			       struct account *account)
{
	char identity[VID_IDENTITY_MAX + 1];

	enum vid_reason why;

	(void)snprintf(identity, sizeof(identity), "%.*s@%s", (int)token->sub.len,
		       (const char *)token->sub.at, token->issuer->alias);
	why = account_of_identity(login->place->index, &login->key, token->issuer->iss,
				  identity, account, &login->problem);
	if (why != VID_IDENTITY_UNKNOWN)
		return why;
	why = walkup_rule(login->place->index, &login->key, token->issuer->iss,
			  &login->newcomers, &login->problem);
	account->due = why == VID_OK;
	return why;
}

enum vid_reason judge_account(struct login *login)
{
	enum vid_reason why =
		judge_identity(login, &login->presentation.token, &login->account);

	if (why != VID_OK)
		return why;
	if (login->account.due)
		return judge_newcomer(login);
	if (login->ask.account[0] && strcmp(login->ask.account, login->account.name) != 0)
		return VID_ACCOUNT_OTHER;
	return judge_account_here(login);
}
