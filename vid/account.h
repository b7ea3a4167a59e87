/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.h - what the commands of `vid account` share: where things are, and a change of
 * the map that is proved before it is written
 */
#ifndef VID_ACCOUNT_H
#define VID_ACCOUNT_H

#include <limits.h>

#include "libvid/accounts.h"
#include "libvid/files.h"
#include "libvid/ledger.h"
#include "vid/cli.h"

struct account_places {
	const char *map, *index, *key, *issuers, *faces;
	bool recover;       /* vid account compile --recover */
	const char *forget; /* what vid account remove takes out of the ledger */
};

/* The usual ones; options of these five names set others. */
#define ACCOUNT_PLACES                                                                   \
	{                                                                                \
		.map = PATH_ACCOUNTS, .index = PATH_INDEX, .key = PATH_HOSTKEY,          \
		.issuers = PATH_ISSUERS, .faces = PATH_FACES                             \
	}
#define ACCOUNT_OPTION(member, argument, text_)                                          \
	{                                                                                \
		.name = #member, .arg = argument, .text = &places.member, .help = text_  \
	}
#define ACCOUNT_MAP_OPTION                                                               \
	ACCOUNT_OPTION(map, N_("FILE"), N_("the map, not the usual one"))
#define ACCOUNT_COMPILE_OPTIONS                                                          \
	ACCOUNT_MAP_OPTION,                                                              \
		ACCOUNT_OPTION(index, N_("FILE"),                                        \
			       N_("the compiled map, not the usual one")),               \
		ACCOUNT_OPTION(key, N_("FILE"), N_("the host key, not the usual one")),  \
		ACCOUNT_OPTION(issuers, N_("DIR"),                                       \
			       N_("the folder of trusted issuers, not the usual one"))
#define ACCOUNT_BIND_OPTIONS                                                             \
	ACCOUNT_COMPILE_OPTIONS,                                                         \
		ACCOUNT_OPTION(faces, N_("DIR"),                                         \
			       N_("the folder of face templates, not the usual one"))

/* The map's text; empty when there is none yet. CLI_GO, or CLI_FAILED after a complaint.
 */
int account_read(const struct account_places *places, struct blob *out);

/*
 * An edit: the map's text as it is, to what it shall be. CLI_GO with `to` filled (it has
 * room for the old text, `more` bytes and a NUL), else an exit code after a complaint.
 */
typedef int account_edit(void *user, struct bytes text, struct buffer *to);

/*
 * Under the map's lock: edit, prove, write the map, compile. A map that does not hold is
 * not written. CLI_GO or an exit code after a complaint.
 */
int account_change(const struct account_places *places, account_edit *edit, void *user,
		   size_t more);

/* Compile the map as it is. `out` (may be NULL) gets it; free with accounts_free. */
int account_compile(const struct account_places *places, struct accounts *out);

/*
 * The parts of that, each CLI_GO or an exit code after a complaint: the host's key (wipe
 * it); the lock, an fd to close; is this map's text fit to be compiled; compile.
 */
int account_key(const struct account_places *places, struct hostkey *key);
int account_lock(const struct account_places *places, int *fd);
int account_prove(const struct account_places *places, struct bytes text,
		  const struct hostkey *key);
int account_compile_locked(const struct account_places *places, const struct hostkey *key,
			   struct accounts *out);

/* The ledger (ledger.h) of what is in place, which must be the newest. `locked`: the
 * caller holds the lock. CLI_GO with `ledger` (free it) and its path, or an exit code
 * after a complaint. */
int account_ledger(const struct account_places *places, const struct hostkey *key,
		   bool locked, struct ledger *ledger, char path[PATH_MAX]);

/* The host's own files, and the folder of issuers that was asked for. */
struct accounts_host account_host(const struct account_places *places);

/* account_rules.c. After a map was not compiled: which rules for newcomers are still in
 * force that it has no more, and how to end them. */
void account_rules_in_force(const struct account_places *places,
			    const struct accounts *map);
/* After one was: lines of an alias that names no issuer, and accounts whose rule is gone.
 */
void account_orphans(const struct account_places *places, const struct hostkey *key,
		     const struct accounts *map);

/*
 * Put the line "IDENTITY NAME[ REST]" behind the others, unless that very mapping is
 * there; compile; bind the face that was enrolled for the account before it had an
 * identity. CLI_YES or an exit code after a complaint.
 */
int account_join(const struct account_places *places, const char *identity,
		 const char *name, const char *rest);

/* The line at the front of `*text`, which moves behind its newline; false at the end. */
bool account_line_next(struct bytes *text, struct bytes *line);

/* Identity and account of one line of a map (`deny` has none); false when it is none. */
bool account_line_parse(struct bytes line, struct accounts *out);

#endif
