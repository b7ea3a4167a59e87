/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - what the commands of `vid key` share: one visit of a security key, through
 * vid-fido, with its PIN and its touch asked for at the terminal
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_KEYS_H
#define VID_KEYS_H

#include <signal.h>

#include "libvid/settings.h"
#include "sensors/fido/client.h"
#include "vid/cli.h"

/* What the command line says; NULL where it does not. */
struct keys_options {
	const char *settings, *pin_file, *timeout;
};

#define KEYS_OPTIONS(options)                                                            \
	{ .name = "pin-file",                                                            \
	  .arg = N_("FILE"),                                                             \
	  .text = &(options).pin_file,                                                   \
	  .help = N_("take the key's PIN from the first line of FILE") },                \
		{ .name = "timeout",                                                     \
		  .arg = N_("SECONDS"),                                                  \
		  .text = &(options).timeout,                                            \
		  .help = N_("for the key to come, and to be touched; 60 without it") }, \
	{                                                                                \
		.name = "settings", .arg = N_("FILE"), .text = &(options).settings,      \
		.help = N_("the settings, not /etc/vid/vid.conf")                        \
	}

/* RP IDs with single blanks between. */
#define KEYS_RPS_SIZE (FIDO_RPS_MAX * (VID_RP_ID_MAX + 1))

/* A visit. Too large for a stack; PINs and secrets pass through it. */
struct keys {
	struct fido fido;
	struct fido_found found;
	struct fido_credential credential[FIDO_CREDENTIALS_MAX]; /* found.count of them */
	uint8_t hash[32];                                        /* what was signed */
	/* between the calls */
	struct settings settings;
	struct fido_report report;
	const char *pin_file;
	int64_t patience; /* milliseconds for what a person does */
	char rps[KEYS_RPS_SIZE];
	enum fido_event last; /* what was waited for */
	unsigned tries;       /* of the PIN, when it was last asked for */
	bool told;            /* what went wrong was said already */
	enum vid_reason why;  /* it went wrong */
	struct problem problem;
	int stop; /* readable: Ctrl-C and the like */
};

/* NULL without memory. Usable with AUTO(keys_free), which also ends the visit. */
struct keys *keys_new(void);
void keys_free(struct keys **keys);

/* Read the settings; from here on Ctrl-C is an event, which cancels the key. */
int keys_begin(struct keys *keys, const struct keys_options *options);

/*
 * Wait for a key and look what it has for the RP IDs `rps`, with single blanks between:
 * `found` and `credential` are filled, perhaps with none. The complaint is the caller's:
 * CLI_FAILED, with the reason in `why`, which keys_complain tells.
 */
int keys_look(struct keys *keys, const char *rps, enum fido_purpose purpose,
	      enum fido_uv uv);
/* The same for changes, with the complaint; CLI_REFUSED where it has none. */
int keys_find(struct keys *keys, const char *rps);
int keys_complain(const struct keys *keys);

/* Where `why`, of the call of the client's that asked, is VID_OK: serve the key until it
 * answers with `kind`, which is then in `report`. */
int keys_answer(struct keys *keys, enum vid_reason why, enum fido_frame kind);

/* For fido_assert and the others: when this call has to be over. */
int64_t keys_deadline(const struct keys *keys);

/* The visit is over: what follows needs no key. Signals have their usual effect again.
 */
void keys_end(struct keys *keys);

/* cli_confirm in the middle of a visit; --yes answers it. */
int keys_confirm(const char *question);

/* --- credentials ------------------------------------------------------------------- */

#define KEYS_SHORT_ID 8 /* bytes of a credential's id that people see */

struct bytes keys_id(const struct fido_credential *credential);

/* Its first digits, for people. */
void keys_short_id(const struct fido_credential *credential,
		   char out[2 * KEYS_SHORT_ID + 1]);
void keys_short_hex(struct bytes id, char out[2 * KEYS_SHORT_ID + 1]);

#define KEYS_CREDENTIAL_OPTION(variable)                                                 \
	{                                                                                \
		.name = "credential", .arg = N_("HEX"), .text = &(variable),             \
		.help = N_("the one whose id begins so, where the key has several")      \
	}

/* Can `hex` be the beginning of an id? NULL can. */
int keys_choice_check(const char *hex);

/* The credential whose id begins with `hex`; without (NULL) the only one. */
int keys_choose(const struct keys *keys, const char *hex, size_t *index);

/* The credential that `holder` is the public key of; false when none is. */
bool keys_of(const struct keys *keys, const struct public_key *holder, size_t *index);

/* Has the key a PIN (or a fingerprint), without which nothing on it can be changed? */
int keys_may_change(const struct keys *keys);

/*
 * A touch of `holder`'s credential, and what hmac-secret answers to `salt`, wiped by the
 * caller. CLI_REFUSED when the answer is not that key's.
 */
int keys_secret(struct keys *keys, size_t index, const struct public_key *holder,
		const uint8_t salt[32], uint8_t secret[KEY_SECRET_LEN]);

#endif
