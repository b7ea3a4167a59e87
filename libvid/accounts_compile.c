/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "libvid/accounts_proof.h"
#include "libvid/accounts_records.h"
#include "libvid/accounts_state.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/issuers.h"
#include "libvid/leftovers.h"
#include "libvid/nscd.h"
#include "libvid/paths.h"

#define LOCK_SECONDS 10

const struct accounts_host accounts_this_host = { .passwd = "/etc/passwd",
						  .group = "/etc/group",
						  .shells = "/etc/shells",
						  .subuid = "/etc/subuid",
						  .subgid = "/etc/subgid",
						  .issuers = PATH_ISSUERS };

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
				      struct index_writer *writer, size_t ordinal)
{
	const struct account_line *line = proof_line(proof, ordinal), *own;
	struct index_identity to = { .kind = INDEX_DENIED };
	const char *iss = proof_line_iss(proof, line);
	char home[ACCOUNT_HOME_SIZE];

	if (proof->fate[ordinal] == FATE_NOTHING || !iss)
		return VID_OK;
	if (proof->fate[ordinal] == FATE_MAPPED) {
		own = proof_own(proof, proof->uid[ordinal]);
		to = (struct index_identity){ .kind = !own          ? INDEX_LOCAL
						      : own->walkup ? INDEX_WALKUP
								    : INDEX_OWN,
					      .name = bytes_of_text(line->name),
					      .uid = proof->uid[ordinal] };
		if (own)
			row_of(own, home, &to.row);
	}
	return record_identity(writer, bytes_of_text(iss),
			       bytes_of(line->identity, VID_SUB_LEN), &to, proof->key,
			       proof->problem);
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

static enum vid_reason write_rules(const struct proof *proof, struct index_writer *writer)
{
	const struct accounts *map = proof->map;
	enum vid_reason why = VID_OK;

	for (size_t i = 0; i < map->rule_count && why == VID_OK; i++) {
		const char *iss = proof_iss(proof, map->rule[i].alias);

		/* once an issuer, and deny wins */
		if (iss &&
		    (map->rule[i].deny || !account_denies(map, map->rule[i].alias)))
			why = record_rule(writer, bytes_of_text(iss), &map->rule[i],
					  proof->key, proof->problem);
	}
	return why;
}

static enum vid_reason write_aliases(const struct proof *proof,
				     struct index_writer *writer)
{
	enum vid_reason why = VID_OK;

	for (size_t i = 0; i < proof->alias_count && why == VID_OK; i++)
		if (proof->alias[i].iss[0])
			why = record_alias(writer, bytes_of_text(proof->alias[i].alias),
					   bytes_of_text(proof->alias[i].iss), proof->key,
					   proof->problem);
	return why;
}

static enum vid_reason write_records(const struct proof *proof,
				     struct index_writer *writer)
{
	enum vid_reason why;

	if ((why = write_accounts(proof, writer)) != VID_OK ||
	    (why = write_aliases(proof, writer)) != VID_OK)
		return why;
	for (size_t i = 0; i < proof->count; i++)
		if ((why = write_identity(proof, writer, i)) != VID_OK)
			return why;
	if ((why = write_mapped(proof, writer)) != VID_OK)
		return why;
	return write_rules(proof, writer);
}

/* S43: the numbers of the old index that are nobody's any more; or, when what was given
 * before is not known, all that may have been. */
static bool bury(const struct proof *proof, struct accounts_past *past, int64_t now)
{
	struct ledger *ledger = &past->ledger;

	for (size_t i = 0; i < proof->gone_count; i++)
		if (!ledger_bury(ledger, proof->gone[i], now))
			return false;
	for (size_t i = 0; i < proof->range_count && past->lost; i++) {
		uint32_t from = proof->range[i].min, max = proof->range[i].max;

		for (size_t k = 0; k < proof->own; k++) {
			uint32_t uid = proof->by_uid[k]->uid;

			if (uid < from || uid > max)
				continue;
			if (uid > from && !ledger_bury_range(ledger, from, uid - 1, now))
				return false;
			from = uid + 1;
		}
		if (from <= max && !ledger_bury_range(ledger, from, max, now))
			return false;
	}
	return true;
}

static enum vid_reason put_in_place(const struct proof *proof, struct accounts_past *past,
				    const char *index_path, int64_t now)
{
	AUTO(index_write_abandon) struct index_writer writer = { .fd = -1 };
	struct index head = {
		.generation = past->generation + 1,
		.ledger = past->serial + 1,
		.rows = (uint32_t)proof->own,
		.range_count = proof->range_count,
		.passwd = proof->passwd,
		.group = proof->group,
	};
	enum vid_reason why;

	memcpy(head.range, proof->range, sizeof(head.range));
	past->ledger.head.serial = past->serial;
	if (!bury(proof, past, now))
		return problem_set(proof->problem, "%s: %m", past->ledger_path),
		       VID_FILE_IO;
	why = index_write_start(&writer, index_path, &head, proof->key, proof->problem);
	if (why != VID_OK || (why = write_records(proof, &writer)) != VID_OK)
		return why;
	return accounts_commit(&writer, &past->ledger, past->ledger_path, proof->problem);
}

/*
 * A ledger of before the first index of format 4 has no issuers: its accounts are of the
 * issuers that their aliases name now. One whose alias names none stays without, for
 * ever. `issuers` is to outlive the ledger.
 */
static enum vid_reason bind_former(const struct accounts_host *host,
				   struct ledger *ledger, struct issuers *issuers,
				   struct problem *problem)
{
	enum vid_reason why;

	if (ledger->head.generation != 0 || ledger->count == 0)
		return VID_OK;
	why = issuers_load(host->issuers, issuers, problem);
	if (why != VID_OK)
		return why == VID_FILE_MISSING ? VID_OK : why;
	for (size_t i = 0; i < ledger->count; i++) {
		struct ledger_entry *entry = &ledger->at[i];
		const struct issuer *issuer;

		if (!entry->identity || entry->iss)
			continue;
		issuer = issuer_by_alias(
			issuers, bytes_of_text(entry->identity + VID_SUB_LEN + 1));
		entry->iss = issuer ? issuer->iss : NULL;
	}
	return VID_OK;
}

/* In memory; what is stored with the new index is both or neither. */
static void forget(struct ledger *ledger, const char *what, int64_t now)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger_entry_is(&ledger->at[i], what))
			(void)ledger_bury(ledger, ledger->at[i].uid, now);
}

enum vid_reason accounts_compile_for(const struct accounts_host *host,
				     const struct accounts *accounts,
				     const struct hostkey *key, const char *index_path,
				     struct accounts_order order, struct problem *problem)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	AUTO(accounts_past_free) struct accounts_past past = { .has_index = false };
	AUTO(proof_free)
	struct proof proof = { .map = accounts, .key = key, .problem = problem };
	enum vid_reason why;

	why = accounts_past_load(index_path, key, true, order.recover, &past, problem);
	if (why != VID_OK)
		return why;
	why = bind_former(host, &past.ledger, &issuers, problem);
	if (why != VID_OK)
		return why;
	if (order.forget)
		forget(&past.ledger, order.forget, order.now);
	proof.ledger = &past.ledger;
	proof.old = past.has_index ? &past.index : NULL;
	if ((why = proof_make(&proof, host)) != VID_OK)
		return why;
	return put_in_place(&proof, &past, index_path, order.now);
}

enum vid_reason accounts_prove(const struct accounts_host *host,
			       const struct accounts *accounts, const struct hostkey *key,
			       const char *index_path, bool locked, account_fault *fault,
			       void *user, struct problem *problem)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	AUTO(accounts_past_free) struct accounts_past past = { .has_index = false };
	AUTO(proof_free)
	struct proof proof = { .map = accounts,
			       .key = key,
			       .problem = problem,
			       .tell = fault,
			       .user = user };
	enum vid_reason why;

	why = accounts_past_load(index_path, key, locked, false, &past, problem);
	if (why != VID_OK)
		return why;
	why = bind_former(host, &past.ledger, &issuers, problem);
	if (why != VID_OK)
		return why;
	proof.ledger = &past.ledger;
	proof.old = past.has_index ? &past.index : NULL;
	return proof_make(&proof, host);
}

enum vid_reason accounts_compile(const struct accounts *accounts,
				 const struct hostkey *key, const char *index_path,
				 struct accounts_order order, struct problem *problem)
{
	return accounts_compile_for(&accounts_this_host, accounts, key, index_path, order,
				    problem);
}
