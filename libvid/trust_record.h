/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust_record.h - what a host must not lose of its issuers: the newest export of each,
 * which issuers it untrusted, which keys are revoked
 *
 * The file trust.record beside the issuers' files, written by `vid issuer`. Neither an
 * update nor a file that is put back undoes what is in it; `vid issuer trust --again`
 * does.
 *
 *   [issuer 9f86d081884c7d65]      ; first 8 bytes of SHA-256 of iss
 *   iss = https://id.example.org
 *   serial = 7                     ; of the newest export that was taken
 *   content = 64 hex digits        ; issuer_export_digest of that export
 *   untrusted = 1760000000         ; seconds since the epoch; absent: it may be trusted
 *
 *   [key 5c77d7fd8f51ed0c]         ; issuer_key_id
 *   alg = EdDSA
 *   public = 05be...
 *   revoked = yes                  ; by its issuer: verifies nothing here
 *   untrusted = yes                ; of an untrusted issuer: not to be trusted unasked
 */
#ifndef VID_TRUST_RECORD_H
#define VID_TRUST_RECORD_H

#include "libvid/issuers.h"

#define TRUST_RECORD_FILE        "trust.record"
#define TRUST_RECORD_ISSUERS_MAX 256
#define TRUST_RECORD_KEYS_MAX    512

struct trust_issuer {
	char iss[VID_ISS_MAX + 1];
	uint64_t serial; /* 0: no export with a number was taken */
	uint8_t content[32];
	int64_t untrusted; /* when; 0: it is not */
};

struct trust_key {
	struct public_key public;
	bool revoked, untrusted;
};

struct trust_record {
	size_t issuer_count, key_count;
	struct trust_issuer *issuer; /* owned */
	struct trust_key *key;       /* owned */
};

/*
 * VID_OK, also where there is no record yet; VID_FILE_UNTRUSTED, VID_FILE_IO; VID_CONFIG
 * for one that is damaged: then it is not known which keys are revoked. trust_record_free
 * in any case.
 */
enum vid_reason trust_record_load(const char *folder, struct trust_record *out,
				  struct problem *problem);
void trust_record_free(struct trust_record *record);

/* VID_OK, VID_FILE_IO or VID_INTERNAL. */
enum vid_reason trust_record_store(const char *folder, const struct trust_record *record,
				   struct problem *problem);

/* The entry of an issuer, of a key; NULL when there is none. */
struct trust_issuer *trust_record_issuer(const struct trust_record *record,
					 const char *iss);
struct trust_key *trust_record_key(const struct trust_record *record,
				   const struct public_key *key);

/* The same, with an empty entry made where there is none; NULL when the record is full.
 */
struct trust_issuer *trust_record_add_issuer(struct trust_record *record,
					     const char *iss);
struct trust_key *trust_record_add_key(struct trust_record *record,
				       const struct public_key *key);

/* Mark the keys of `issuer` that are revoked. False when the record is full. */
bool trust_record_note_revoked(struct trust_record *record, const struct issuer *issuer);

/* What the record says of an issuer's file at `path`: VID_OK, with its revoked keys
 * marked; VID_CONFIG and `problem` for an issuer that was untrusted. */
enum vid_reason trust_record_apply(const struct trust_record *record, const char *path,
				   struct issuer *issuer, struct problem *problem);

#endif
