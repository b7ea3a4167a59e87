/* SPDX-License-Identifier: BSD-2-Clause */
/* A map against the host's own files: what is taken there is never ours (S42). */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "libvid/accounts_proof.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/groups.h"

/* --- shells ------------------------------------------------------------------- */

static bool shell_listed(const char *shells, const char *shell)
{
	size_t len = strlen(shell);

	for (const char *at = shells; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, shell, len) == 0 && strcspn(at, " \t\r\n") == len)
			return true;
	}
	return false;
}

static void prove_shell(struct proof *proof, unsigned line, const char *shell,
			const char **good, const char *shells, const char *path)
{
	if (strcmp(shell, *good) == 0)
		return;
	if (shell_listed(shells, shell))
		*good = shell;
	else
		proof_fault(proof, line, "shell '%s' is not listed in %s", shell, path);
}

static enum vid_reason prove_shells(struct proof *proof, const char *path)
{
	AUTO(blob_free) struct blob blob = { 0 };
	const char *good = "", *shells;
	enum vid_reason why;

	if (proof->own == 0 && proof->map->rule_count == 0)
		return VID_OK;
	why = file_read_untrusted(path, VID_CONFIG_FILE_MAX, &blob, proof->problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	/* As getusershell(3) has it where there is no list. */
	shells = blob.at ? (const char *)blob.at : "/bin/sh\n";
	for (size_t i = 0; i < proof->own; i++)
		prove_shell(proof, proof->by_uid[i]->line,
			    account_line_shell(proof->by_uid[i]), &good, shells, path);
	for (size_t i = 0; i < proof->map->rule_count; i++)
		if (!proof->map->rule[i].deny)
			prove_shell(proof, proof->map->rule[i].line,
				    account_rule_shell(&proof->map->rule[i]), &good,
				    shells, path);
	return VID_OK;
}

/* --- users and groups ----------------------------------------------------------- */

/*
 * The stamp by which nss_vid will know that the file it sees is the one proved here. A
 * file changed within this second might change once more and keep its stamp, as far as
 * the clock of the file system can tell: such a one is not recorded, and readers look
 * for themselves.
 */
static bool stamp_settled(FILE *file, struct index_stamp *out)
{
	struct timespec now;
	int64_t second_ago;

	if (!index_stamp_of_fd(fileno(file), out) ||
	    clock_gettime(CLOCK_REALTIME, &now) < 0)
		return false;
	second_ago = ((int64_t)now.tv_sec - 1) * 1000000000 + now.tv_nsec;
	if (out->mtime < 0 || out->ctime < 0 || out->mtime > second_ago ||
	    out->ctime > second_ago)
		*out = (struct index_stamp){ 0 };
	return true;
}

static bool uid_never_ours(uid_t uid)
{
	return uid == 0 || uid == 65534 || uid == 65535 || uid == UINT32_MAX;
}

static void prove_user(struct proof *proof, const struct passwd *user, const char *path)
{
	const struct account_line *own;

	for (size_t i = proof_named(proof, user->pw_name); i < proof->count; i++) {
		const struct account_line *line = proof->by_name[i];
		uint32_t *uid = &proof->uid[proof_ordinal(proof, line)];

		if (strcmp(line->name, user->pw_name) != 0)
			break;
		if (line->own)
			proof_fault(proof, line->line, "'%s' is an account of %s already",
				    line->name, path);
		else if (uid_never_ours(user->pw_uid))
			proof_fault(
				proof, line->line,
				"'%s' has uid %u in %s: never reached by a virtual ID",
				line->name, user->pw_uid, path);
		if (*uid == UINT32_MAX)
			*uid = user->pw_uid;
	}
	if ((own = proof_own(proof, user->pw_uid)))
		proof_fault(proof, own->line, "uid %u is '%.64s' in %s already", own->uid,
			    user->pw_name, path);
	if ((own = proof_own_gid(proof, user->pw_gid)))
		proof_fault(proof, own->line,
			    "gid %u is the group of '%.64s' in %s already", own->gid,
			    user->pw_name, path);
}

static void prove_group(struct proof *proof, const struct group *group, const char *path)
{
	const struct account_line *own;

	for (size_t i = proof_named(proof, group->gr_name); i < proof->count; i++) {
		const struct account_line *line = proof->by_name[i];

		if (strcmp(line->name, group->gr_name) != 0)
			break;
		if (line->own)
			proof_fault(proof, line->line, "'%s' is a group of %s already",
				    line->name, path);
	}
	if ((own = proof_own_gid(proof, group->gr_gid)))
		proof_fault(proof, own->line, "gid %u is group '%.64s' in %s already",
			    own->gid, group->gr_name, path);
}

static enum vid_reason cannot_read(struct proof *proof, const char *path)
{
	problem_set(proof->problem, "%s: %m", path);
	return VID_FILE_IO;
}

static enum vid_reason prove_users(struct proof *proof, const char *path)
{
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	struct passwd *user;

	if (!file || !stamp_settled(file, &proof->passwd))
		return cannot_read(proof, path);
	for (errno = 0; (user = fgetpwent(file)); errno = 0)
		prove_user(proof, user, path);
	if (errno && errno != ENOENT)
		return cannot_read(proof, path);
	for (size_t i = 0; i < proof->count; i++) {
		const struct account_line *line = proof_line(proof, i);

		if (proof->uid[i] == UINT32_MAX && !line->deny)
			proof_fault(proof, line->line,
				    "there is no account '%s' in %s; uid= would make one",
				    line->name, path);
	}
	return VID_OK;
}

/* The groups that lines name, each once, with a line that does. */
struct wanted {
	struct want {
		struct bytes name;
		unsigned line;
		bool there;
	} * at;
	size_t count;
};

static bool want(struct wanted *wanted, const char *groups, unsigned line)
{
	struct bytes names = bytes_of_text(groups ? groups : ""), name;

	while (group_next(&names, &name)) {
		struct want *more;
		size_t i = 0;

		while (i < wanted->count && !bytes_equal(wanted->at[i].name, name))
			i++;
		if (i < wanted->count)
			continue;
		more = reallocarray(wanted->at, i + 1, sizeof(*more));
		if (!more)
			return false;
		wanted->at = more;
		wanted->at[wanted->count++] = (struct want){ name, line, false };
	}
	return true;
}

static bool want_all(const struct proof *proof, struct wanted *wanted)
{
	const char *last = "";

	for (size_t i = 0; i < proof->count; i++) {
		const struct account_line *line = proof_line(proof, i);

		if (!line->groups || strcmp(line->groups, last) == 0)
			continue;
		last = line->groups;
		if (!want(wanted, line->groups, line->line))
			return false;
	}
	for (size_t i = 0; i < proof->map->rule_count; i++)
		if (!want(wanted, proof->map->rule[i].groups, proof->map->rule[i].line))
			return false;
	return true;
}

static void wanted_free(const struct wanted *wanted)
{
	free(wanted->at);
}

static enum vid_reason prove_groups(struct proof *proof, const char *path)
{
	AUTO(wanted_free) struct wanted wanted = { NULL, 0 };
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	struct group *group;

	if (!file || !stamp_settled(file, &proof->group) || !want_all(proof, &wanted))
		return cannot_read(proof, path);
	for (errno = 0; (group = fgetgrent(file)); errno = 0) {
		prove_group(proof, group, path);
		for (size_t i = 0; i < wanted.count; i++)
			if (bytes_are(wanted.at[i].name, group->gr_name))
				wanted.at[i].there = group->gr_gid != 0;
	}
	if (errno && errno != ENOENT)
		return cannot_read(proof, path);
	for (size_t i = 0; i < wanted.count; i++)
		if (!wanted.at[i].there)
			proof_fault(proof, wanted.at[i].line,
				    "there is no group '%.*s' in %s: groupadd makes it",
				    (int)wanted.at[i].name.len,
				    (const char *)wanted.at[i].name.at, path);
	return VID_OK;
}

/* --- numbers for containers ------------------------------------------------------ */

/* Who has a number in these files becomes its owner in a container, when he likes. */
static void prove_subid(struct proof *proof, const char *owner, uint64_t start,
			uint64_t count, const char *path)
{
	uint64_t last = start + count - 1;

	for (size_t i = 0; i < proof->own; i++) {
		const struct account_line *line = proof->by_uid[i];

		if ((line->uid >= start && line->uid <= last) ||
		    (line->gid >= start && line->gid <= last))
			proof_fault(proof, line->line,
				    "the number of '%s' is one of %" PRIu64 "-%" PRIu64
				    ", which %s gives '%.64s' for containers",
				    line->name, start, last, path, owner);
	}
	for (size_t i = 0; i < proof->map->rule_count; i++) {
		const struct account_rule *rule = &proof->map->rule[i];

		if (!rule->deny && rule->uids.min <= last && rule->uids.max >= start)
			proof_fault(proof, rule->line,
				    "uids=%u-%u has numbers of %" PRIu64 "-%" PRIu64
				    ", which %s gives '%.64s' for containers",
				    rule->uids.min, rule->uids.max, start, last, path,
				    owner);
	}
}

/* NAME:START:COUNT a line (subuid(5)); what is none of that is nobody's. */
static enum vid_reason prove_subids(struct proof *proof, const char *path)
{
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	AUTO_FREE char *text = NULL;
	size_t room = 0;
	ssize_t len;

	if (!file)
		return errno == ENOENT ? VID_OK : cannot_read(proof, path);
	while ((len = getline(&text, &room, file)) > 0) {
		char *start = strchr(text, ':'), *count;
		uint64_t from, many;

		text[strcspn(text, "\n")] = '\0';
		if (!start || !(count = strchr(start + 1, ':')))
			continue;
		*start++ = *count++ = '\0';
		if (index_number(bytes_of_text(start), UINT32_MAX, &from) &&
		    index_number(bytes_of_text(count), UINT32_MAX, &many) && many > 0)
			prove_subid(proof, text, from, many, path);
	}
	return ferror(file) ? cannot_read(proof, path) : VID_OK;
}

enum vid_reason proof_files(struct proof *proof, const struct accounts_host *host)
{
	enum vid_reason why;

	if ((why = prove_shells(proof, host->shells)) != VID_OK ||
	    (why = prove_users(proof, host->passwd)) != VID_OK ||
	    (why = prove_groups(proof, host->group)) != VID_OK ||
	    (why = prove_subids(proof, host->subuid)) != VID_OK)
		return why;
	return prove_subids(proof, host->subgid);
}
