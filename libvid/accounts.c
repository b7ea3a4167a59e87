/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts.h"

#include "libvid/accounts_records.h"
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

/* What the rule of its issuer says of a walk-up's home. */
static enum vid_reason read_policy(const char *index_path, const struct index *index,
				   const struct hostkey *key, struct bytes alias,
				   struct account *out, struct problem *problem)
{
	enum index_result result;
	struct index_rule rule;

	result = index_by_alias(index, alias, &rule);
	if (result == INDEX_NONE)
		return VID_OK; /* a further identity, of another issuer */
	if (result != INDEX_OK)
		return record_broken(index_path, result, problem);
	if (rule.denied)
		return VID_IDENTITY_DENIED;
	if (!record_rule_authentic(&rule, key, alias))
		return record_forged(index_path, problem);
	out->wipe = rule.wipe;
	return VID_OK;
}

static enum vid_reason read_row(const char *index_path, const struct index *index,
				const struct hostkey *key, struct bytes identity,
				struct bytes alias, struct account *out,
				struct problem *problem)
{
	struct index_identity row;
	enum index_result result = index_by_identity(index, identity, &row);

	if (result == INDEX_NONE)
		return VID_IDENTITY_UNKNOWN;
	if (result != INDEX_OK)
		return record_broken(index_path, result, problem);
	if (row.kind == INDEX_DENIED)
		return VID_IDENTITY_DENIED;
	if (row.uid == 0 || !record_identity_authentic(&row, key, identity))
		return record_forged(index_path, problem);
	if (!still_that(index, &row) ||
	    !bytes_to_text(row.name, out->name, sizeof(out->name)) ||
	    !bytes_to_text(row.row.home, out->home, sizeof(out->home)))
		return record_broken(index_path, INDEX_BROKEN, problem);
	out->uid = row.uid;
	out->walkup = row.kind == INDEX_WALKUP;
	if (out->walkup)
		return read_policy(index_path, index, key, alias, out, problem);
	out->home[0] = '\0';
	return VID_OK;
}

enum vid_reason account_of_identity(const char *index_path, const struct hostkey *key,
				    const char *identity, struct account *out,
				    struct problem *problem)
{
	AUTO(index_close) struct index index = { 0 };
	struct bytes text = bytes_of_text(identity), subject, alias;
	struct account account = { .uid = UINT32_MAX };
	enum index_result result;
	enum vid_reason why;

	*out = (struct account){ .uid = UINT32_MAX };
	if (!identity_split(text, &subject, &alias))
		return VID_IDENTITY_UNKNOWN;
	if ((result = index_open(index_path, &index)) != INDEX_OK)
		return record_broken(index_path, result, problem);
	account.generation = index.generation;
	why = read_row(index_path, &index, key, text, alias, &account, problem);
	if (why == VID_OK)
		*out = account;
	return why;
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
