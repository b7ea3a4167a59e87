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
 *   max-lifetime = 7776000         ; optional: seconds, exp - iat; without it 90 days for
 *                                  ; tokens and 20 years for claim-169 cards
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
 *   revoked = yes                  ; optional: verifies nothing, whatever the times say
 *   use = both                     ; optional: tokens | lists | both, what it may sign
 *
 * A key's end is compared with the document's own iat. A thief who has the key chooses
 * that time, so an end stops nobody who has a copy of the key: only `revoked` does (S17).
 *
 * An export (issuer_export.h) holds besides `serial = N` in [issuer], and signatures at
 * its end. What an export has that this version does not know is kept in a section of
 * its own, and counts for nothing:
 *
 *   [kept]
 *   issuer.colour = blue
 */
#ifndef VID_ISSUERS_H
#define VID_ISSUERS_H

#include <limits.h>
#include <stdint.h>
#include <stdio.h>

#include "libvid/cose.h"
#include "libvid/limits.h"
#include "libvid/reach.h"
#include "libvid/reason.h"

enum status_policy { STATUS_REQUIRED, STATUS_SOFT, STATUS_NONE };

/* What a key may sign; what a document is, as issuer_key_check is asked. */
enum key_use { KEY_USE_BOTH, KEY_USE_TOKENS, KEY_USE_LISTS };

struct issuer_key {
	uint8_t kid[VID_KID_LEN];
	struct public_key public;
	int64_t not_before; /* seconds since the epoch; 0: none */
	int64_t not_after;  /* 0: none */
	bool revoked;
	enum key_use use;
};

struct issuer {
	char iss[VID_ISS_MAX + 1];
	char realm[VID_AUD_MAX + 1];
	char alias[VID_ALIAS_MAX + 1];
	/* of its holders' security keys: rp_id_of_realm where it names none; may be empty
	 */
	char rp_id[VID_RP_ID_MAX + 1];
	enum status_policy status;
	int64_t max_lifetime; /* seconds; 0: not set, the default counts */
	char status_uris[VID_STATUS_URI_TEXT]; /* with single blanks between; may be empty
						*/
	struct reach reach;                    /* the realm's limits come on top */
	uint64_t serial;                       /* of an export; 0: none */
	char kept[VID_KEPT_MAX]; /* lines "SECTION.KEY = VALUE" of an export, unknown here
				  */
	size_t key_count;
	struct issuer_key key[VID_ISSUER_KEYS_MAX];
};

struct issuer_file {
	char name[NAME_MAX + 1]; /* in the folder */
};

/* A file of the folder from which no issuer was taken, and why. */
struct issuer_fault {
	struct issuer_file file;
	struct problem problem; /* with the path, and the line where there is one */
};

struct issuers {
	size_t count;
	struct issuer *at;        /* owned */
	struct issuer_file *file; /* owned: of each of `at`; NULL when made by hand */
	size_t fault_count;
	struct issuer_fault *fault; /* owned */
};

/*
 * Read every *.conf of `folder`, each a trusted file, and what the host remembers of its
 * issuers (trust_record.h). An empty folder is no error.
 *
 * A faulty file stops its own issuer alone and becomes a fault of `out`: a file that is
 * not safe to trust or cannot be read, a key id twice, a key that is no valid point, an
 * unknown word, an issuer that was untrusted here. Two files with one iss or one alias
 * are faults both. The caller reports the faults.
 *
 * VID_OK; VID_FILE_MISSING without such a folder; VID_FILE_IO when it cannot be read;
 * VID_CONFIG for more than VID_ISSUERS_MAX files, or a record that cannot be believed;
 * VID_FILE_UNTRUSTED for one that is not safe. Free with issuers_free.
 */
enum vid_reason issuers_load(const char *folder, struct issuers *out,
			     struct problem *problem);
void issuers_free(struct issuers *issuers);

/* One issuer file's text, judged as above. `name` is for messages. */
enum vid_reason issuer_parse(struct bytes text, const char *name, struct issuer *out,
			     struct problem *problem);

/* The same of an export without its signatures: what is unknown goes into `kept`. */
enum vid_reason issuer_parse_lenient(struct bytes text, const char *name,
				     struct issuer *out, struct problem *problem);

/* exp - iat at most, in seconds: of a token; of a claim-169 card. */
int64_t issuer_token_lifetime(const struct issuer *issuer);
int64_t issuer_card_lifetime(const struct issuer *issuer);

/*
 * Step 10, for a key whose signature verified over a document of the kind `use` (tokens
 * and cards are one) that says of itself that it was issued at `iat`. VID_OK;
 * VID_KEY_REVOKED; VID_KEY_USE; VID_KEY_EXPIRED, also before the key begins.
 */
enum vid_reason issuer_key_check(const struct issuer_key *key, enum key_use use,
				 int64_t iat);

/* "tokens", "lists" or "both". */
const char *key_use_name(enum key_use use);

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
 * Where status lists are asked for, a key that may sign them must be valid as well.
 */
int64_t issuer_valid_until(const struct issuer *issuer, int64_t now);

/* [a-z][a-z0-9-]{0,31} */
bool alias_valid(const char *alias);

/* The key id that we give a key: 8 bytes of its COSE Key Thumbprint (RFC 9679). */
void issuer_key_id(const struct public_key *key, uint8_t kid[VID_KID_LEN]);

#endif
