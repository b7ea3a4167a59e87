/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "libvid/accounts_proof.h"
#include "libvid/accounts_records.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/leftovers.h"
#include "libvid/nscd.h"

#define LOCK_SECONDS 10

const struct accounts_host accounts_this_host = { .passwd = "/etc/passwd",
						  .group = "/etc/group",
						  .shells = "/etc/shells",
						  .subuid = "/etc/subuid",
						  .subgid = "/etc/subgid" };

int accounts_lock(const char *index_path)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s.lock", index_path) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = file_lock(path, LOCK_SECONDS)) >= 0)
		leftovers_remove(index_path);
	return fd;
}

void accounts_settle(void)
{
	struct timespec left = { .tv_nsec = INDEX_SETTLE_MILLISECONDS * 1000000L };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		continue;
	nscd_invalidate();
}

/* What was there before: the index in place, and the ledger that goes with it. */
struct before {
	struct index index;
	bool has_index;
	struct ledger ledger;
	char ledger_path[PATH_MAX];
};

static void before_free(struct before *before)
{
	if (before->has_index)
		index_close(&before->index);
	ledger_free(&before->ledger);
}

/* An index that cannot be read is made anew; what it knew of the ledger is lost with it.
 */
static enum vid_reason look_back(const char *index_path, const struct hostkey *key,
				 struct before *before, struct problem *problem)
{
	before->has_index = index_open(index_path, &before->index) == INDEX_OK;
	if (!ledger_path(index_path, before->ledger_path, sizeof(before->ledger_path)))
		return problem_set(problem, "the path is too long: %s", index_path),
		       VID_FILE_IO;
	return ledger_load(before->ledger_path, key,
			   before->has_index ? before->index.ledger : 0, &before->ledger,
			   problem);
}

static void row_of(const struct account_line *line, char home[ACCOUNT_HOME_SIZE],
		   struct index_row *row)
{
	account_line_home(line, home);
	*row = (struct index_row){
		.name = bytes_of_text(line->name),
		.gecos = bytes_of_text(line->gecos ? line->gecos : ""),
		.home = bytes_of_text(home),
		.shell = bytes_of_text(account_line_shell(line)),
		.uid = line->uid,
		.gid = line->gid,
	};
}

static enum vid_reason write_identity(const struct proof *proof,
				      struct index_writer *writer, size_t ordinal,
				      const struct hostkey *key)
{
	const struct account_line *line = proof_line(proof, ordinal), *own;
	struct bytes identity = bytes_of_text(line->identity);
	struct index_identity to = { .kind = INDEX_DENIED };
	char home[ACCOUNT_HOME_SIZE];

	if (proof->fate[ordinal] == FATE_NOTHING)
		return VID_OK;
	if (proof->fate[ordinal] == FATE_DENIED)
		return index_write_identity(writer, identity, &to, proof->problem);
	own = proof_own(proof, proof->uid[ordinal]);
	to = (struct index_identity){ .kind = !own          ? INDEX_LOCAL
					      : own->walkup ? INDEX_WALKUP
							    : INDEX_OWN,
				      .name = bytes_of_text(line->name),
				      .uid = proof->uid[ordinal] };
	if (own)
		row_of(own, home, &to.row);
	return record_identity(writer, identity, &to, key, proof->problem);
}

static enum vid_reason write_accounts(const struct proof *proof,
				      struct index_writer *writer)
{
	char home[ACCOUNT_HOME_SIZE];
	enum vid_reason why = VID_OK;
	struct index_row row;

	for (size_t i = 0; i < proof->own && why == VID_OK; i++) {
		row_of(proof->by_uid[i], home, &row);
		why = index_write_row(writer, &row, proof->problem);
	}
	for (size_t i = 0; i < proof->own && why == VID_OK; i++) {
		row_of(proof->by_uid[i], home, &row);
		why = index_write_numbers(writer, &row, proof->problem);
		if (why == VID_OK && proof->by_uid[i]->groups)
			why = index_write_groups(writer, row.name,
						 bytes_of_text(proof->by_uid[i]->groups),
						 proof->problem);
	}
	return why;
}

/* Which accounts somebody may log in to: local ones that have an identity, own ones that
 * have none. */
static enum vid_reason write_mapped(const struct proof *proof,
				    struct index_writer *writer)
{
	enum vid_reason why = VID_OK;

	for (size_t i = 0, end; i < proof->count && why == VID_OK; i = end) {
		const char *name = proof->by_name[i]->name;
		bool own = false, mapped = false;

		for (end = i;
		     end < proof->count && strcmp(proof->by_name[end]->name, name) == 0;
		     end++) {
			const struct account_line *line = proof->by_name[end];

			own = own || line->own;
			mapped = mapped ||
				 proof->fate[proof_ordinal(proof, line)] == FATE_MAPPED;
		}
		if (*name && mapped != own)
			why = index_write_mapped(writer, bytes_of_text(name), mapped,
						 proof->problem);
	}
	return why;
}

static enum vid_reason write_rules(const struct proof *proof, struct index_writer *writer,
				   const struct hostkey *key)
{
	const struct accounts *map = proof->map;
	enum vid_reason why = VID_OK;

	for (size_t i = 0; i < map->rule_count && why == VID_OK; i++)
		/* once an alias, and deny wins */
		if (map->rule[i].deny || !account_denies(map, map->rule[i].alias))
			why = record_rule(writer, &map->rule[i], key, proof->problem);
	return why;
}

static enum vid_reason write_index(const struct proof *proof, const struct before *before,
				   const char *path, const struct hostkey *key)
{
	AUTO(index_write_abandon) struct index_writer writer = { .fd = -1 };
	struct index head = {
		.generation = before->has_index ? before->index.generation + 1 : 1,
		.ledger = before->ledger.serial,
		.rows = (uint32_t)proof->own,
		.range_count = proof->range_count,
		.passwd = proof->passwd,
		.group = proof->group,
	};
	enum vid_reason why;

	memcpy(head.range, proof->range, sizeof(head.range));
	if ((why = index_write_start(&writer, path, &head, proof->problem)) != VID_OK ||
	    (why = write_accounts(proof, &writer)) != VID_OK)
		return why;
	for (size_t i = 0; i < proof->count; i++)
		if ((why = write_identity(proof, &writer, i, key)) != VID_OK)
			return why;
	if ((why = write_mapped(proof, &writer)) != VID_OK ||
	    (why = write_rules(proof, &writer, key)) != VID_OK)
		return why;
	return index_write_finish(&writer, proof->problem);
}

/* S43: the numbers of the old index that are nobody's any more. */
static enum vid_reason bury(const struct proof *proof, struct before *before, int64_t now)
{
	for (size_t i = 0; i < proof->gone_count; i++)
		if (!ledger_bury(&before->ledger, proof->gone[i], now))
			return problem_set(proof->problem, "%s: %m", before->ledger_path),
			       VID_FILE_IO;
	return VID_OK;
}

/* The ledger as it was, when the index could not be put in place. */
static void put_back(const char *path, const struct blob *old)
{
	if (old->at)
		(void)file_write(path, bytes_of(old->at, old->len), 0600, NULL);
	else
		(void)file_remove(path, NULL);
}

static enum vid_reason put_in_place(const struct proof *proof, struct before *before,
				    const char *index_path, const struct hostkey *key,
				    int64_t now)
{
	AUTO(blob_free) struct blob old = { 0 };
	bool buried = proof->gone_count > 0;
	enum vid_reason why;

	if ((why = bury(proof, before, now)) != VID_OK)
		return why;
	if (buried) {
		why = file_read_trusted(before->ledger_path, LEDGER_FILE_MAX, &old,
					proof->problem);
		if (why != VID_OK && why != VID_FILE_MISSING)
			return why;
		why = ledger_store(&before->ledger, before->ledger_path, key,
				   proof->problem);
		if (why != VID_OK)
			return why;
	}
	why = write_index(proof, before, index_path, key);
	if (why != VID_OK && buried)
		put_back(before->ledger_path, &old);
	return why;
}

enum vid_reason accounts_compile_for(const struct accounts_host *host,
				     const struct accounts *accounts,
				     const struct hostkey *key, const char *index_path,
				     int64_t now, struct problem *problem)
{
	AUTO(before_free) struct before before = { .has_index = false };
	AUTO(proof_free)
	struct proof proof = { .map = accounts, .problem = problem };
	enum vid_reason why;

	if ((why = look_back(index_path, key, &before, problem)) != VID_OK)
		return why;
	proof.ledger = &before.ledger;
	proof.old = before.has_index ? &before.index : NULL;
	if ((why = proof_make(&proof, host)) != VID_OK)
		return why;
	return put_in_place(&proof, &before, index_path, key, now);
}

enum vid_reason accounts_prove(const struct accounts_host *host,
			       const struct accounts *accounts, const struct hostkey *key,
			       const char *index_path, account_fault *fault, void *user,
			       struct problem *problem)
{
	AUTO(before_free) struct before before = { .has_index = false };
	AUTO(proof_free)
	struct proof proof = {
		.map = accounts, .problem = problem, .tell = fault, .user = user
	};
	enum vid_reason why;

	if ((why = look_back(index_path, key, &before, problem)) != VID_OK)
		return why;
	proof.ledger = &before.ledger;
	proof.old = before.has_index ? &before.index : NULL;
	return proof_make(&proof, host);
}

enum vid_reason accounts_compile(const struct accounts *accounts,
				 const struct hostkey *key, const char *index_path,
				 int64_t now, struct problem *problem)
{
	return accounts_compile_for(&accounts_this_host, accounts, key, index_path, now,
				    problem);
}
