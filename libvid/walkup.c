/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/walkup.h"

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>

#include "libvid/accounts_records.h"
#include "libvid/accounts_state.h"
#include "libvid/cleanup.h"
#include "libvid/ledger.h"

/* All that an allocation works on, under the lock. */
struct allocation {
	const struct accounts_host *host;
	const char *index_path;
	const struct hostkey *key;
	const char *iss, *identity;
	struct bytes subject, alias;
	struct problem *problem;
	struct accounts_state state;
	struct index_rule rule; /* views into the index */
	struct ledger ledger;
	char ledger_path[PATH_MAX];
};

static void allocation_end(struct allocation *a)
{
	accounts_state_close(&a->state);
	ledger_free(&a->ledger);
}

/* --- the rule --------------------------------------------------------------------- */

static enum vid_reason rule_read(const char *index_path,
				 const struct accounts_state *state,
				 const struct hostkey *key, const char *iss,
				 struct index_rule *out, struct problem *problem)
{
	enum index_result result = record_rule_find(&state->index, &state->seal, key,
						    bytes_of_text(iss), out);

	if (result == INDEX_NONE)
		return VID_IDENTITY_UNKNOWN;
	if (result != INDEX_OK)
		return record_broken(index_path, result, problem);
	return out->denied ? VID_IDENTITY_DENIED : VID_OK;
}

enum vid_reason walkup_rule(const char *index_path, const struct hostkey *key,
			    const char *iss, struct walkup_rule *out,
			    struct problem *problem)
{
	AUTO(accounts_state_close) struct accounts_state state = { .open = false };
	struct index_rule rule;
	enum vid_reason why;

	why = accounts_state_open(index_path, key, false, &state, problem);
	if (why == VID_OK)
		why = rule_read(index_path, &state, key, iss, &rule, problem);
	if (why == VID_OK)
		*out = (struct walkup_rule){ rule.uids, state.index.generation };
	return why;
}

/* --- a number ----------------------------------------------------------------------- */

/* Not found, and sure of it. Any other error may hide an account: a source that does not
 * answer, or an answer that does not fit. */
static bool is_unknown(int error, const void *found)
{
	return !found && (error == 0 || error == ENOENT || error == ESRCH);
}

/* Does any source of the name service know this name or number? */
static bool known_elsewhere(const char *name, uint32_t id)
{
	char room[4096];
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;
	int error;

	error = getpwnam_r(name, &user, room, sizeof(room), &found_user);
	if (!is_unknown(error, found_user))
		return true;
	error = getpwuid_r(id, &user, room, sizeof(room), &found_user);
	if (!is_unknown(error, found_user))
		return true;
	error = getgrnam_r(name, &group, room, sizeof(room), &found_group);
	if (!is_unknown(error, found_group))
		return true;
	error = getgrgid_r(id, &group, room, sizeof(room), &found_group);
	return !is_unknown(error, found_group);
}

/* The host's own files, which a test has elsewhere than the name service. */
static bool known_in(const char *path, bool is_group, const char *name, uint32_t id)
{
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	const struct passwd *user;
	const struct group *group;

	if (!file)
		return true; /* nothing is given that cannot be looked up */
	if (is_group) {
		while ((group = fgetgrent(file)))
			if (group->gr_gid == id || strcmp(group->gr_name, name) == 0)
				return true;
		return ferror(file) != 0;
	}
	while ((user = fgetpwent(file)))
		if (user->pw_uid == id || user->pw_gid == id ||
		    strcmp(user->pw_name, name) == 0)
			return true;
	return ferror(file) != 0;
}

static bool number_free(const struct allocation *a, const char *name, uint32_t id)
{
	const struct index *index = &a->state.index;
	struct index_row row;

	/* INDEX_BROKEN is not free either */
	return index_by_uid(index, id, &row) == INDEX_NONE &&
	       index_by_gid(index, id, &row) == INDEX_NONE &&
	       index_by_name(index, bytes_of_text(name), &row) == INDEX_NONE &&
	       !known_in(a->host->passwd, false, name, id) &&
	       !known_in(a->host->group, true, name, id) && !known_elsewhere(name, id);
}

/* Numbers go up, so that one that is skipped today is not given later. */
static uint32_t first_unused(const struct allocation *a)
{
	uint32_t next = a->rule.uids.min;

	for (size_t i = a->ledger.count; i-- > 0;) {
		if (a->ledger.at[i].uid > a->rule.uids.max)
			continue;
		if (a->ledger.at[i].last >= next)
			next = a->ledger.at[i].last + 1;
		break; /* they stand in order */
	}
	return next;
}

static enum vid_reason choose(const struct allocation *a, char name[VID_NAME_MAX + 1],
			      uint32_t *uid)
{
	/* at most uids.max + 1, which fits: INDEX_ID_CEILING */
	for (*uid = first_unused(a); *uid <= a->rule.uids.max; ++*uid) {
		int len = snprintf(name, VID_NAME_MAX + 1, "%.*s%" PRIu32,
				   (int)a->rule.prefix.len,
				   (const char *)a->rule.prefix.at, *uid);

		if (len < 0 || len > VID_NAME_MAX || !account_name_valid(name))
			return VID_INTERNAL;
		if (index_id_possible(*uid) && number_free(a, name, *uid))
			return VID_OK;
	}
	problem_set(a->problem,
		    "the rule for *@%.*s has no number left of %u-%u: give it a wider "
		    "uids= in the map, then vid account compile",
		    (int)a->alias.len, (const char *)a->alias.at, a->rule.uids.min,
		    a->rule.uids.max);
	return VID_ACCOUNT_FULL;
}

/* What the ledger has for this identity, or a new account in it. */
static enum vid_reason account_take(struct allocation *a, int64_t now)
{
	char name[VID_NAME_MAX + 1], template[ACCOUNT_HOME_SIZE], home[ACCOUNT_HOME_SIZE];
	enum vid_reason why;
	uint32_t uid;

	if (ledger_of_subject(&a->ledger, a->iss, a->subject))
		return VID_OK; /* it had one, by a rule that was gone in between */
	if ((why = choose(a, name, &uid)) != VID_OK)
		return why;
	if (!bytes_to_text(a->rule.home, template, sizeof(template)) ||
	    !account_rule_home(template, name, home))
		return problem_set(a->problem, "the home of '%s' is too long a path",
				   name),
		       VID_CONFIG;
	if (!ledger_give(&a->ledger, a->identity, a->iss, name, uid, home, now))
		return problem_set(a->problem, "%s: %m", a->ledger_path), VID_FILE_IO;
	return VID_OK;
}

/* --- into the index --------------------------------------------------------------------
 */

/* Rows stand in the order of their numbers: NAME:x:UID:... */
static bool row_before(struct bytes value, uint32_t uid)
{
	uint64_t other = 0;
	size_t i = 0;

	for (unsigned colons = 0; i < value.len && colons < 2; i++)
		colons += value.at[i] == ':';
	for (; i < value.len && value.at[i] >= '0' && value.at[i] <= '9'; i++)
		other = other * 10 + (uint64_t)(value.at[i] - '0');
	return other < uid;
}

/* Of the old index alone: each index has its own. Of buckets, what they list is noted. */
static bool record_kept(struct bytes key)
{
	return !bytes_are(key, "vid") && !bytes_are(key, "seal") &&
	       !bytes_are(key, "sum") && key.at[0] != 'b';
}

/*
 * The old records, and the new row among its like. What is copied gets this host's MAC,
 * so it must be the content that was sealed.
 */
static enum vid_reason copy_records(const struct allocation *a,
				    struct index_writer *writer,
				    const struct index_row *row)
{
	const struct index *index = &a->state.index;
	enum vid_reason why = VID_OK;
	enum index_result result;
	struct bytes key, value;
	bool written = false;
	uint32_t cursor = 0;

	result = index_seal_content(index, &a->state.seal);
	if (result != INDEX_OK)
		return record_broken(a->index_path, result, a->problem);
	while ((result = index_record(index, &cursor, &key, &value)) == INDEX_OK &&
	       why == VID_OK) {
		bool is_row = key.len && key.at[0] == 'n';

		if (key.len && key.at[0] == 'b' && !index_seal_entries(value, writer))
			why = VID_INTERNAL;
		if (key.len == 0 || !record_kept(key))
			continue;
		if (!written && (!is_row || !row_before(value, row->uid))) {
			written = true;
			why = index_write_row(writer, row, a->problem);
		}
		if (why == VID_OK)
			why = index_write_record(writer, key, value, a->problem);
	}
	if (why == VID_OK && result != INDEX_NONE)
		return record_broken(a->index_path, result, a->problem);
	if (why == VID_OK && !written)
		why = index_write_row(writer, row, a->problem);
	return why;
}

/* Does the index have the row already, and lacks the identity alone? It does when the
 * rule was gone in between. */
static bool row_there(const struct allocation *a, const struct ledger_entry *entry)
{
	struct index_row row;

	return index_by_uid(&a->state.index, entry->uid, &row) == INDEX_OK;
}

/* Its issuer's rule is in the index, so the alias is as well. */
static enum vid_reason write_index(struct allocation *a, const struct ledger_entry *entry)
{
	AUTO(index_write_abandon) struct index_writer writer = { .fd = -1 };
	struct index head = a->state.index;
	struct index_identity to = { .kind = INDEX_WALKUP, .uid = entry->uid };
	struct problem *problem = a->problem;
	enum vid_reason why;

	if (row_there(a, entry))
		return problem_set(
			       problem,
			       "'%s' was given before, by a rule that was gone since: "
			       "vid account compile",
			       entry->name),
		       VID_STATE;
	head.generation++;
	head.ledger = a->ledger.head.serial + 1;
	head.rows++;
	to.name = bytes_of_text(entry->name);
	to.row = (struct index_row){ .name = to.name,
				     .gecos = bytes_of_text(""),
				     .home = bytes_of_text(entry->home),
				     .shell = a->rule.shell,
				     .uid = entry->uid,
				     .gid = entry->uid };
	if ((why = index_write_start(&writer, a->index_path, &head, a->key, problem)) !=
		    VID_OK ||
	    (why = copy_records(a, &writer, &to.row)) != VID_OK ||
	    (why = index_write_numbers(&writer, &to.row, problem)) != VID_OK ||
	    (why = index_write_groups(&writer, to.name, a->rule.groups, problem)) !=
		    VID_OK ||
	    (why = record_identity(&writer, bytes_of_text(a->iss), a->subject, &to,
				   a->key, problem)) != VID_OK)
		return why;
	return accounts_commit(&writer, &a->ledger, a->ledger_path, problem);
}

/* Under the lock, and still unknown: nobody else gives this identity an account now. */
static enum vid_reason allocate(struct allocation *a, int64_t now)
{
	const struct ledger_entry *entry;
	enum vid_reason why;

	why = rule_read(a->index_path, &a->state, a->key, a->iss, &a->rule, a->problem);
	if (why != VID_OK)
		return why;
	why = ledger_load(a->ledger_path, a->key, &a->ledger, a->problem);
	if (why == VID_OK)
		why = account_take(a, now);
	if (why != VID_OK)
		return why;
	entry = ledger_of_subject(&a->ledger, a->iss, a->subject);
	return entry ? write_index(a, entry) : VID_INTERNAL;
}

static enum vid_reason open_and_ask(struct allocation *a, struct account *out)
{
	enum vid_reason why;

	accounts_state_close(&a->state);
	why = accounts_state_open(a->index_path, a->key, true, &a->state, a->problem);
	if (why != VID_OK)
		return why;
	return account_of_issuer(a->index_path, &a->state, a->key, bytes_of_text(a->iss),
				 a->subject, out, a->problem);
}

enum vid_reason walkup_allocate(const struct accounts_host *host, const char *index_path,
				const struct hostkey *key, const char *iss,
				const char *identity, int64_t now, struct account *out,
				struct problem *problem)
{
	AUTO(allocation_end)
	struct allocation a = { .host = host,
				.index_path = index_path,
				.key = key,
				.iss = iss,
				.identity = identity,
				.problem = problem };
	AUTO_CLOSE int lock = -1;
	enum vid_reason why;

	*out = (struct account){ .uid = UINT32_MAX };
	if (!identity_split(bytes_of_text(identity), &a.subject, &a.alias))
		return VID_IDENTITY_UNKNOWN;
	if (!ledger_path(index_path, a.ledger_path, sizeof(a.ledger_path)))
		return problem_set(problem, "the path is too long: %s", index_path),
		       VID_FILE_IO;
	if ((lock = accounts_lock(index_path)) < 0)
		return problem_set(problem, "cannot lock %s.lock: %m", index_path),
		       VID_FILE_IO;
	/* Somebody may have been quicker. */
	if ((why = open_and_ask(&a, out)) != VID_IDENTITY_UNKNOWN)
		return why;
	if ((why = allocate(&a, now)) != VID_OK)
		return why;
	return open_and_ask(&a, out);
}
