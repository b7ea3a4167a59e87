/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/account.h"
#include "vid/trusted.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libvid/anchor_here.h"
#include "libvid/cleanup.h"
#include "libvid/index.h"
#include "libvid/issuers.h"
#include "libvid/leftovers.h"
#include "libvid/output_folder.h"
#include "libvid/paths.h"
#include "libvid/templates.h"
#include "libvid/userdb.h"

/* New accounts of which the name service is asked: each may take it a while. */
#define ASKED_MAX 1000

static const char first_lines[] =
	"# Which identity is which account: SUBJECT@ALIAS NAME [uid=N gid=N home=PATH\n"
	"# shell=PATH groups=NAME,NAME gecos=TEXT]. With uid= the account is made here;\n"
	"# without, it is one of /etc/passwd. vid(1) knows further lines, for newcomers "
	"and\n"
	"# against some. After editing by hand: vid account check; vid account compile\n";

int account_read(const struct account_places *places, struct blob *out)
{
	struct problem problem = { .text = "" };
	enum vid_reason why =
		file_read_trusted(places->map, ACCOUNTS_FILE_MAX, out, &problem);

	if (why == VID_FILE_MISSING)
		*out = (struct blob){ 0 };
	else if (why != VID_OK)
		return cli_problem(why, &problem);
	return CLI_GO;
}

bool account_line_next(struct bytes *text, struct bytes *line)
{
	const uint8_t *newline;

	if (text->len == 0)
		return false;
	newline = memchr(text->at, '\n', text->len);
	line->at = text->at;
	line->len = newline ? (size_t)(newline - text->at) + 1 : text->len;
	*text = bytes_of(text->at + line->len, text->len - line->len);
	return true;
}

bool account_line_parse(struct bytes line, struct accounts *out)
{
	struct problem ignored;

	if (accounts_parse(line, "", out, &ignored) != VID_OK)
		return false;
	if (out->count == 1)
		return true;
	accounts_free(out);
	return false;
}

/* A folder that the first map of a fresh host needs; its parents are the system's. */
static int make_folder_of(const char *path)
{
	char folder[PATH_MAX];
	char *slash;

	if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder))
		return cli_fail(_("the path is too long: %s"), path);
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return CLI_GO;
	*slash = '\0';
	if (output_folder_make(folder, 0755) < 0 && errno != EEXIST)
		return cli_fail(_("cannot make the folder %s: %s"), folder,
				strerror(errno));
	return CLI_GO;
}

int account_lock(const struct account_places *places, int *fd)
{
	if (make_folder_of(places->map) != CLI_GO ||
	    make_folder_of(places->index) != CLI_GO)
		return CLI_FAILED;
	*fd = accounts_lock(places->index);
	if (*fd < 0)
		return cli_fail(_("cannot lock %s.lock: %s"), places->index,
				strerror(errno));
	leftovers_remove(places->map);
	return CLI_GO;
}

/* What a full disk or a broken one did not let us write. */
static int write_problem(enum vid_reason why, const struct problem *problem)
{
	int code = cli_problem(why, problem);

	if (why == VID_FILE_IO)
		(void)cli_fail(_("Nothing that was in place is lost. See to that and "
				 "run the command again; df shows whether a disk is "
				 "full."));
	return code;
}

int account_key(const struct account_places *places, struct hostkey *key)
{
	struct problem problem = { .text = "" };
	enum vid_reason why = hostkey_load(places->key, key, &problem);

	if (why == VID_FILE_MISSING)
		return cli_fail(_("%s: there is no host key yet; vid host init makes it"),
				places->key);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

struct accounts_host account_host(const struct account_places *places)
{
	struct accounts_host host = accounts_this_host;

	host.issuers = places->issuers;
	return host;
}

int account_prove(const struct account_places *places, struct bytes text,
		  const struct hostkey *key)
{
	const struct accounts_host host = account_host(places);
	AUTO(accounts_free) struct accounts accounts = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why = accounts_parse(text, places->map, &accounts, &problem);

	if (why == VID_OK)
		why = accounts_prove(&host, &accounts, key, places->index, true, NULL,
				     NULL, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

static void warn_known(const struct account_line *line, const char *what, unsigned id,
		       const char *name)
{
	if (strcmp(line->name, name) != 0)
		cli_warn(_("%s %u of '%s' is the number of '%s' already; nss_vid(8) "
			   "tells which to take"),
			 what, id, line->name, name);
}

/*
 * systemd and LDAP give numbers as well (`files` was asked by the proof). Only of what is
 * new is the name service asked: the rest it knows from us.
 */
static void warn_of_others(const struct account_places *places,
			   const struct accounts *accounts)
{
	AUTO(index_close) struct index old = { 0 };
	bool some = index_open(places->index, &old) == INDEX_OK;
	unsigned asked = 0;

	for (size_t i = 0; i < accounts->count && asked < ASKED_MAX; i++) {
		const struct account_line *line = &accounts->at[i];
		const struct passwd *user;
		const struct group *group;
		struct index_row row;

		if (!line->own)
			continue;
		if (some && index_by_gid(&old, line->gid, &row) == INDEX_OK &&
		    row.uid == line->uid)
			continue;
		asked++;
		if (!(some && index_by_uid(&old, line->uid, &row) == INDEX_OK) &&
		    (user = getpwuid(line->uid)))
			warn_known(line, "uid", line->uid, user->pw_name);
		if (!(some && index_by_gid(&old, line->gid, &row) == INDEX_OK) &&
		    (group = getgrgid(line->gid)))
			warn_known(line, "gid", line->gid, group->gr_name);
	}
}

/* systemd's records follow the usual index, where there are any. That they cannot is no
 * reason to say that the map is not in force. */
static void publish(const char *index_path)
{
	AUTO(index_close) struct index index = { 0 };
	struct problem problem = { .text = "" };

	if (strcmp(index_path, PATH_INDEX) != 0 || access(PATH_USERDB, F_OK) != 0 ||
	    index_open(index_path, &index) != INDEX_OK)
		return;
	if (userdb_sync(PATH_USERDB, &index, NULL, &problem) != VID_OK)
		cli_warn(_("systemd's records of the accounts are not all up to date "
			   "(vid account publish): %s"),
			 problem.text);
}

int account_compile_locked(const struct account_places *places, const struct hostkey *key,
			   struct accounts *out)
{
	const struct accounts_order order = { .recover = places->recover,
					      .now = (int64_t)time(NULL),
					      .forget = places->forget };
	const struct accounts_host host = account_host(places);
	AUTO(accounts_free) struct accounts accounts = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why = accounts_load(places->map, &accounts, &problem);

	if (why == VID_OK)
		warn_of_others(places, &accounts);
	if (why == VID_OK)
		why = accounts_compile_for(&host, &accounts, key, places->index, order,
					   &problem);
	if (why != VID_OK) {
		int code = write_problem(why, &problem);

		account_rules_in_force(places, &accounts);
		return code;
	}
	accounts_settle();
	publish(places->index);
	account_orphans(places, key, &accounts);
	if (out) {
		*out = accounts;
		accounts = (struct accounts){ 0 };
	}
	return CLI_GO;
}

int account_compile(const struct account_places *places, struct accounts *out)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	AUTO_CLOSE int lock = -1;
	int code;

	if ((code = account_key(places, &key)) != CLI_GO ||
	    (code = account_lock(places, &lock)) != CLI_GO)
		return code;
	return account_compile_locked(places, &key, out);
}

/* A map whose index could not be written would say what no login knows: as it was. */
static void map_restore(const struct account_places *places, const struct blob *old)
{
	struct problem problem = { .text = "" };
	enum vid_reason why =
		old->at ? file_write(places->map, bytes_of(old->at, old->len), 0600,
				     &problem)
			: file_remove(places->map, &problem);

	if (why != VID_OK)
		(void)cli_problem(why, &problem);
}

int account_change(const struct account_places *places, account_edit *edit, void *user,
		   size_t more)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	AUTO(blob_free) struct blob old = { 0 };
	AUTO_FREE uint8_t *room = NULL;
	AUTO_CLOSE int lock = -1;
	struct problem problem = { .text = "" };
	struct buffer text;
	enum vid_reason why;
	int code;

	/* Before anything is written: without the key nothing can be compiled. */
	if ((code = account_key(places, &key)) != CLI_GO ||
	    (code = account_lock(places, &lock)) != CLI_GO ||
	    (code = account_read(places, &old)) != CLI_GO)
		return code;
	more += sizeof(first_lines) + 1;
	room = malloc(old.len + more);
	if (!room)
		return cli_fail("%s", strerror(ENOMEM));
	text = buffer_of(room, old.len + more);
	if (!old.at)
		buffer_add(&text, first_lines, sizeof(first_lines) - 1);
	if ((code = edit(user, bytes_of(old.at, old.len), &text)) != CLI_GO)
		return code;
	if (text.full)
		return cli_fail("%s", strerror(EMSGSIZE));
	if ((code = account_prove(places, buffer_bytes(&text), &key)) != CLI_GO)
		return code;
	why = file_write(places->map, buffer_bytes(&text), 0600, &problem);
	if (why != VID_OK)
		return write_problem(why, &problem);
	if ((code = account_compile_locked(places, &key, NULL)) != CLI_GO)
		map_restore(places, &old);
	return code;
}

/* --- joining an identity and an account --------------------------------------- */

struct join {
	const char *identity, *name, *rest;
};

static bool line_has(struct bytes line, const struct join *join)
{
	AUTO(accounts_free) struct accounts parsed = { 0 };

	return account_line_parse(line, &parsed) && !join->rest[0] &&
	       strcmp(parsed.at[0].identity, join->identity) == 0 &&
	       strcmp(parsed.at[0].name, join->name) == 0;
}

static int join_edit(void *user, struct bytes text, struct buffer *to)
{
	const struct join *join = user;
	struct bytes line;

	buffer_add(to, text.at, text.len);
	if (text.len && text.at[text.len - 1] != '\n')
		buffer_add(to, "\n", 1);
	while (account_line_next(&text, &line))
		if (line_has(line, join))
			return CLI_GO; /* to compile and bind again does no harm */
	buffer_add(to, join->identity, strlen(join->identity));
	buffer_add(to, " ", 1);
	buffer_add(to, join->name, strlen(join->name));
	buffer_add(to, join->rest, strlen(join->rest));
	buffer_add(to, "\n", 1);
	return CLI_GO;
}

/* What is written must be read again as what was meant: a '#' or a newline in an argument
 * would make something else of it. */
static int line_check(const struct join *join)
{
	AUTO(accounts_free) struct accounts parsed = { 0 };
	struct problem problem = { .text = "" };
	char line[1024];
	int len = snprintf(line, sizeof(line), "%s %s%s", join->identity, join->name,
			   join->rest);
	const char *gecos = strstr(join->rest, " gecos=");

	if (len < 0 || (size_t)len >= sizeof(line) || strchr(line, '\n'))
		return cli_fail(_("an argument is too long or has a line break"));
	if (accounts_parse(bytes_of(line, (size_t)len), _("arguments"), &parsed,
			   &problem) != VID_OK)
		return cli_problem(VID_CONFIG, &problem);
	if (parsed.count != 1 || strcmp(parsed.at[0].identity, join->identity) != 0 ||
	    strcmp(parsed.at[0].name, join->name) != 0 ||
	    (gecos && (!parsed.at[0].gecos ||
		       strcmp(parsed.at[0].gecos, gecos + strlen(" gecos=")) != 0)))
		return cli_fail(_("an argument has a blank or a '#' that the map cannot "
				  "hold"));
	return CLI_GO;
}

static int issuer_of(const struct account_places *places, const char *identity,
		     struct issuer *out)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	struct bytes subject, alias;
	struct problem problem = { .text = "" };
	const struct issuer *issuer;
	enum vid_reason why;

	if (!identity_split(bytes_of_text(identity), &subject, &alias))
		return cli_fail(_("'%s' is no identity: SUBJECT@ALIAS, SUBJECT of 22 "
				  "base64url characters"),
				identity);
	why = trusted_load(places->issuers, &issuers, &problem);
	if (why != VID_OK && why != VID_FILE_MISSING) /* no folder: none is trusted yet */
		return cli_problem(why, &problem);
	issuer = issuer_by_alias(&issuers, alias);
	if (!issuer)
		return cli_fail(
			_("no issuer is trusted here as '%.*s'; first: vid issuer "
			  "trust FILE --as %.*s"),
			(int)alias.len, (const char *)alias.at, (int)alias.len,
			(const char *)alias.at);
	*out = *issuer;
	return CLI_GO;
}

static int bind_face(const struct account_places *places, const char *identity,
		     const struct issuer *issuer)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	struct problem problem = { .text = "" };
	struct template_owner owner;
	struct anchor_here here;
	struct account account;
	char sub[VID_SUB_LEN + 1];
	enum vid_reason why;

	(void)snprintf(sub, sizeof(sub), "%s", identity); /* the part before the '@' */
	why = hostkey_load(places->key, &key, &problem);
	if (why == VID_OK)
		why = account_of_identity(places->index, &key, issuer->iss, identity,
					  &account, &problem);
	if (why == VID_OK) {
		owner = (struct template_owner){ .account = account.name,
						 .uid = account.uid,
						 .iss = issuer->iss,
						 .sub = sub };
		why = anchor_here(&here, ANCHOR_TEMPLATE, places->faces, &key, &problem)
			      ? templates_bind(places->faces, &owner, &here.anchor,
					       &problem)
			      : VID_FILE_IO;
	}
	if (why == VID_OK)
		return CLI_YES;
	cli_warn(_("the identity is mapped, but the enrolled face was not bound to it:"));
	return cli_problem(why, &problem);
}

/* The map may say more than the issuer's record allows; a login then refuses (S15). */
static void warn_of_reach(const struct account_places *places, const char *identity,
			  const struct issuer *issuer)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	struct account account;

	if (hostkey_load(places->key, &key, NULL) != VID_OK ||
	    account_of_identity(places->index, &key, issuer->iss, identity, &account,
				NULL) != VID_OK ||
	    reach_account(&issuer->reach, account.name, account.uid))
		return;
	cli_warn(_("'%s' may not speak for %s (uid %u): no login will come of it before "
		   "its record in %s allows it"),
		 issuer->alias, account.name, (unsigned)account.uid, places->issuers);
}

int account_join(const struct account_places *places, const char *identity,
		 const char *name, const char *rest)
{
	struct join join = { .identity = identity, .name = name, .rest = rest };
	struct issuer issuer;
	int code;

	if ((code = issuer_of(places, identity, &issuer)) != CLI_GO ||
	    (code = line_check(&join)) != CLI_GO ||
	    (code = account_change(places, join_edit, &join,
				   strlen(identity) + strlen(name) + strlen(rest) + 3)) !=
		    CLI_GO)
		return code;
	warn_of_reach(places, identity, &issuer);
	return bind_face(places, identity, &issuer);
}
