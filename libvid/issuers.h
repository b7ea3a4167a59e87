/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * issuers.h - the issuers whose signature counts on this host
 *
 * One file an issuer, /etc/vid/issuers.d/ALIAS.conf, written by the administrator or
 * `vid issuer trust`; `vid issuer export` prints the same form:
 *
 *   [issuer]
 *   iss = https://id.example.org
 *   realm = realm:example.org      ; the `aud` its tokens must carry
 *   alias = example                ; SUBJECT@example names its identities
 *   status = required              ; required | soft | none
 *   max-lifetime = 7776000         ; seconds, exp - iat
 *   status-uri = https://a https://b ; optional: its status lists, for vid status update
 *   rp-id = example.org            ; optional: of its holders' security keys
 *   uid-min = 60000                ; optional: the accounts that it may speak for (S15):
 *   uid-max = 60999                ;   by number,
 *   accounts = kim lee             ;   by name,
 *   services = login sudo          ; and for which PAM services
 *
 *   [key 5c77d7fd8f51ed0c]         ; the key's id, 8 bytes in hex
 *   alg = EdDSA                    ; EdDSA | ES256
 *   public = 05be...               ; hex: 32 bytes, or x || y
 *   not-before = 1760000000        ; optional, seconds since the epoch
 *   not-after = 1791536000         ; optional: signs nothing issued after this
 */
#ifndef VID_ISSUERS_H
#define VID_ISSUERS_H

#include <stdint.h>
#include <stdio.h>

#include "libvid/cose.h"
#include "libvid/limits.h"
#include "libvid/reach.h"
#include "libvid/reason.h"

enum status_policy { STATUS_REQUIRED, STATUS_SOFT, STATUS_NONE };

struct issuer_key {
	uint8_t kid[VID_KID_LEN];
	struct public_key public;
	int64_t not_before; /* seconds since the epoch; 0: none */
	int64_t not_after;  /* 0: none */
};

struct issuer {
	char iss[VID_ISS_MAX + 1];
	char realm[VID_AUD_MAX + 1];
	char alias[VID_ALIAS_MAX + 1];
	/* of its holders' security keys: rp_id_of_realm where it names none; may be empty
	 */
	char rp_id[VID_RP_ID_MAX + 1];
	enum status_policy status;
	int64_t max_lifetime;                  /* seconds */
	char status_uris[VID_STATUS_URI_TEXT]; /* with single blanks between; may be empty
						*/
	struct reach reach;                    /* the realm's limits come on top */
	size_t key_count;
	struct issuer_key key[VID_ISSUER_KEYS_MAX];
};

struct issuers {
	size_t count;
	struct issuer *at; /* owned */
};

/*
 * Read every *.conf of `folder`, each a trusted file. An empty folder is no error. Two
 * issuers with one iss or one alias, a key id twice, a key that is no valid point, an
 * unknown word: VID_CONFIG, with file and line in `problem`. Free with issuers_free.
 */
enum vid_reason issuers_load(const char *folder, struct issuers *out,
			     struct problem *problem);
void issuers_free(struct issuers *issuers);

/* One issuer file's text, judged as above. `name` is for messages. */
enum vid_reason issuer_parse(struct bytes text, const char *name, struct issuer *out,
			     struct problem *problem);

/* The same, written. */
void issuer_print(const struct issuer *issuer, FILE *to);

const struct issuer *issuer_by_iss(const struct issuers *issuers, struct bytes iss);
const struct issuer *issuer_by_alias(const struct issuers *issuers, struct bytes alias);

/*
 * Walk the addresses of an issuer's status lists: the first that starts at or behind
 * *next, NUL-terminated; false at the end. Start with *next = issuer->status_uris.
 */
bool issuer_status_uri(const char **next, char uri[VID_STATUS_URI_TEXT]);

/* Does the issuer's file name this status list? */
bool issuer_names_status(const struct issuer *issuer, struct bytes uri);

/*
 * Until when some key of this issuer is valid without a gap, from `now` on: seconds since
 * the epoch, the last second included; INT64_MAX for ever; -1 when none is valid now.
 */
int64_t issuer_valid_until(const struct issuer *issuer, int64_t now);

/* [a-z][a-z0-9-]{0,31} */
bool alias_valid(const char *alias);

/* The key id that we give a key: 8 bytes of its COSE Key Thumbprint (RFC 9679). */
void issuer_key_id(const struct public_key *key, uint8_t kid[VID_KID_LEN]);

#endif
