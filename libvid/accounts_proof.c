/* SPDX-License-Identifier: BSD-2-Clause */
/* A map against itself, and against what was given before. */
#include "libvid/accounts_proof.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "libvid/accounts_records.h"

void proof_free(struct proof *proof)
{
	free(proof->given);
	free(proof->by_name);
	free(proof->by_identity);
	free(proof->by_uid);
	free(proof->by_gid);
	free(proof->uid);
	free(proof->fate);
	free(proof->gone);
	free(proof->alias);
}

void proof_fault(struct proof *proof, unsigned line, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (proof->tell)
		proof->tell(proof->user, line, text);
	if (proof->faulty && proof->fault <= line)
		return;
	proof->faulty = true;
	proof->fault = line;
	if (line)
		problem_set(proof->problem, "%s:%u: %s", proof->map->file, line, text);
	else
		problem_set(proof->problem, "%s: %s", proof->map->file, text);
}

const struct account_rule *proof_rule(const struct accounts *map, const char *identity,
				      bool deny)
{
	const char *alias = identity + VID_SUB_LEN + 1;

	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rule[i].deny == deny && strcmp(map->rule[i].alias, alias) == 0)
			return &map->rule[i];
	return NULL;
}

/* The ledger's accounts as lines: what their rule says now, where they were put then. */
static bool take_given(struct proof *proof)
{
	const struct ledger *ledger = proof->ledger;

	proof->given = calloc(ledger->count + 1, sizeof(*proof->given));
	if (!proof->given)
		return false;
	for (size_t i = 0; i < ledger->count; i++) {
		const struct ledger_entry *entry = &ledger->at[i];
		const struct account_rule *rule;

		if (!entry->identity)
			continue;
		rule = proof_rule(proof->map, entry->identity, false);
		proof->given[proof->given_count++] = (struct account_line){
			.line = rule ? rule->line : 0,
			.own = true,
			.walkup = true,
			.uid = entry->uid,
			.gid = entry->uid,
			.identity = entry->identity,
			.iss = entry->iss,
			.name = entry->name,
			.home = entry->home,
			.shell = rule ? rule->shell : NULL,
			.groups = rule ? rule->groups : NULL,
		};
	}
	return true;
}

static bool proof_start(struct proof *proof)
{
	if (!take_given(proof))
		return false;
	proof->count = proof->map->count + proof->given_count;
	proof->uid = malloc((proof->count + 1) * sizeof(*proof->uid));
	proof->fate = calloc(proof->count + 1, sizeof(*proof->fate));
	if (!proof->uid || !proof->fate || !proof_order(proof))
		return false;
	for (size_t i = 0; i < proof->count; i++) {
		const struct account_line *line = proof_line(proof, i);

		proof->own += line->own;
		proof->uid[i] = line->own ? line->uid : UINT32_MAX;
		if (line->deny)
			proof->fate[i] = FATE_DENIED;
		else if (!line->walkup || proof_rule(proof->map, line->identity, false))
			proof->fate[i] = FATE_MAPPED;
	}
	return true;
}

/* --- numbers -------------------------------------------------------------------- */

static int compare_range(const void *left, const void *right)
{
	const struct index_range *a = left, *b = right;

	return (a->min > b->min) - (a->min < b->min);
}

/*
 * A rule that is gone gives nothing more, and the accounts that it gave keep their
 * numbers: those from the first to the last of its issuer's. Adds to `all`, which has
 * room.
 */
static size_t orphaned_ranges(const struct proof *proof, struct index_range *all)
{
	size_t count = 0;

	for (size_t i = 0; i < proof->given_count; i++) {
		const struct account_line *line = &proof->given[i];
		size_t k = 0;

		if (proof_rule(proof->map, line->identity, false))
			continue;
		while (k < count &&
		       strcmp(proof->given[all[k].max].identity + VID_SUB_LEN,
			      line->identity + VID_SUB_LEN) != 0)
			k++;
		if (k == count)
			all[count++].min = line->uid;
		all[k].max = (uint32_t)i; /* its place, for now: they are in order */
	}
	for (size_t k = 0; k < count; k++)
		all[k].max = proof->given[all[k].max].uid;
	return count;
}

/* All ranges of the map, those that touch made one. */
static bool prove_ranges(struct proof *proof)
{
	const struct accounts *map = proof->map;
	size_t count = 1 + map->range_count, merged = 0;
	struct index_range *all =
		calloc(count + map->rule_count + proof->given_count, sizeof(*all));

	if (!all)
		return false;
	all[0] = (struct index_range){ INDEX_ID_MIN, INDEX_ID_MAX };
	for (size_t i = 0; i < map->range_count; i++)
		all[1 + i] = map->range[i].range;
	for (size_t i = 0; i < map->rule_count; i++)
		if (!map->rule[i].deny)
			all[count++] = map->rule[i].uids;
	count += orphaned_ranges(proof, all + count);
	qsort(all, count, sizeof(*all), compare_range);
	for (size_t i = 1; i < count; i++)
		if (all[i].min <= all[merged].max || all[i].min == all[merged].max + 1)
			all[merged].max = all[i].max > all[merged].max ? all[i].max
								       : all[merged].max;
		else
			all[++merged] = all[i];
	proof->range_count = merged + 1;
	if (proof->range_count > INDEX_RANGES_MAX) {
		proof_fault(proof,
			    map->range_count ? map->range[map->range_count - 1].line : 0,
			    "there are more than %d ranges of numbers", INDEX_RANGES_MAX);
		proof->range_count = INDEX_RANGES_MAX;
	}
	memcpy(proof->range, all, proof->range_count * sizeof(*all));
	free(all);
	return true;
}

static bool in_ranges(const struct proof *proof, uint32_t id)
{
	for (size_t i = 0; i < proof->range_count; i++)
		if (id >= proof->range[i].min && id <= proof->range[i].max)
			return true;
	return false;
}

static void prove_numbers(struct proof *proof)
{
	for (size_t i = 0; i < proof->own; i++) {
		const struct account_line *line = proof->by_uid[i];
		const struct ledger_entry *entry =
			ledger_of_uid(proof->ledger, line->uid);

		if (!in_ranges(proof, line->uid) || !in_ranges(proof, line->gid))
			proof_fault(
				proof, line->line,
				"'%s' has uid %u and gid %u, and one is outside %u..%u, "
				"the numbers of own accounts: a line 'numbers MIN-MAX' "
				"adds others",
				line->name, line->uid, line->gid, INDEX_ID_MIN,
				INDEX_ID_MAX);
		if (entry && !entry->identity)
			proof_fault(
				proof, line->line,
				"uid %u was another account's until %s and is not given "
				"again; when none of its files are left: vid account "
				"release %u",
				line->uid, entry->date, line->uid);
	}
}

/* Does one of the account's identities have this number in the index in place? */
static bool had_number(const struct proof *proof, const char *name, uint32_t uid)
{
	struct index_identity was;

	for (size_t i = proof_named(proof, name);
	     i < proof->count && strcmp(proof->by_name[i]->name, name) == 0; i++)
		if (index_by_identity(proof->old,
				      bytes_of_text(proof->by_name[i]->identity),
				      &was) == INDEX_OK &&
		    was.kind != INDEX_DENIED && was.uid == uid)
			return true;
	return false;
}

/* Rows of format 3, which has no seal, are taken only with their MAC of then. */
static void prove_former(struct proof *proof)
{
	struct index_identity was;

	if (!proof->old || proof->old->format != INDEX_FORMAT_FORMER)
		return;
	for (size_t i = 0; i < proof->count; i++) {
		const struct account_line *line = proof_line(proof, i);

		if (record_former_find(proof->old, proof->key,
				       bytes_of_text(line->identity),
				       &was) == INDEX_FORGED)
			proof_fault(
				proof, line->walkup ? 0 : line->line,
				"the row of '%s' in the compiled map does not carry this "
				"host's MAC: put the newest one back, or vid account "
				"compile --recover",
				line->identity);
	}
}

static bool is_gone(struct proof *proof, uint32_t uid)
{
	uint32_t *more = proof->gone;

	/* doubled at each power of two */
	if ((proof->gone_count & (proof->gone_count - 1)) == 0)
		more = reallocarray(more, proof->gone_count ? 2 * proof->gone_count : 1,
				    sizeof(*more));
	if (!more)
		return false;
	proof->gone = more;
	proof->gone[proof->gone_count++] = uid;
	return true;
}

/*
 * A number is nobody else's once it was somebody's: an account may be renamed, and an
 * account's identity may change, but not both at once. Both stand in the order of
 * numbers.
 */
static bool prove_heirs(struct proof *proof)
{
	enum index_result result = INDEX_NONE;
	struct index_row row;
	uint32_t cursor = 0;
	size_t at = 0;

	while (proof->old &&
	       (result = index_next(proof->old, &cursor, &row)) == INDEX_OK) {
		const struct account_line *line;

		while (at < proof->own && proof->by_uid[at]->uid < row.uid)
			at++;
		line = at < proof->own && proof->by_uid[at]->uid == row.uid
			       ? proof->by_uid[at]
			       : NULL;
		if (!line && !is_gone(proof, row.uid))
			return false;
		if (line && !bytes_are(row.name, line->name) &&
		    !had_number(proof, line->name, row.uid))
			proof_fault(proof, line->line,
				    "uid %u is the number of '%.*s', whose files '%s' "
				    "would own: give it another",
				    row.uid, (int)row.name.len, (const char *)row.name.at,
				    line->name);
	}
	errno = EBADMSG;
	return result == INDEX_NONE; /* and not because a row cannot be read */
}

/* --- identities ------------------------------------------------------------------- */

/* The lines of one identity, by_identity[start..end): which of them decides. */
static void judge_identity(struct proof *proof, size_t start, size_t end)
{
	const struct account_line *decides = NULL, *first[2] = { NULL, NULL };

	for (size_t i = start; i < end; i++) {
		const struct account_line *line = proof->by_identity[i];
		const struct account_line **like = &first[line->deny];

		if (*like && !line->walkup)
			proof_fault(proof, line->line,
				    line->deny ? "'%s' is denied twice, first on line %u"
					       : "'%s' is mapped twice, first on line %u",
				    line->identity, (*like)->line);
		if (!*like)
			*like = line;
	}
	decides = first[true] ? first[true] : first[false];
	for (size_t i = start; i < end; i++)
		if (proof->by_identity[i] != decides)
			proof->fate[proof_ordinal(proof, proof->by_identity[i])] =
				FATE_NOTHING;
}

static void prove_identities(struct proof *proof)
{
	for (size_t i = 0, end; i < proof->count; i = end) {
		for (end = i + 1;
		     end < proof->count && strcmp(proof->by_identity[end]->identity,
						  proof->by_identity[i]->identity) == 0;
		     end++)
			continue;
		if (end > i + 1)
			judge_identity(proof, i, end);
	}
	/* Whom a whole issuer's line shuts out, no other line lets in. */
	for (size_t i = 0; i < proof->map->rule_count; i++)
		if (proof->map->rule[i].deny)
			for (size_t k = 0; k < proof->count; k++)
				if (proof->fate[k] == FATE_MAPPED &&
				    proof_rule(proof->map, proof_line(proof, k)->identity,
					       true))
					proof->fate[k] = FATE_DENIED;
}

static void prove_rules(struct proof *proof)
{
	const struct accounts *map = proof->map;

	for (size_t i = 1; i < map->rule_count; i++)
		for (size_t k = 0; k < i; k++)
			if (map->rule[i].deny == map->rule[k].deny &&
			    strcmp(map->rule[i].alias, map->rule[k].alias) == 0)
				proof_fault(proof, map->rule[i].line,
					    "'*@%s' has a second rule, first on line %u",
					    map->rule[i].alias, map->rule[k].line);
}

/* --- accounts ----------------------------------------------------------------------- */

static void prove_unique(struct proof *proof)
{
	for (size_t i = 1; i < proof->own; i++) {
		const struct account_line *a = proof->by_uid[i - 1],
					  *b = proof->by_uid[i];

		if (a->uid == b->uid)
			proof_fault(proof, b->walkup ? a->line : b->line,
				    b->walkup
					    ? "uid %u was given to a newcomer by line %u"
					    : "uid %u is given twice, first on line %u",
				    b->uid, b->walkup ? b->line : a->line);
		a = proof->by_gid[i - 1];
		b = proof->by_gid[i];
		if (a->gid == b->gid)
			proof_fault(proof, b->walkup ? a->line : b->line,
				    b->walkup
					    ? "gid %u was given to a newcomer by line %u"
					    : "gid %u is given twice, first on line %u",
				    b->gid, b->walkup ? b->line : a->line);
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

			if (own && line->walkup)
				proof_fault(proof, own->line,
					    "'%s' was given to a newcomer already",
					    own->name);
			else if (own && line->own)
				proof_fault(proof, line->line,
					    "'%s' has uid= twice, first on line %u",
					    line->name, own->line);
			else if (line->own)
				own = line;
		}
		for (size_t k = i; own && k < end; k++)
			proof->uid[proof_ordinal(proof, proof->by_name[k])] = own->uid;
	}
}

enum vid_reason proof_make(struct proof *proof, const struct accounts_host *host)
{
	enum vid_reason why;

	if (!proof_start(proof) || !prove_ranges(proof)) {
		problem_set(proof->problem, "%s: %m", proof->map->file);
		return VID_FILE_IO;
	}
	prove_identities(proof);
	if ((why = proof_aliases(proof, host)) != VID_OK)
		return why;
	prove_former(proof);
	prove_rules(proof);
	prove_unique(proof);
	prove_names(proof);
	prove_numbers(proof);
	if (!prove_heirs(proof)) {
		problem_set(proof->problem, "%s: %m", proof->map->file);
		return VID_FILE_IO;
	}
	if ((why = proof_files(proof, host)) != VID_OK)
		return why;
	return proof->faulty ? VID_CONFIG : VID_OK;
}
