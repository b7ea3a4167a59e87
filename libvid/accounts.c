/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts.h"

#include "libvid/cleanup.h"
#include "libvid/index.h"
#include "libvid/index_write.h"

static enum vid_reason broken(const char *path, enum index_result result,
			      struct problem *problem)
{
	switch (result) {
	case INDEX_MISSING:
		problem_set(problem, "%s: missing (vid account compile makes it)", path);
		break;
	case INDEX_REFUSED:
		problem_set(problem,
			    "%s: not safe to trust: its owner, its mode or what it is",
			    path);
		break;
	case INDEX_ERROR:
		problem_set(problem, "%s: %m", path);
		break;
	default:
		problem_set(problem, "%s: damaged (vid account compile makes it anew)",
			    path);
	}
	return VID_STATE;
}

/* Whoever wrote this row had the host key, and wrote it for this identity (S20). */
static bool row_authentic(const struct index_identity *row, const struct hostkey *key,
			  struct bytes identity)
{
	uint8_t room[VID_IDENTITY_MAX + VID_NAME_MAX + 16];
	struct buffer message = buffer_of(room, sizeof(room));

	return index_mac_message(identity, row->name, row->uid, &message) &&
	       hostkey_mac_verify(key, "vid-account", buffer_bytes(&message), row->mac);
}

enum vid_reason account_of_identity(const char *index_path, const struct hostkey *key,
				    const char *identity, struct account *out,
				    struct problem *problem)
{
	AUTO(index_close) struct index index = { 0 };
	struct bytes text = bytes_of_text(identity), subject, alias;
	struct index_identity row;
	struct index_row own;
	enum index_result result;

	*out = (struct account){ .uid = UINT32_MAX };
	if (!identity_split(text, &subject, &alias))
		return VID_IDENTITY_UNKNOWN;
	if ((result = index_open(index_path, &index)) != INDEX_OK)
		return broken(index_path, result, problem);
	result = index_by_identity(&index, text, &row);
	if (result == INDEX_NONE)
		return VID_IDENTITY_UNKNOWN;
	if (result != INDEX_OK)
		return broken(index_path, result, problem);
	if (row.uid == 0 || !row_authentic(&row, key, text)) {
		problem_set(
			problem,
			"%s: a row does not carry this host's MAC (changed by hand, or "
			"of another host; vid account compile makes it anew)",
			index_path);
		return VID_STATE;
	}
	/* An own account must still be the one that the identity was mapped to. */
	result = index_by_name(&index, row.name, &own);
	if (result == INDEX_BROKEN || (result == INDEX_OK && own.uid != row.uid))
		return broken(index_path, INDEX_BROKEN, problem);
	if (!bytes_to_text(row.name, out->name, sizeof(out->name)))
		return broken(index_path, INDEX_BROKEN, problem);
	out->uid = row.uid;
	return VID_OK;
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
	return broken(index_path, result, problem);
}
