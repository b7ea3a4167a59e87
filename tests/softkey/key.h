/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key.h - one security key: what it can do, what it remembers, what goes on
 */
#ifndef SOFTKEY_KEY_H
#define SOFTKEY_KEY_H

#include "libvid/cbor.h"
#include "tests/softkey/ctap.h"
#include "tests/softkey/hid.h"
#include "tests/softkey/options.h"
#include "tests/softkey/policy.h"
#include "tests/softkey/secret.h"
#include "tests/softkey/store.h"

/* What a pinUvAuthToken allows. It dies with the power, or when another is handed out. */
struct grant {
	int protocol; /* 0: there is none */
	uint8_t token[SECRET_TOKEN];
	unsigned may; /* of enum ctap_permission */
	uint8_t rp_hash[32];
	bool rp_bound, present, verified; /* present: a touch that was already given */
};

struct salts {
	struct shared shared;
	uint8_t plain[64];
	size_t len; /* 0: hmac-secret was not asked for */
};

/* An authenticatorGetAssertion, kept for those that come next. */
struct assertion {
	uint8_t rp_hash[32], client_hash[32];
	bool present, verified, want_blob_key, by_list;
	struct salts salts;
	uint8_t id[STORE_SLOTS][CREDENTIAL_ID];
	uint32_t count, next; /* 0: there is none */
	uint32_t channel;
};

/* authenticatorCredentialManagement goes through lists, too. */
struct walk {
	uint32_t slot[STORE_SLOTS];
	uint32_t count, next;
	uint8_t command; /* that continues it; 0: none */
};

struct upload {
	uint8_t bytes[STORE_BLOBS];
	size_t want, have; /* want 0: none */
};

struct session {
	EVP_PKEY *agreement;
	struct grant grant;
	int wrong_pins; /* in a row */
	struct assertion assertion;
	struct walk walk;
	struct upload upload;
};

struct key {
	struct options options;
	struct policy policy; /* of this request */
	char unplugged_by[POLICY_TEXT];
	bool leave; /* unplug as soon as the request's code is left */
	struct store store;
	struct session session;
	struct hid hid;
	struct link link;
};

/* A line for the log. */
__attribute__((format(printf, 2, 3))) void key_log(const struct key *key,
						   const char *format, ...);

void key_save(const struct key *key);

/* Power: forget the session, draw new keys. */
void key_power_on(struct key *key);
void grant_renew(struct key *key);
void agreement_renew(struct key *key);

/* Does WHEN of the policy name this request? */
bool key_when(const char *when, const char *name);

#endif
