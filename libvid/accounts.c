/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts.h"

#include "libvid/accounts_records.h"
#include "libvid/accounts_state.h"
#include "libvid/cleanup.h"
#include "libvid/index.h"

/* An own account must still be the one that the identity was mapped to. */
static bool still_that(const struct index *index, const struct index_identity *row)
{
	enum index_result result;
	struct index_row own;

	result = index_by_name(index, row->name, &own);
	return result == INDEX_NONE ? row->kind == INDEX_LOCAL
				    : result == INDEX_OK && own.uid == row->uid;
}

/* What is asked for, in the index that was proven to be the newest. */
struct lookup {
	const char *index_path;
	const struct accounts_state *state;
	const struct hostkey *key;
	struct bytes iss, sub;
	struct problem *problem;
};

/* What the rule of its issuer says of a walk-up's home. */
static enum vid_reason read_policy(const struct lookup *lookup, struct account *out)
{
	enum index_result result;
	struct index_rule rule;

	result = record_rule_find(&lookup->state->index, &lookup->state->seal,
				  lookup->key, lookup->iss, &rule);
	if (result == INDEX_NONE)
		return VID_OK; /* a further identity, of another issuer */
	if (result != INDEX_OK)
		return record_broken(lookup->index_path, result, lookup->problem);
	if (rule.denied)
		return VID_IDENTITY_DENIED;
	out->wipe = rule.wipe;
	return VID_OK;
}

static enum vid_reason read_row(const struct lookup *lookup, struct account *out)
{
	const struct index *index = &lookup->state->index;
	struct index_identity row;
	enum index_result result = record_identity_find(
		index, &lookup->state->seal, lookup->key, lookup->iss, lookup->sub, &row);

	if (result == INDEX_NONE)
		return VID_IDENTITY_UNKNOWN;
	if (result != INDEX_OK)
		return record_broken(lookup->index_path, result, lookup->problem);
	if (row.kind == INDEX_DENIED)
		return VID_IDENTITY_DENIED;
	if (row.uid == 0)
		return record_broken(lookup->index_path, INDEX_FORGED, lookup->problem);
	if (!still_that(index, &row) ||
	    !bytes_to_text(row.name, out->name, sizeof(out->name)) ||
	    !bytes_to_text(row.row.home, out->home, sizeof(out->home)))
		return record_broken(lookup->index_path, INDEX_BROKEN, lookup->problem);
	out->uid = row.uid;
	out->walkup = row.kind == INDEX_WALKUP;
	if (out->walkup)
		return read_policy(lookup, out);
	out->home[0] = '\0';
	return VID_OK;
}

enum vid_reason account_of_issuer(const char *index_path,
				  const struct accounts_state *state,
				  const struct hostkey *key, struct bytes iss,
				  struct bytes sub, struct account *out,
				  struct problem *problem)
{
	const struct lookup lookup = { .index_path = index_path,
				       .state = state,
				       .key = key,
				       .iss = iss,
				       .sub = sub,
				       .problem = problem };
	struct account account = { .uid = UINT32_MAX,
				   .generation = state->index.generation };
	enum vid_reason why = read_row(&lookup, &account);

	*out = (struct account){ .uid = UINT32_MAX };
	if (why == VID_OK)
		*out = account;
	return why;
}

enum vid_reason account_of_identity(const char *index_path, const struct hostkey *key,
				    const char *iss, const char *identity,
				    struct account *out, struct problem *problem)
{
	AUTO(accounts_state_close) struct accounts_state state = { .open = false };
	struct bytes issuer = bytes_of_text(iss ? iss : ""), subject, alias;
	enum index_result result;
	enum vid_reason why;

	*out = (struct account){ .uid = UINT32_MAX };
	if (!identity_split(bytes_of_text(identity), &subject, &alias))
		return VID_IDENTITY_UNKNOWN;
	why = accounts_state_open(index_path, key, false, &state, problem);
	if (why != VID_OK)
		return why;
	if (!iss) {
		result = record_alias_find(&state.index, key, alias, &issuer);
		if (result == INDEX_NONE)
			return VID_IDENTITY_UNKNOWN;
		if (result != INDEX_OK)
			return record_broken(index_path, result, problem);
	}
	return account_of_issuer(index_path, &state, key, issuer, subject, out, problem);
}

enum vid_reason account_has_identity(const char *index_path, const char *name,
				     struct problem *problem)
{
	AUTO(index_close) struct index index = { 0 };
	enum index_result result = index_open(index_path, &index);

	if (result == INDEX_OK) {
		result = index_has_identity(&index, bytes_of_text(name));
		if (result == INDEX_OK)
			return VID_OK;
		if (result == INDEX_NONE)
			return VID_ACCOUNT_NONE;
	}
	return record_broken(index_path, result, problem);
}
