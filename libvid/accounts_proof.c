/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts_proof.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

void proof_free(struct proof *proof)
{
	free(proof->by_name);
	free(proof->by_identity);
	free(proof->by_uid);
	free(proof->by_gid);
	free(proof->uid);
}

/* Checks come in any order; people mend files from the top. */
__attribute__((format(printf, 3, 4))) static void fault_at(struct proof *proof,
							   unsigned line,
							   const char *format, ...)
{
	char text[256];
	va_list args;

	if (proof->fault && proof->fault <= line)
		return;
	proof->fault = line;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	problem_set(proof->problem, "%s:%u: %s", proof->map->file, line, text);
}

/* --- orders -------------------------------------------------------------- */

typedef const struct account_line *const *line_at;

static int by_line(line_at a, line_at b)
{
	return ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static int compare_name(const void *left, const void *right)
{
	line_at a = left, b = right;
	int order = strcmp((*a)->name, (*b)->name);

	return order ? order : by_line(a, b);
}

static int compare_identity(const void *left, const void *right)
{
	line_at a = left, b = right;
	int order = strcmp((*a)->identity, (*b)->identity);

	return order ? order : by_line(a, b);
}

static int compare_uid(const void *left, const void *right)
{
	line_at a = left, b = right;
	int order = ((*a)->uid > (*b)->uid) - ((*a)->uid < (*b)->uid);

	return order ? order : by_line(a, b);
}

static int compare_gid(const void *left, const void *right)
{
	line_at a = left, b = right;
	int order = ((*a)->gid > (*b)->gid) - ((*a)->gid < (*b)->gid);

	return order ? order : by_line(a, b);
}

static bool proof_start(struct proof *proof)
{
	size_t room = proof->map->count + 1;

	proof->count = proof->map->count;
	proof->by_name = calloc(room, sizeof(*proof->by_name));
	proof->by_identity = calloc(room, sizeof(*proof->by_identity));
	proof->by_uid = calloc(room, sizeof(*proof->by_uid));
	proof->by_gid = calloc(room, sizeof(*proof->by_gid));
	proof->uid = malloc(room * sizeof(*proof->uid));
	if (!proof->by_name || !proof->by_identity || !proof->by_uid || !proof->by_gid ||
	    !proof->uid)
		return false;
	for (size_t i = 0; i < proof->count; i++) {
		const struct account_line *line = &proof->map->at[i];

		proof->by_name[i] = proof->by_identity[i] = line;
		proof->uid[i] = line->own ? line->uid : UINT32_MAX;
		if (line->own) {
			proof->by_uid[proof->own] = proof->by_gid[proof->own] = line;
			proof->own++;
		}
	}
	qsort(proof->by_name, proof->count, sizeof(*proof->by_name), compare_name);
	qsort(proof->by_identity, proof->count, sizeof(*proof->by_name),
	      compare_identity);
	qsort(proof->by_uid, proof->own, sizeof(*proof->by_name), compare_uid);
	qsort(proof->by_gid, proof->own, sizeof(*proof->by_name), compare_gid);
	return true;
}

/* The first of the lines with this name, as a place in by_name; `count` when none. */
static size_t first_named(const struct proof *proof, const char *name)
{
	size_t low = 0, high = proof->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(proof->by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < proof->count && strcmp(proof->by_name[low]->name, name) == 0
		       ? low
		       : proof->count;
}

static const struct account_line *own_with(const struct account_line *const *sorted,
					   size_t count, uint32_t id, bool gid)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t at = gid ? sorted[middle]->gid : sorted[middle]->uid;

		if (at < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == count || (gid ? sorted[low]->gid : sorted[low]->uid) != id)
		return NULL;
	return sorted[low];
}

const struct account_line *proof_own(const struct proof *proof, uint32_t uid)
{
	return own_with(proof->by_uid, proof->own, uid, false);
}

/* --- against each other --------------------------------------------------- */

static void prove_unique(struct proof *proof)
{
	for (size_t i = 1; i < proof->count; i++) {
		const struct account_line *a = proof->by_identity[i - 1],
					  *b = proof->by_identity[i];

		if (strcmp(a->identity, b->identity) == 0)
			fault_at(proof, b->line, "'%s' is mapped twice, first on line %u",
				 b->identity, a->line);
	}
	for (size_t i = 1; i < proof->own; i++) {
		const struct account_line *a = proof->by_uid[i - 1],
					  *b = proof->by_uid[i];

		if (a->uid == b->uid)
			fault_at(proof, b->line,
				 "uid %u is given twice, first on line %u", b->uid,
				 a->line);
		a = proof->by_gid[i - 1];
		b = proof->by_gid[i];
		if (a->gid == b->gid)
			fault_at(proof, b->line,
				 "gid %u is given twice, first on line %u", b->gid,
				 a->line);
	}
}

/* One account a name; its further identities take its uid. */
static void prove_names(struct proof *proof)
{
	for (size_t i = 0, end; i < proof->count; i = end) {
		const struct account_line *own = NULL;

		for (end = i; end < proof->count && strcmp(proof->by_name[end]->name,
							   proof->by_name[i]->name) == 0;
		     end++) {
			const struct account_line *line = proof->by_name[end];

			if (own && line->own)
				fault_at(proof, line->line,
					 "'%s' has uid= twice, first on line %u",
					 line->name, own->line);
			else if (line->own)
				own = line;
		}
		for (size_t k = i; own && k < end; k++)
			proof->uid[proof->by_name[k] - proof->map->at] = own->uid;
	}
}

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

static enum vid_reason prove_shells(struct proof *proof, const char *path)
{
	AUTO(blob_free) struct blob blob = { 0 };
	const char *good = "";
	enum vid_reason why;

	if (proof->own == 0)
		return VID_OK;
	why = file_read_untrusted(path, VID_CONFIG_FILE_MAX, &blob, proof->problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	for (size_t i = 0; i < proof->own; i++) {
		const struct account_line *line = proof->by_uid[i];
		const char *shell = account_line_shell(line);

		if (strcmp(shell, good) == 0)
			continue;
		/* As getusershell(3) has it where there is no list. */
		if (shell_listed(blob.at ? (const char *)blob.at : "/bin/sh\n", shell))
			good = shell;
		else
			fault_at(proof, line->line, "shell '%s' is not listed in %s",
				 shell, path);
	}
	return VID_OK;
}

/* --- against `files` (S42) ------------------------------------------------- */

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

	for (size_t i = first_named(proof, user->pw_name); i < proof->count; i++) {
		const struct account_line *line = proof->by_name[i];
		uint32_t *uid = &proof->uid[line - proof->map->at];

		if (strcmp(line->name, user->pw_name) != 0)
			break;
		if (line->own)
			fault_at(proof, line->line, "'%s' is an account of %s already",
				 line->name, path);
		else if (uid_never_ours(user->pw_uid))
			fault_at(proof, line->line,
				 "'%s' has uid %u in %s: never reached by a virtual ID",
				 line->name, user->pw_uid, path);
		else if (*uid == UINT32_MAX)
			*uid = user->pw_uid;
	}
	if ((own = own_with(proof->by_uid, proof->own, user->pw_uid, false)))
		fault_at(proof, own->line, "uid %u is '%.64s' in %s already", own->uid,
			 user->pw_name, path);
	if ((own = own_with(proof->by_gid, proof->own, user->pw_gid, true)))
		fault_at(proof, own->line, "gid %u is the group of '%.64s' in %s already",
			 own->gid, user->pw_name, path);
}

static void prove_group(struct proof *proof, const struct group *group, const char *path)
{
	const struct account_line *own;

	for (size_t i = first_named(proof, group->gr_name); i < proof->count; i++) {
		const struct account_line *line = proof->by_name[i];

		if (strcmp(line->name, group->gr_name) != 0)
			break;
		if (line->own)
			fault_at(proof, line->line, "'%s' is a group of %s already",
				 line->name, path);
	}
	if ((own = own_with(proof->by_gid, proof->own, group->gr_gid, true)))
		fault_at(proof, own->line, "gid %u is group '%.64s' in %s already",
			 own->gid, group->gr_name, path);
}

static enum vid_reason cannot_read(struct proof *proof, const char *path)
{
	problem_set(proof->problem, "%s: %m", path);
	return VID_FILE_IO;
}

static enum vid_reason prove_files(struct proof *proof, const struct accounts_host *host)
{
	AUTO_FCLOSE FILE *passwd = fopen(host->passwd, "re");
	AUTO_FCLOSE FILE *group = fopen(host->group, "re");
	struct passwd *user;
	struct group *entry;

	if (!passwd || !stamp_settled(passwd, &proof->passwd))
		return cannot_read(proof, host->passwd);
	for (errno = 0; (user = fgetpwent(passwd)); errno = 0)
		prove_user(proof, user, host->passwd);
	if (errno && errno != ENOENT)
		return cannot_read(proof, host->passwd);
	if (!group || !stamp_settled(group, &proof->group))
		return cannot_read(proof, host->group);
	for (errno = 0; (entry = fgetgrent(group)); errno = 0)
		prove_group(proof, entry, host->group);
	if (errno && errno != ENOENT)
		return cannot_read(proof, host->group);

	for (size_t i = 0; i < proof->count; i++)
		if (proof->uid[i] == UINT32_MAX)
			fault_at(proof, proof->map->at[i].line,
				 "there is no account '%s' in %s; uid= would make one",
				 proof->map->at[i].name, host->passwd);
	return VID_OK;
}

enum vid_reason proof_make(struct proof *proof, const struct accounts_host *host)
{
	enum vid_reason why;

	if (!proof_start(proof)) {
		problem_set(proof->problem, "%s: %m", proof->map->file);
		return VID_FILE_IO;
	}
	prove_unique(proof);
	prove_names(proof);
	if ((why = prove_shells(proof, host->shells)) != VID_OK ||
	    (why = prove_files(proof, host)) != VID_OK)
		return why;
	return proof->fault ? VID_CONFIG : VID_OK;
}
