/* SPDX-License-Identifier: BSD-2-Clause */
/* What the aliases of a map mean: each is bound to one issuer, for as long as it is used.
 */
#include <stdio.h>
#include <stdlib.h>

#include "libvid/accounts_proof.h"
#include "libvid/accounts_records.h"
#include "libvid/cleanup.h"
#include "libvid/issuers.h"

static struct proof_alias *alias_find(const struct proof *proof, const char *alias)
{
	for (size_t i = 0; i < proof->alias_count; i++)
		if (strcmp(proof->alias[i].alias, alias) == 0)
			return &proof->alias[i];
	return NULL;
}

/* `line` 0: of an account that a rule gave. */
static struct proof_alias *alias_add(struct proof *proof, const char *alias,
				     unsigned line)
{
	struct proof_alias *found = alias_find(proof, alias);
	void *more;

	if (!found) {
		more = reallocarray(proof->alias, proof->alias_count + 1,
				    sizeof(*proof->alias));
		if (!more)
			return NULL;
		proof->alias = more;
		found = &proof->alias[proof->alias_count++];
		*found = (struct proof_alias){ .alias = alias };
	}
	if (line && !found->line)
		found->line = line;
	return found;
}

/* Bind it, or tell that it is bound to another issuer. */
static void bind(struct proof *proof, struct proof_alias *alias, struct bytes iss,
		 const char *who)
{
	if (!alias->iss[0] && bytes_to_text(iss, alias->iss, sizeof(alias->iss)))
		return;
	if (!bytes_are(iss, alias->iss))
		proof_fault(
			proof, alias->line,
			"'%s' names %.*s %s, and its lines and accounts are of %s: give "
			"the new issuer another alias, or first remove them (vid account "
			"remove)",
			alias->alias, (int)iss.len, (const char *)iss.at, who,
			alias->iss);
}

static const char *alias_of(const struct account_line *line)
{
	return line->identity + VID_SUB_LEN + 1;
}

/* All that lines, rules and given accounts name; the last with their issuers. */
static bool collect(struct proof *proof)
{
	struct proof_alias *alias = NULL;

	for (size_t i = 0; i < proof->count; i++) {
		const struct account_line *line = proof_line(proof, i);

		if (line->walkup && !line->iss)
			continue; /* bound to none, and never will be */
		if (!alias || strcmp(alias->alias, alias_of(line)) != 0 || !alias->line)
			alias = alias_add(proof, alias_of(line),
					  line->walkup ? 0 : line->line);
		if (!alias)
			return false;
		if (line->walkup)
			bind(proof, alias, bytes_of_text(line->iss), "in the ledger");
	}
	for (size_t i = 0; i < proof->map->rule_count; i++)
		if (!alias_add(proof, proof->map->rule[i].alias,
			       proof->map->rule[i].line))
			return false;
	return true;
}

static enum vid_reason bind_all(struct proof *proof, const struct issuers *issuers)
{
	for (size_t i = 0; i < proof->alias_count; i++) {
		struct proof_alias *alias = &proof->alias[i];
		struct bytes name = bytes_of_text(alias->alias), iss;
		const struct issuer *issuer = issuer_by_alias(issuers, name);
		enum index_result result = INDEX_NONE;

		if (proof->old)
			result = record_alias_find(proof->old, proof->key, name, &iss);
		if (result == INDEX_OK)
			bind(proof, alias, iss, "in the compiled map");
		else if (result != INDEX_NONE)
			return problem_set(
				       proof->problem,
				       "the compiled map does not say truly what '%s' "
				       "names",
				       alias->alias),
			       VID_STATE;
		if (issuer)
			bind(proof, alias, bytes_of_text(issuer->iss), "here");
	}
	return VID_OK;
}

/* One issuer with two aliases would have two lines for one identity. */
static void prove_single(struct proof *proof)
{
	for (size_t i = 1; i < proof->alias_count; i++)
		for (size_t k = 0; k < i && proof->alias[i].iss[0]; k++)
			if (strcmp(proof->alias[i].iss, proof->alias[k].iss) == 0)
				proof_fault(
					proof, proof->alias[i].line,
					"'%s' and '%s' are two aliases of the one issuer "
					"%s: use one of them in all lines",
					proof->alias[k].alias, proof->alias[i].alias,
					proof->alias[i].iss);
}

const char *proof_iss(const struct proof *proof, const char *alias)
{
	const struct proof_alias *found = alias_find(proof, alias);

	return found && found->iss[0] ? found->iss : NULL;
}

const char *proof_line_iss(const struct proof *proof, const struct account_line *line)
{
	return line->walkup ? line->iss : proof_iss(proof, alias_of(line));
}

enum vid_reason proof_aliases(struct proof *proof, const struct accounts_host *host)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	enum vid_reason why = issuers_load(host->issuers, &issuers, proof->problem);

	if (why != VID_OK && why != VID_FILE_MISSING) /* no folder: none is trusted */
		return why;
	if (!collect(proof))
		return problem_set(proof->problem, "%s: %m", proof->map->file),
		       VID_FILE_IO;
	if ((why = bind_all(proof, &issuers)) != VID_OK)
		return why;
	prove_single(proof);
	for (size_t i = 0; i < proof->count; i++)
		if (!proof_line_iss(proof, proof_line(proof, i)))
			proof->fate[i] = FATE_NOTHING; /* nobody is of no issuer */
	return VID_OK;
}
