/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/home_sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <syslog.h>
#include <unistd.h>

#include "libvid/accounts.h"
#include "libvid/accounts_records.h"
#include "libvid/accounts_state.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/index.h"
#include "libvid/issuers.h"
#include "libvid/ledger.h"
#include "vidd/home.h"
#include "vidd/occupants.h"
#include "vidd/sessions.h"

#define NAME_PART  "/{name}" /* the end of a home that can be swept */
#define ASIDE_PART ".wipe-"  /* home.h: .NAME.wipe-HEX */

#define ZFS_MAGIC      0x2fc12fc1
#define BCACHEFS_MAGIC 0xca451a4e

struct sweep {
	const struct sweep_place *place;
	struct ledger ledger; /* which accounts were given, and what their homes are */
	const char *iss;      /* of the rule */
	const struct index_rule *rule;
	char folder[ACCOUNT_HOME_SIZE]; /* where the rule's homes are */
	unsigned *wiped;
	enum vid_reason why; /* the first fault */
	struct problem *problem;
};

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

bool home_sweep_is_local(long type)
{
	static const long local[] = { EXT4_SUPER_MAGIC,  XFS_SUPER_MAGIC,
				      BTRFS_SUPER_MAGIC, TMPFS_MAGIC,
				      F2FS_SUPER_MAGIC,  OVERLAYFS_SUPER_MAGIC,
				      RAMFS_MAGIC,       ZFS_MAGIC,
				      BCACHEFS_MAGIC };

	for (size_t i = 0; i < sizeof(local) / sizeof(*local); i++)
		if ((uint32_t)type == (uint32_t)local[i])
			return true;
	return false;
}

static void fail(struct sweep *sweep, enum vid_reason why, const struct problem *problem)
{
	syslog(LOG_AUTHPRIV | LOG_ERR, "homes of a crash are left: %s", problem->text);
	if (sweep->why != VID_OK)
		return;
	sweep->why = why;
	problem_set(sweep->problem, "%s", problem->text);
}

/* --- which homes -----------------------------------------------------------------------
 */

/*
 * Was this account given by this issuer's rule, with its home here? The ledger alone
 * knows: a line of the map may give the same kind of name to somebody whose home is to be
 * kept, and so may the rule of another issuer.
 */
static bool is_of_rule(const struct sweep *sweep, const char *name, uint32_t *uid)
{
	size_t len = sweep->rule->prefix.len;
	const struct ledger_entry *entry;
	char home[PATH_MAX];
	uint64_t number;

	if (strlen(name) <= len || memcmp(name, sweep->rule->prefix.at, len) != 0 ||
	    !index_number(bytes_of_text(name + len), UINT32_MAX, &number) ||
	    !path_join(home, sizeof(home), sweep->folder, name))
		return false;
	*uid = (uint32_t)number;
	entry = ledger_of_uid(&sweep->ledger, *uid);
	return entry && entry->iss && !strcmp(entry->iss, sweep->iss) &&
	       !strcmp(entry->name, name) && !strcmp(entry->home, home);
}

/* The account that an entry of the folder is about: a home, or what was set aside. */
static bool account_of(const struct sweep *sweep, const char *entry,
		       char name[VID_NAME_MAX + 1], uint32_t *uid)
{
	const char *end = entry[0] == '.' ? strstr(entry, ASIDE_PART) : NULL;
	struct bytes text = bytes_of_text(entry);

	if (end)
		text = bytes_of(entry + 1, (size_t)(end - entry) - 1);
	return bytes_to_text(text, name, VID_NAME_MAX + 1) &&
	       is_of_rule(sweep, name, uid);
}

/* --- one account -----------------------------------------------------------------------
 */

static bool is_used(const struct sweep *sweep, uint32_t uid, struct problem *problem)
{
	const char *proc = sweep->place->processes;
	size_t sessions = 0;

	if (session_close(sweep->place->sessions, uid, 0, &sessions, problem) != VID_OK)
		return true;
	if (sessions)
		problem_set(problem, "it has a session");
	return sessions || occupants_elsewhere(proc, uid, 0, problem) ||
	       occupants_any(proc, uid, problem);
}

static void sweep_account(struct sweep *sweep, const char *name, uint32_t uid)
{
	AUTO(sessions_release) int held = -1;
	struct problem problem = { "" };
	char home[PATH_MAX];
	enum vid_reason why;

	if (!path_join(home, sizeof(home), sweep->folder, name))
		return;
	why = sessions_hold(sweep->place->sessions, uid, &held, &problem);
	if (why == VID_OK && is_used(sweep, uid, &problem)) {
		syslog(LOG_AUTHPRIV | LOG_NOTICE,
		       "the home of %s is left as it is: the account is in use: %s", name,
		       problem.text);
		return;
	}
	if (why == VID_OK)
		why = home_set_aside(home, name, uid, uid, &problem);
	sessions_release(&held);
	if (why == VID_OK)
		why = home_wipe_aside(home, name, uid, uid, &problem);
	if (why != VID_OK) {
		fail(sweep, why, &problem);
		return;
	}
	syslog(LOG_AUTHPRIV | LOG_NOTICE, "wiped what a crash has left of %s", name);
	++*sweep->wiped;
}

/* --- one rule --------------------------------------------------------------------------
 */

static bool is_on_local_disk(const struct sweep *sweep, int fd, struct problem *problem)
{
	struct statfs disk;

	if (fstatfs(fd, &disk) == 0 && home_sweep_is_local((long)disk.f_type))
		return true;
	problem_set(problem,
		    "%s is on no local file system: its homes may be in use on another "
		    "machine",
		    sweep->folder);
	return false;
}

static void sweep_folder(struct sweep *sweep)
{
	struct problem problem = { "" };
	enum vid_reason why = VID_INTERNAL;
	int fd = folder_open_trusted(sweep->folder, &why, &problem);
	AUTO(folder_close) DIR *folder = NULL;
	const struct dirent *entry;

	if (fd < 0 && why == VID_FILE_MISSING)
		return;
	if (fd < 0) {
		fail(sweep, why, &problem);
		return;
	}
	if (!is_on_local_disk(sweep, fd, &problem) || !(folder = fdopendir(fd))) {
		fail(sweep, VID_STATE, &problem);
		(void)close(fd);
		return;
	}
	while ((entry = readdir(folder))) {
		char name[VID_NAME_MAX + 1];
		uint32_t uid;

		if (account_of(sweep, entry->d_name, name, &uid))
			sweep_account(sweep, name, uid);
	}
}

/* FOLDER of "FOLDER/{name}"; no other home is ever wiped (home.h). */
static bool folder_of(struct bytes home, char to[ACCOUNT_HOME_SIZE])
{
	size_t len;

	if (!bytes_to_text(home, to, ACCOUNT_HOME_SIZE))
		return false;
	len = strlen(to);
	if (len < sizeof(NAME_PART) ||
	    strcmp(to + len - (sizeof(NAME_PART) - 1), NAME_PART) != 0)
		return false;
	to[len - (sizeof(NAME_PART) - 1)] = '\0';
	return strchr(to, '{') == NULL;
}

static void sweep_issuer(struct sweep *sweep, const struct accounts_state *state,
			 const struct hostkey *key, const char *iss)
{
	struct problem problem = { "" };
	enum index_result result;
	struct index_rule rule;

	result = record_rule_find(&state->index, &state->seal, key, bytes_of_text(iss),
				  &rule);
	if (result == INDEX_NONE || (result == INDEX_OK && (rule.denied || !rule.wipe)))
		return;
	if (result != INDEX_OK) {
		fail(sweep, record_broken(sweep->place->index, result, &problem),
		     &problem);
		return;
	}
	sweep->iss = iss;
	sweep->rule = &rule;
	if (folder_of(rule.home, sweep->folder))
		sweep_folder(sweep);
	sweep->rule = NULL;
}

static enum vid_reason ledger_read(struct sweep *sweep, const struct hostkey *key)
{
	char path[PATH_MAX];

	if (ledger_path(sweep->place->index, path, sizeof(path)))
		return ledger_load(path, key, &sweep->ledger, sweep->problem);
	problem_set(sweep->problem, "%s: the path is too long", sweep->place->index);
	return VID_FILE_IO;
}

static void sweep_end(struct sweep *sweep)
{
	ledger_free(&sweep->ledger);
}

enum vid_reason home_sweep(const struct sweep_place *place, unsigned *wiped,
			   struct problem *problem)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	AUTO(hostkey_wipe) struct hostkey key;
	AUTO(sweep_end)
	struct sweep sweep = { .place = place, .wiped = wiped, .problem = problem };
	AUTO(accounts_state_close) struct accounts_state state = { .open = false };
	enum vid_reason why;

	*wiped = 0;
	if ((why = hostkey_load(place->hostkey, &key, problem)) != VID_OK ||
	    (why = issuers_load(place->issuers, &issuers, problem)) != VID_OK)
		return why;
	if (accounts_never_compiled(place->index))
		return VID_OK; /* no account was ever given */
	why = accounts_state_open(place->index, &key, false, &state, problem);
	if (why != VID_OK || (why = ledger_read(&sweep, &key)) != VID_OK)
		return why;
	for (size_t i = 0; i < issuers.count; i++)
		sweep_issuer(&sweep, &state, &key, issuers.at[i].iss);
	return sweep.why;
}
