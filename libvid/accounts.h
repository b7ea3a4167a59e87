/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts.h - the map from identities to accounts: /etc/vid/accounts and its compiled
 * index
 *
 * The text, for people, one line an identity, '#' at a line's start or behind a blank
 * starts a comment:
 *
 *   SUBJECT@ALIAS alice                                    an account that exists locally
 *   SUBJECT@ALIAS vkim uid=60001 gid=60001 home=/home/vkim shell=/bin/bash groups=a,b
 *                 gecos=V. Kim                             an account of its own
 *   SUBJECT@ALIAS deny                                     nobody, whatever else stands
 * here
 *   *@ALIAS deny                                           nobody of that issuer
 *   *@ALIAS allocate prefix=kiosk- uids=50000-59999        a walk-up rule: whoever of
 * that home=/home/{name} shell=/bin/bash        issuer is not named here is given
 *                 groups=a,b home-policy=keep              an account at the first login
 *   numbers 50000-59999                                    own accounts may have these
 * too
 *
 * uid= makes the account our own: it exists through nss_vid alone. The rest may be left
 * out: gid as uid, home /home/NAME, shell /bin/sh, no groups; gecos comes last and may
 * have blanks. A further identity of an own account is a line with the account's name
 * alone. Groups are those of /etc/group, and none that opens doors (groups.h).
 *
 * The index is a cdb (readable with `cdb -d`), written by accounts_compile; index.h
 * describes its records and reads them. An alias is bound to its issuer when a line that
 * uses it is compiled first, and stays so as long as a line or a given account uses it
 * (S14). Rows and rules carry a MAC of the host key over issuer and subject and all that
 * a login takes from them (S20). Which numbers were ever given the ledger beside it knows
 * (ledger.h).
 */
#ifndef VID_ACCOUNTS_H
#define VID_ACCOUNTS_H

#include "libvid/hostkey.h"
#include "libvid/identity.h"
#include "libvid/index.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

#define ACCOUNTS_FILE_MAX (256u * 1024 * 1024) /* bytes; a million identities fit */

struct account_line {
	unsigned line; /* in the file, from 1 */
	bool own;      /* has uid=: an account that exists through nss_vid alone */
	bool deny;     /* name is "" */
	bool walkup;   /* not of the text: an account that a rule gave */
	uint32_t uid, gid;
	/* Texts of the map's, NUL-terminated. The last four are NULL where not given. */
	const char *identity, *name, *home, *shell, *groups, *gecos;
	const char *iss; /* of a walk-up alone; NULL: of none that is known */
};

struct account_rule {
	unsigned line;
	bool deny; /* nothing below is set */
	bool wipe; /* home-policy=wipe-at-logout */
	struct index_range uids;
	const char *alias, *prefix;
	const char *home, *shell, *groups; /* NULL where not given */
};

struct accounts {
	size_t count, rule_count, range_count;
	struct account_line *at;   /* owned */
	struct account_rule *rule; /* owned */
	struct account_numbers {
		unsigned line;
		struct index_range range;
	} * range;  /* owned: of `numbers` lines */
	char *text; /* owned: what the lines point into */
	char *file; /* owned: how messages call the file */
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
void account_line_home(const struct account_line *line, char out[ACCOUNT_HOME_SIZE]);
const char *account_line_shell(const struct account_line *line);

/* The same of an account that the rule gives: false when it does not fit. */
bool account_rule_home(const char *home, const char *name, char out[ACCOUNT_HOME_SIZE]);
const char *account_rule_shell(const struct account_rule *rule);
#define ACCOUNT_RULE_HOME "/home/{name}" /* where the rule says nothing */

/* The host's own files, against which a map is proved. */
struct accounts_host {
	const char *passwd, *group, *shells, *subuid, *subgid;
	const char *issuers; /* the folder of trusted issuers: what an alias means */
};
extern const struct accounts_host accounts_this_host; /* those of /etc */

/*
 * Prove and compile: names by S44's grammar and not reserved, shells of /etc/shells,
 * numbers within the map's ranges (S41), no collision with each other, with `files` (S42:
 * /etc/passwd and /etc/group, read with fgetpwent), with numbers that somebody has for
 * containers (/etc/subuid, /etc/subgid) or with numbers once given (S43); groups that
 * exist and open no door (S45); mapped local accounts exist and are not uid 0; no alias
 * names another issuer than before (S14).
 * VID_CONFIG with file and line of the first fault; VID_STATE or VID_FILE_* when what is
 * in place cannot be read or is not the newest (accounts_state.h), with what to do;
 * otherwise index, ledger and mark are replaced, and what the old index had and the new
 * one has not is a number that is never given again. The caller holds accounts_lock.
 *   recover  when what was in place is lost, retire every number of the map's ranges that
 *            no line and no given account has
 *   now      seconds since the epoch: the day of what is buried
 *   forget   an identity, or an account's name: accounts that a rule gave it are gone
 */
struct accounts_order {
	bool recover;
	int64_t now;
	const char *forget; /* NULL: none */
};
enum vid_reason accounts_compile(const struct accounts *accounts,
				 const struct hostkey *key, const char *index_path,
				 struct accounts_order order, struct problem *problem);
enum vid_reason accounts_compile_for(const struct accounts_host *host,
				     const struct accounts *accounts,
				     const struct hostkey *key, const char *index_path,
				     struct accounts_order order,
				     struct problem *problem);

/*
 * The same proof, nothing written: is this map fit to be put in place? Every fault is
 * told to `fault` (unless NULL), in any order; the first one is in `problem`. `locked`:
 * the caller holds accounts_lock.
 */
typedef void account_fault(void *user, unsigned line, const char *text);
enum vid_reason accounts_prove(const struct accounts_host *host,
			       const struct accounts *accounts, const struct hostkey *key,
			       const char *index_path, bool locked, account_fault *fault,
			       void *user, struct problem *problem);

/* Wait until every running program sees the index that was just put in place; nscd drops
 * what it knew. */
void accounts_settle(void);

/* Hold the index and its ledger against other writers, 10 s at most: an fd to close, or
 * -1 with errno. */
int accounts_lock(const char *index_path);

struct account {
	char name[VID_NAME_MAX + 1];
	uint32_t uid;
	bool due; /* a walk-up rule will give one: vidd alone sets this; name is empty */
	bool walkup; /* given by a walk-up rule */
	bool wipe;   /* and its home is wiped when its last session ends */
	char home[ACCOUNT_HOME_SIZE]; /* of a walk-up; otherwise empty */
	uint64_t generation;          /* of the index that said so */
};

/*
 * The account of a subject of the issuer `iss`, from the compiled index, which is proven
 * to be the newest (accounts_state.h), and so is the answer, that there is none among
 * them. Of `identity` only the subject counts. `iss` NULL: the issuer that the compiled
 * map has for the alias; for commands that tell of a map, never to let in. VID_OK,
 * VID_IDENTITY_UNKNOWN, VID_IDENTITY_DENIED, VID_STATE when a MAC or the index itself is
 * wrong, it is not the newest, or there is none; VID_FILE_*.
 */
enum vid_reason account_of_identity(const char *index_path, const struct hostkey *key,
				    const char *iss, const char *identity,
				    struct account *out, struct problem *problem);

/* Does any identity map to this account? VID_OK, VID_ACCOUNT_NONE, or VID_STATE. */
enum vid_reason account_has_identity(const char *index_path, const char *name,
				     struct problem *problem);

/* S44: ^[a-z_][a-z0-9_-]{0,30}$ and not a reserved name. */
bool account_name_valid(const char *name);

/* A name that an account of /etc/passwd may have to be mapped: S44's grammar, and
 * capitals and dots as well; at most VID_NAME_MAX bytes. */
bool account_name_local(const char *name);

#endif
