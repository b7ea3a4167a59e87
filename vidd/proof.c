/* SPDX-License-Identifier: BSD-2-Clause */
/* Step 17 with a security key: what it is asked to sign, and what it said. */
#include "config.h"

#include "vidd/login.h"

#include <fcntl.h>
#include <sodium.h>
#include <syslog.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/counters.h"

#define NONCE_MILLISECONDS 60000 /* S2 */
#define BOOT_ID            "/proc/sys/kernel/random/boot_id"

/* --- what is asked
 * ---------------------------------------------------------------------- */

static bool read_boot_id(char to[ASSERTION_BOOT_ID_LEN + 1])
{
	AUTO_CLOSE int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);

	to[ASSERTION_BOOT_ID_LEN] = '\0';
	return fd >= 0 && read(fd, to, ASSERTION_BOOT_ID_LEN) == ASSERTION_BOOT_ID_LEN;
}

static bool keeps_secret(struct login *login)
{
	const struct token *token = &login->presentation.token;
	struct account account;
	struct secret_owner owner;

	/* A PAM application that opens a session is root; who runs as the person has a
	 * keyring that is open, or should not get at it. */
	if (!login->policy->unlock_secret || login->ask.uid != 0 || !token->issuer ||
	    judge_identity(login, token, &account) != VID_OK || account.due)
		return false;
	owner = (struct secret_owner){
		.account = account.name,
		.uid = account.uid,
		.holder = &token->holder,
	};
	return secret_is_kept(login->place->secrets, &owner, &login->key);
}

/* The message is the candidate's token from here on. A token that does not verify is
 * asked about all the same: it is refused where everything is judged (S53). */
enum vid_reason proof_start(struct login *login, const struct candidate *candidate)
{
	struct key_proof *proof = &login->proof;
	bool answers = (login->visit.can & FIDO_CAN_HMAC_SECRET) != 0;

	memcpy(login->message, candidate->token, candidate->token_len);
	login->message_len = candidate->token_len;
	login->message_why = candidate->token_why;
	login->is_card = false;
	/* which leaves nothing of one that does not verify (S26) */
	(void)intake_verify(login, bytes_of(login->message, login->message_len),
			    login->message_why, &login->presentation);
	*proof = (struct key_proof){ .made = false };
	proof->has_template_key =
		answers && login->policy->face && candidate->template_len > 0;
	proof->has_unlock_key = answers && keeps_secret(login);
	if (!read_boot_id(proof->boot_id)) {
		problem_set(&login->problem, "%s cannot be read", BOOT_ID);
		return VID_STATE;
	}
	randombytes_buf(proof->nonce, sizeof(proof->nonce));
	proof->until = wire_now() + NONCE_MILLISECONDS;
	return VID_OK;
}

void proof_hash(const struct login *login, uint8_t hash[32])
{
	struct assertion_challenge challenge = {
		.host = login->host,
		.service = login->ask.service,
		.seat = login->ask.seat,
		.boot_id = login->proof.boot_id,
		.token = bytes_of(login->message, login->message_len),
	};

	memcpy(challenge.nonce, login->proof.nonce, sizeof(challenge.nonce));
	assertion_hash(&challenge, hash);
}

void proof_forget(struct login *login)
{
	sodium_memzero(&login->proof, sizeof(login->proof));
	sodium_memzero(&login->presentation, sizeof(login->presentation));
	login->message_len = 0;
	login->is_card = false;
}

/* Secrets come in the order of the salts. One that was asked for and did not come is
 * missing where it is needed. */
void proof_take(struct login *login, const struct candidate *candidate,
		const struct fido_assertion *assertion)
{
	struct key_proof *proof = &login->proof;
	bool two = proof->has_template_key && proof->has_unlock_key;
	bool unlock_there = two ? assertion->has_secret2 : assertion->has_secret;

	proof->assertion = *assertion;
	sodium_memzero(proof->assertion.secret, sizeof(proof->assertion.secret));
	sodium_memzero(proof->assertion.secret2, sizeof(proof->assertion.secret2));
	/* A key answers a salt otherwise when it has verified nobody (CTAP 2.1
	 * section 12.5), and templates are sealed behind the PIN: then the face is not at
	 * hand. */
	proof->has_template_key = proof->has_template_key && assertion->has_secret &&
				  assertion_says_uv(bytes_of(assertion->auth_data,
							     assertion->auth_data_len));
	proof->has_unlock_key = proof->has_unlock_key && unlock_there;
	if (proof->has_template_key) {
		memcpy(proof->template_key, assertion->secret, KEY_SECRET_LEN);
		memcpy(proof->template, candidate->template, candidate->template_len);
		proof->template_len = candidate->template_len;
	}
	if (proof->has_unlock_key)
		memcpy(proof->unlock_key, two ? assertion->secret2 : assertion->secret,
		       KEY_SECRET_LEN);
	proof->made = true;
}

/* --- what it said
 * ------------------------------------------------------------------------ */

static const char *assurance_of(const struct login *login, bool verified_user)
{
	if (verified_user)
		return login->policy->face ? "key-uv+face" : "key-uv";
	return login->policy->face ? "key+face" : "key";
}

enum vid_reason proof_judge(struct login *login)
{
	struct key_proof *proof = &login->proof;
	const struct token *token = &login->presentation.token;
	const struct assertion assertion = {
		.auth_data = bytes_of(proof->assertion.auth_data,
				      proof->assertion.auth_data_len),
		.signature = bytes_of(proof->assertion.signature,
				      proof->assertion.signature_len),
	};
	struct assertion_rules rules = {
		.holder = &token->holder,
		.rp_id = token->rp_id,
		.uv = login->policy->key_uv,
	};
	const struct anchor anchor = login_anchor(login);
	struct assertion_seen seen;
	uint8_t hash[32];
	enum vid_reason why;

	if (login->presentation.kind != PRESENTATION_TOKEN)
		return VID_HOLDER_PROOF;
	if (proof->used)
		return VID_HOLDER_REPLAYED;
	proof->used = true;
	if (wire_now() > proof->until)
		return VID_HOLDER_STALE;
	proof_hash(login, hash);
	rules.hash = hash;
	if ((why = assertion_verify(&assertion, &rules, &seen)) != VID_OK)
		return why;
	why = counter_keep(&anchor, &token->holder, seen.counter, &login->problem);
	if (why == VID_HOLDER_COUNTER)
		syslog(LOG_AUTHPRIV | LOG_ALERT,
		       "a security key may have been copied: %s", login->problem.text);
	if (why == VID_OK)
		login->assurance = assurance_of(login, seen.verified_user);
	return why;
}

/* --- what it opens
 * ------------------------------------------------------------------------ */

/* A keyring that stays shut is no reason to refuse who was found to be right. */
void proof_unlock(struct login *login)
{
	const struct secret_owner owner = {
		.account = login->account.name,
		.uid = login->account.uid,
		.holder = &login->presentation.token.holder,
	};
	struct problem problem = { "" };
	enum vid_reason why;

	if (!login->policy->unlock_secret || !login->proof.has_unlock_key)
		return;
	why = secret_load(login->place->secrets, &owner, &login->key,
			  login->proof.unlock_key, login->unlock, &problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		syslog(LOG_AUTHPRIV | LOG_WARNING, "the keyring of %s stays shut: %s",
		       login->account.name,
		       !assertion_says_uv(bytes_of(login->proof.assertion.auth_data,
						   login->proof.assertion.auth_data_len))
			       ? "the key has verified nobody, and may answer otherwise "
				 "than when the secret was sealed with its PIN"
		       : problem.text[0] ? problem.text
					 : reason_sentence(why));
}
