/* SPDX-License-Identifier: BSD-2-Clause */
/* What a login grants, for the phases behind it: noted, sealed, and opened again. */
#include "config.h"

#include "vidd/login.h"

#include <stdio.h>

/* Of a card nothing is left by the time of the verdict. */
void grant_note(struct login *login)
{
	const struct token *token = &login->presentation.token;
	struct grant *grant = &login->grant;

	(void)snprintf(grant->identity, sizeof(grant->identity), "%.*s@%s",
		       (int)token->sub.len, (const char *)token->sub.at,
		       token->issuer->alias);
	(void)bytes_to_text(bytes_of_text(token->issuer->iss), grant->iss,
			    sizeof(grant->iss));
	if (token->key)
		issuer_key_id(&token->key->public, grant->key_id);
	grant->expires = token->exp;
	grant->is_card = login->is_card;
	grant->has_status = token->status.present;
	grant->status_idx = token->status.idx;
	(void)bytes_to_text(token->status.uri, grant->status_uri,
			    sizeof(grant->status_uri));
}

enum vid_reason grant_make(struct login *login)
{
	struct buffer note = buffer_of(login->note, sizeof(login->note));
	struct grant *grant = &login->grant;
	enum vid_reason why;

	memcpy(grant->account, login->account.name, sizeof(grant->account));
	memcpy(grant->service, login->ask.service, sizeof(grant->service));
	grant->uid = login->account.uid;
	grant->walkup = login->account.walkup;
	grant->wipe = login->account.wipe;
	memcpy(grant->home, login->account.home, sizeof(grant->home));
	grant->generation = login->account.generation;
	grant->granted = login->place->now();
	why = grant_seal(grant, &login->key, &note);
	login->note_len = note.len;
	if (why != VID_OK)
		problem_set(&login->problem, "what was granted cannot be noted");
	return why;
}

bool grant_put(const struct login *login, struct wire_frame *frame)
{
	const struct grant *grant = &login->grant;
	struct bytes subject, alias;
	char text[VID_SUB_LEN + 1];

	return identity_split(bytes_of_text(grant->identity), &subject, &alias) &&
	       bytes_to_text(subject, text, sizeof(text)) &&
	       wire_put(frame, PAM_FIELD_GRANT, bytes_of(login->note, login->note_len)) &&
	       wire_put_text(frame, PAM_FIELD_SUBJECT, text) &&
	       wire_put(frame, PAM_FIELD_ISSUER, alias) &&
	       wire_put_text(frame, PAM_FIELD_ASSURANCE, login->assurance) &&
	       (!login->account.walkup ||
		wire_put_u32(frame, PAM_FIELD_FLAGS, PAM_FLAG_SESSION)) &&
	       (!login->unlock[0] ||
		wire_put_text(frame, PAM_FIELD_SECRET, login->unlock));
}

enum vid_reason grant_recall(struct login *login)
{
	struct grant *grant = &login->grant;
	enum vid_reason why;

	why = hostkey_load(login->place->hostkey, &login->key, &login->problem);
	if (why != VID_OK)
		return why;
	why = grant_open(bytes_of(login->note, login->note_len), &login->key, grant);
	if (why != VID_OK) {
		problem_set(&login->problem,
			    "what was granted is not this host's, or was changed");
		return why;
	}
	memcpy(login->ask.account, grant->account, sizeof(login->ask.account));
	memcpy(login->ask.service, grant->service, sizeof(login->ask.service));
	return VID_OK;
}

void grant_former_account(struct login *login)
{
	const struct grant *grant = &login->grant;
	struct account *account = &login->account;

	*account = (struct account){ .uid = grant->uid,
				     .walkup = grant->walkup,
				     .wipe = grant->wipe,
				     .generation = grant->generation };
	memcpy(account->name, grant->account, sizeof(account->name));
	memcpy(account->home, grant->home, sizeof(account->home));
}

enum vid_reason grant_account(struct login *login)
{
	const struct grant *grant = &login->grant;
	struct account *account = &login->account;
	enum vid_reason why;

	why = account_of_identity(login->place->index, &login->key, grant->iss,
				  grant->identity, account, &login->problem);
	if (why == VID_OK &&
	    (strcmp(account->name, grant->account) != 0 || account->uid != grant->uid))
		why = VID_ACCOUNT_OTHER;
	if (why != VID_OK && !login->problem.text[0])
		problem_set(&login->problem,
			    "the map has changed since the login (its generation was "
			    "%llu)",
			    (unsigned long long)grant->generation);
	return why;
}
