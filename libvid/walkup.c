/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/walkup.h"

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>

#include "libvid/accounts_records.h"
#include "libvid/cleanup.h"
#include "libvid/ledger.h"

/* All that an allocation works on, under the lock. */
struct allocation {
	const struct accounts_host *host;
	const char *index_path;
	const struct hostkey *key;
	const char *identity;
	struct bytes alias;
	struct problem *problem;
	struct index index;
	bool has_index;
	struct index_rule rule; /* views into the index */
	struct ledger ledger;
	char ledger_path[PATH_MAX];
};

static void allocation_end(struct allocation *a)
{
	if (a->has_index)
		index_close(&a->index);
	ledger_free(&a->ledger);
}

/* --- the rule --------------------------------------------------------------------- */

static enum vid_reason rule_read(const char *index_path, const struct index *index,
				 const struct hostkey *key, struct bytes alias,
				 struct index_rule *out, struct problem *problem)
{
	enum index_result result = index_by_alias(index, alias, out);

	if (result == INDEX_NONE)
		return VID_IDENTITY_UNKNOWN;
	if (result != INDEX_OK)
		return record_broken(index_path, result, problem);
	if (out->denied)
		return VID_IDENTITY_DENIED;
	return record_rule_authentic(out, key, alias)
		       ? VID_OK
		       : record_forged(index_path, problem);
}

enum vid_reason walkup_rule(const char *index_path, const struct hostkey *key,
			    const char *identity, struct walkup_rule *out,
			    struct problem *problem)
{
	AUTO(index_close) struct index index = { 0 };
	struct bytes subject, alias;
	enum index_result result;
	struct index_rule rule;
	enum vid_reason why;

	if (!identity_split(bytes_of_text(identity), &subject, &alias))
		return VID_IDENTITY_UNKNOWN;
	if ((result = index_open(index_path, &index)) != INDEX_OK)
		return record_broken(index_path, result, problem);
	why = rule_read(index_path, &index, key, alias, &rule, problem);
	if (why == VID_OK)
		*out = (struct walkup_rule){ rule.uids, index.generation };
	return why;
}

/* --- a number ----------------------------------------------------------------------- */

/* Does any source of the name service know this name or number? An answer that does not
 * fit is one. */
static bool known_elsewhere(const char *name, uint32_t id)
{
	char room[4096];
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;

	if (getpwnam_r(name, &user, room, sizeof(room), &found_user) == ERANGE ||
	    found_user ||
	    getpwuid_r(id, &user, room, sizeof(room), &found_user) == ERANGE ||
	    found_user)
		return true;
	return getgrnam_r(name, &group, room, sizeof(room), &found_group) == ERANGE ||
	       found_group ||
	       getgrgid_r(id, &group, room, sizeof(room), &found_group) == ERANGE ||
	       found_group;
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
		return false;
	}
	while ((user = fgetpwent(file)))
		if (user->pw_uid == id || user->pw_gid == id ||
		    strcmp(user->pw_name, name) == 0)
			return true;
	return false;
}

static bool number_free(const struct allocation *a, const char *name, uint32_t id)
{
	struct index_row row;

	/* INDEX_BROKEN is not free either */
	return index_by_uid(&a->index, id, &row) == INDEX_NONE &&
	       index_by_gid(&a->index, id, &row) == INDEX_NONE &&
	       index_by_name(&a->index, bytes_of_text(name), &row) == INDEX_NONE &&
	       !known_in(a->host->passwd, false, name, id) &&
	       !known_in(a->host->group, true, name, id) && !known_elsewhere(name, id);
}

/* Numbers go up, so that one that is skipped today is not given later. */
static uint32_t first_unused(const struct allocation *a)
{
	uint32_t next = a->rule.uids.min;

	for (size_t i = a->ledger.count; i-- > 0;) {
		uint32_t uid = a->ledger.at[i].uid;

		if (uid > a->rule.uids.max)
			continue;
		if (uid >= next)
			next = uid + 1;
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

	if (ledger_of_identity(&a->ledger, a->identity))
		return VID_OK; /* the power went before the index was written */
	if ((why = choose(a, name, &uid)) != VID_OK)
		return why;
	if (!bytes_to_text(a->rule.home, template, sizeof(template)) ||
	    !account_rule_home(template, name, home))
		return problem_set(a->problem, "the home of '%s' is too long a path",
				   name),
		       VID_CONFIG;
	if (!ledger_give(&a->ledger, a->identity, name, uid, home, now))
		return problem_set(a->problem, "%s: %m", a->ledger_path), VID_FILE_IO;
	return ledger_store(&a->ledger, a->ledger_path, a->key, a->problem);
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

/* The old records, and the new row among its like. */
static enum vid_reason copy_records(const struct allocation *a,
				    struct index_writer *writer,
				    const struct index_row *row)
{
	enum vid_reason why = VID_OK;
	enum index_result result;
	struct bytes key, value;
	bool written = false;
	uint32_t cursor = 0;

	while ((result = index_record(&a->index, &cursor, &key, &value)) == INDEX_OK &&
	       why == VID_OK) {
		bool is_row = key.len && key.at[0] == 'n';

		if (bytes_are(key, "vid") || bytes_are(key, "sum"))
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

static enum vid_reason write_index(const struct allocation *a,
				   const struct ledger_entry *entry)
{
	AUTO(index_write_abandon) struct index_writer writer = { .fd = -1 };
	struct index head = a->index;
	struct index_identity to = { .kind = INDEX_WALKUP, .uid = entry->uid };
	struct problem *problem = a->problem;
	enum vid_reason why;

	head.generation++;
	head.ledger = a->ledger.serial;
	head.rows++;
	to.name = bytes_of_text(entry->name);
	to.row = (struct index_row){ .name = to.name,
				     .gecos = bytes_of_text(""),
				     .home = bytes_of_text(entry->home),
				     .shell = a->rule.shell,
				     .uid = entry->uid,
				     .gid = entry->uid };
	if ((why = index_write_start(&writer, a->index_path, &head, problem)) != VID_OK ||
	    (why = copy_records(a, &writer, &to.row)) != VID_OK ||
	    (why = index_write_numbers(&writer, &to.row, problem)) != VID_OK ||
	    (why = index_write_groups(&writer, to.name, a->rule.groups, problem)) !=
		    VID_OK ||
	    (why = record_identity(&writer, bytes_of_text(entry->identity), &to, a->key,
				   problem)) != VID_OK)
		return why;
	return index_write_finish(&writer, problem);
}

static enum vid_reason look(struct allocation *a)
{
	enum index_result result = index_open(a->index_path, &a->index);

	if (result != INDEX_OK)
		return record_broken(a->index_path, result, a->problem);
	a->has_index = true;
	return VID_OK;
}

/* Under the lock, and still unknown: nobody else gives this identity an account now. */
static enum vid_reason allocate(struct allocation *a, int64_t now)
{
	const struct ledger_entry *entry;
	enum vid_reason why;

	why = rule_read(a->index_path, &a->index, a->key, a->alias, &a->rule, a->problem);
	if (why != VID_OK)
		return why;
	why = ledger_load(a->ledger_path, a->key, a->index.ledger, &a->ledger,
			  a->problem);
	if (why == VID_OK)
		why = account_take(a, now);
	if (why != VID_OK)
		return why;
	entry = ledger_of_identity(&a->ledger, a->identity);
	return entry ? write_index(a, entry) : VID_INTERNAL;
}

enum vid_reason walkup_allocate(const struct accounts_host *host, const char *index_path,
				const struct hostkey *key, const char *identity,
				int64_t now, struct account *out, struct problem *problem)
{
	AUTO(allocation_end)
	struct allocation a = { .host = host,
				.index_path = index_path,
				.key = key,
				.identity = identity,
				.problem = problem };
	AUTO_CLOSE int lock = -1;
	struct bytes subject;
	enum vid_reason why;

	*out = (struct account){ .uid = UINT32_MAX };
	if (!identity_split(bytes_of_text(identity), &subject, &a.alias))
		return VID_IDENTITY_UNKNOWN;
	if (!ledger_path(index_path, a.ledger_path, sizeof(a.ledger_path)))
		return problem_set(problem, "the path is too long: %s", index_path),
		       VID_FILE_IO;
	if ((lock = accounts_lock(index_path)) < 0)
		return problem_set(problem, "cannot lock %s.lock: %m", index_path),
		       VID_FILE_IO;
	/* Somebody may have been quicker. */
	why = account_of_identity(index_path, key, identity, out, problem);
	if (why != VID_IDENTITY_UNKNOWN)
		return why;
	if ((why = look(&a)) != VID_OK || (why = allocate(&a, now)) != VID_OK)
		return why;
	return account_of_identity(index_path, key, identity, out, problem);
}
