/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts.h - the map from identities to accounts: /etc/vid/accounts and its compiled
 * index
 *
 * The text, for people, one line an identity, '#' starts a comment:
 *
 *   SUBJECT@ALIAS alice                                    an account that exists locally
 *   SUBJECT@ALIAS vkim uid=60001 gid=60001 home=/home/vkim shell=/bin/bash gecos=Kim
 *
 * The index is a cdb (readable with `cdb -d`), written by accounts_compile; index.h
 * describes its records and reads them. Rows that map an identity carry a MAC of the
 * host key over name and uid (S20).
 */
#ifndef VID_ACCOUNTS_H
#define VID_ACCOUNTS_H

#include "libvid/hostkey.h"
#include "libvid/identity.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

struct account_line {
	unsigned line; /* in the file, from 1 */
	char identity[VID_IDENTITY_MAX + 1];
	char name[VID_NAME_MAX + 1];
	bool own; /* has uid=: an account that exists through nss_vid alone */
	uint32_t uid, gid;
	char home[256], shell[256], gecos[256];
};

struct accounts {
	size_t count;
	struct account_line *at; /* owned */
};

enum vid_reason accounts_load(const char *path, struct accounts *out,
			      struct problem *problem);
enum vid_reason accounts_parse(struct bytes text, const char *name, struct accounts *out,
			       struct problem *problem);
void accounts_free(struct accounts *accounts);

/*
 * Prove and compile: names by S44's grammar and not reserved, uids within 60000..64999
 * (S41), no collision with each other or with `files` (S42: /etc/passwd and /etc/group,
 * read with fgetpwent), mapped local accounts exist and are not uid 0. VID_CONFIG with
 * file and line of the first fault; otherwise `index_path` is replaced atomically (mode
 * 0644).
 */
enum vid_reason accounts_compile(const struct accounts *accounts,
				 const struct hostkey *key, const char *index_path,
				 struct problem *problem);

struct account {
	char name[VID_NAME_MAX + 1];
	uint32_t uid;
};

/*
 * The account of an identity, from the compiled index, the MAC checked. VID_OK,
 * VID_IDENTITY_UNKNOWN, VID_STATE when a row's MAC or the index itself is wrong.
 */
enum vid_reason account_of_identity(const char *index_path, const struct hostkey *key,
				    const char *identity, struct account *out,
				    struct problem *problem);

/* Does any identity map to this account? VID_OK, VID_ACCOUNT_NONE, or VID_STATE. */
enum vid_reason account_has_identity(const char *index_path, const char *name,
				     struct problem *problem);

/* S44: ^[a-z_][a-z0-9_-]{0,30}$ and not a reserved name. */
bool account_name_valid(const char *name);

#endif
