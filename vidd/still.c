/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The account phase (S40): between the login and this question the token may have
 * expired or been revoked, its issuer dropped, the map edited. Nothing is asked of the
 * person, no device is used, no attempt charged: who is there has been judged.
 */
#include "config.h"

#include "vidd/login.h"

#include <string.h>

/* Root may ask about anybody, everyone else about themselves. */
static enum vid_reason judge_caller(const struct login *login)
{
	return login->ask.uid == 0 || login->ask.uid == login->grant.uid
		       ? VID_OK
		       : VID_NOT_ALLOWED;
}

/* The key that signed it, as this host knows it now: it may have been revoked since. */
static enum vid_reason recall_key(const struct grant *grant, const struct issuer *issuer,
				  const struct issuer_key **out)
{
	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];
		uint8_t id[VID_KID_LEN];

		issuer_key_id(&key->public, id);
		if (!bytes_equal(bytes_of(id, sizeof(id)),
				 bytes_of(grant->key_id, sizeof(grant->key_id))))
			continue;
		*out = key;
		return key->revoked ? VID_KEY_REVOKED : VID_OK;
	}
	return VID_KID_UNKNOWN;
}

/* The token, as far as it was noted, and its issuer as this host knows it now. */
static enum vid_reason recall_token(struct login *login)
{
	const struct grant *grant = &login->grant;
	const struct issuer *issuer =
		issuer_by_iss(&login->issuers, bytes_of_text(grant->iss));
	struct token *token = &login->presentation.token;
	const struct issuer_key *key = NULL;
	struct bytes subject, alias;
	enum vid_reason why;

	if (!issuer ||
	    !identity_split(bytes_of_text(grant->identity), &subject, &alias) ||
	    !bytes_are(alias, issuer->alias))
		return VID_ISS_UNKNOWN;
	if ((why = recall_key(grant, issuer, &key)) != VID_OK)
		return why;
	*token = (struct token){
		.issuer = issuer,
		.key = key,
		.iss = bytes_of_text(grant->iss),
		.sub = subject,
		.exp = grant->expires,
		.status = { .present = grant->has_status,
			    .idx = grant->status_idx,
			    .uri = bytes_of_text(grant->status_uri) },
	};
	login->is_card = grant->is_card;
	return VID_OK;
}

/* As at the login: the issuer's record may have changed its word for status. */
static enum vid_reason still_valid(struct login *login)
{
	const struct token *token = &login->presentation.token;
	const char *realm = login->settings.realm;

	if (realm[0] && strcmp(realm, token->issuer->realm) != 0)
		return VID_AUD;
	if (token_expired(token->exp, login->place->now(), login->settings.skew))
		return VID_EXPIRED;
	if (!token->status.present && login->is_card)
		return VID_OK;
	if (!token->status.present && token->issuer->status == STATUS_REQUIRED)
		return VID_STATUS_FORM;
	return judge_status(login);
}

enum vid_reason still_judge(struct login *login)
{
	enum vid_reason why;

	if ((why = grant_recall(login)) != VID_OK)
		return why;
	if ((why = judge_caller(login)) != VID_OK)
		return why;
	if ((why = policy_read(login)) != VID_OK)
		return why;
	if ((why = trust_load(login)) != VID_OK)
		return why;
	if ((why = recall_token(login)) != VID_OK)
		return why;
	if ((why = still_valid(login)) != VID_OK)
		return why;
	if ((why = grant_account(login)) != VID_OK)
		return why;
	return judge_account_here(login);
}
