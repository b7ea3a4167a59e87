/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts.h - the map from identities to accounts: /etc/vid/accounts and its compiled
 * index
 *
 * The text, for people, one line an identity, '#' at a line's start or behind a blank
 * starts a comment:
 *
 *   SUBJECT@ALIAS alice                                    an account that exists locally
 *   SUBJECT@ALIAS vkim uid=60001 gid=60001 home=/home/vkim shell=/bin/bash gecos=V. Kim
 *
 * uid= makes the account our own: it exists through nss_vid alone. The rest may be left
 * out: gid as uid, home /home/NAME, shell /bin/sh; gecos comes last and may have blanks.
 * A further identity of an own account is a line with the account's name alone.
 *
 * The index is a cdb (readable with `cdb -d`), written by accounts_compile; index.h
 * describes its records and reads them. Rows that map an identity carry a MAC of the
 * host key over identity, name and uid (S20).
 */
#ifndef VID_ACCOUNTS_H
#define VID_ACCOUNTS_H

#include "libvid/hostkey.h"
#include "libvid/identity.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

#define ACCOUNTS_FILE_MAX (128u * 1024 * 1024) /* bytes; a million identities fit */

struct account_line {
	unsigned line; /* in the file, from 1 */
	bool own;      /* has uid=: an account that exists through nss_vid alone */
	uint32_t uid, gid;
	/* Texts of the map's, NUL-terminated. The last three are NULL where not given. */
	const char *identity, *name, *home, *shell, *gecos;
};

struct accounts {
	size_t count;
	struct account_line *at; /* owned */
	char *text;              /* owned: what the lines point into */
	char *file;              /* owned: how messages call the file */
};

/*
 * Read and take apart. What one line alone can show to be wrong is wrong here: grammar of
 * identity, name, numbers, paths; unknown words. VID_OK, VID_CONFIG with file and line of
 * the first fault, VID_FILE_*. Free with accounts_free (usable with AUTO()).
 */
enum vid_reason accounts_load(const char *path, struct accounts *out,
			      struct problem *problem);
enum vid_reason accounts_parse(struct bytes text, const char *name, struct accounts *out,
			       struct problem *problem);
void accounts_free(struct accounts *accounts);

/* Where an own account lives and what it runs: as written, or the default. */
#define ACCOUNT_HOME_SIZE 256
void account_line_home(const struct account_line *line, char out[ACCOUNT_HOME_SIZE]);
const char *account_line_shell(const struct account_line *line);

/* The host's own files, against which a map is proved. */
struct accounts_host {
	const char *passwd, *group, *shells;
};
extern const struct accounts_host accounts_this_host; /* those of /etc */

/*
 * Prove and compile: names by S44's grammar and not reserved, shells of /etc/shells,
 * uids within 60000..64999 (S41), no collision with each other or with `files` (S42:
 * /etc/passwd and /etc/group, read with fgetpwent), mapped local accounts exist and are
 * not uid 0. VID_CONFIG with file and line of the first fault; otherwise `index_path` is
 * replaced atomically (mode 0644).
 */
enum vid_reason accounts_compile(const struct accounts *accounts,
				 const struct hostkey *key, const char *index_path,
				 struct problem *problem);
enum vid_reason accounts_compile_for(const struct accounts_host *host,
				     const struct accounts *accounts,
				     const struct hostkey *key, const char *index_path,
				     struct problem *problem);

/* The same proof, nothing written: is this map fit to be put in place? */
enum vid_reason accounts_prove(const struct accounts_host *host,
			       const struct accounts *accounts, struct problem *problem);

struct account {
	char name[VID_NAME_MAX + 1];
	uint32_t uid;
	bool walkup; /* given by a walk-up rule */
	bool wipe;   /* and its home is wiped when its last session ends */
	char home[ACCOUNT_HOME_SIZE]; /* of a walk-up; otherwise empty */
	uint64_t generation;          /* of the index that said so */
};

/*
 * The account of an identity, from the compiled index, the MAC checked. VID_OK,
 * VID_IDENTITY_UNKNOWN, VID_STATE when a row's MAC or the index itself is wrong or
 * there is no index.
 */
enum vid_reason account_of_identity(const char *index_path, const struct hostkey *key,
				    const char *identity, struct account *out,
				    struct problem *problem);

/* Does any identity map to this account? VID_OK, VID_ACCOUNT_NONE, or VID_STATE. */
enum vid_reason account_has_identity(const char *index_path, const char *name,
				     struct problem *problem);

/* S44: ^[a-z_][a-z0-9_-]{0,30}$ and not a reserved name. */
bool account_name_valid(const char *name);

/* A name that an account of /etc/passwd may have to be mapped: S44's grammar, and
 * capitals and dots as well; at most VID_NAME_MAX bytes. */
bool account_name_local(const char *name);

#endif
