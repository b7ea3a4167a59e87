/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts_records.h"

static const char purpose_identity[] = "vid-account-4", purpose_rule[] = "vid-rule-4",
		  purpose_alias[] = "vid-alias-4", purpose_former[] = "vid-account";

enum vid_reason record_identity(struct index_writer *writer, struct bytes iss,
				struct bytes sub, struct index_identity *to,
				const struct hostkey *key, struct problem *problem)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));

	if (!index_identity_message(iss, sub, to, &message))
		return VID_INTERNAL;
	hostkey_mac(key, purpose_identity, buffer_bytes(&message), to->mac);
	return index_write_identity(writer, iss, sub, to, problem);
}

enum vid_reason record_rule(struct index_writer *writer, struct bytes iss,
			    const struct account_rule *rule, const struct hostkey *key,
			    struct problem *problem)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	struct index_rule to = { .denied = rule->deny };

	if (!rule->deny) {
		to.prefix = bytes_of_text(rule->prefix);
		to.uids = rule->uids;
		to.shell = bytes_of_text(account_rule_shell(rule));
		to.home = bytes_of_text(rule->home ? rule->home : ACCOUNT_RULE_HOME);
		to.groups = bytes_of_text(rule->groups ? rule->groups : "");
		to.wipe = rule->wipe;
	}
	if (!index_rule_message(iss, &to, &message))
		return VID_INTERNAL;
	hostkey_mac(key, purpose_rule, buffer_bytes(&message), to.mac);
	return index_write_rule(writer, iss, &to, problem);
}

/* ALIAS, a zero byte, ISS. */
static void alias_message(struct bytes alias, struct bytes iss, struct buffer *message)
{
	buffer_add(message, alias.at, alias.len);
	buffer_add(message, "", 1);
	buffer_add(message, iss.at, iss.len);
}

enum vid_reason record_alias(struct index_writer *writer, struct bytes alias,
			     struct bytes iss, const struct hostkey *key,
			     struct problem *problem)
{
	uint8_t room[INDEX_MESSAGE_MAX], mac[32];
	struct buffer message = buffer_of(room, sizeof(room));

	alias_message(alias, iss, &message);
	if (message.full)
		return VID_INTERNAL;
	hostkey_mac(key, purpose_alias, buffer_bytes(&message), mac);
	return index_write_alias(writer, alias, iss, mac, problem);
}

enum index_result record_identity_find(const struct index *index,
				       const struct index_seal *seal,
				       const struct hostkey *key, struct bytes iss,
				       struct bytes sub, struct index_identity *out)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	char record[IDENTITY_HASH_LEN + 1];
	enum index_result result, proven;

	if (!identity_key(iss, sub, record))
		return INDEX_BROKEN;
	result = index_by_issuer(index, iss, sub, out);
	if (result != INDEX_OK && result != INDEX_NONE)
		return result;
	if (result == INDEX_OK && (!index_identity_message(iss, sub, out, &message) ||
				   !hostkey_mac_verify(key, purpose_identity,
						       buffer_bytes(&message), out->mac)))
		return INDEX_FORGED;
	proven = index_seal_prove(index, key, seal, record,
				  result == INDEX_OK ? out->mac : NULL);
	return proven == INDEX_OK ? result : proven;
}

enum index_result record_rule_find(const struct index *index,
				   const struct index_seal *seal,
				   const struct hostkey *key, struct bytes iss,
				   struct index_rule *out)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	char record[IDENTITY_HASH_LEN + 1];
	enum index_result result, proven;

	if (!identity_key(iss, bytes_of_text(IDENTITY_EVERY), record))
		return INDEX_BROKEN;
	result = index_rule_of(index, iss, out);
	if (result != INDEX_OK && result != INDEX_NONE)
		return result;
	if (result == INDEX_OK &&
	    (!index_rule_message(iss, out, &message) ||
	     !hostkey_mac_verify(key, purpose_rule, buffer_bytes(&message), out->mac)))
		return INDEX_FORGED;
	proven = index_seal_prove(index, key, seal, record,
				  result == INDEX_OK ? out->mac : NULL);
	return proven == INDEX_OK ? result : proven;
}

enum index_result record_alias_find(const struct index *index, const struct hostkey *key,
				    struct bytes alias, struct bytes *iss)
{
	uint8_t room[INDEX_MESSAGE_MAX], mac[32];
	struct buffer message = buffer_of(room, sizeof(room));
	enum index_result result = index_by_alias(index, alias, iss, mac);

	if (result != INDEX_OK)
		return result;
	alias_message(alias, *iss, &message);
	return !message.full && hostkey_mac_verify(key, purpose_alias,
						   buffer_bytes(&message), mac)
		       ? INDEX_OK
		       : INDEX_FORGED;
}

enum index_result record_former_find(const struct index *index, const struct hostkey *key,
				     struct bytes identity, struct index_identity *out)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	enum index_result result = index_by_identity(index, identity, out);

	if (result != INDEX_OK || out->kind == INDEX_DENIED) /* these had none */
		return result;
	return index_former_message(identity, out, &message) &&
			       hostkey_mac_verify(key, purpose_former,
						  buffer_bytes(&message), out->mac)
		       ? INDEX_OK
		       : INDEX_FORGED;
}

enum vid_reason record_broken(const char *path, enum index_result result,
			      struct problem *problem)
{
	static const char recover[] =
		"put the newest one of this host back, or vid account compile --recover";

	switch (result) {
	case INDEX_MISSING:
		problem_set(problem, "%s: missing (vid account compile makes it)", path);
		break;
	case INDEX_REFUSED:
		problem_set(problem,
			    "%s: not safe to trust: it must be a regular file of root's, "
			    "mode 0644 (chown root, chmod 644)",
			    path);
		break;
	case INDEX_ERROR:
		problem_set(problem, "%s: cannot be opened: %m", path);
		break;
	case INDEX_FORMER:
		problem_set(
			problem,
			"%s: made by an earlier version: vid account compile makes it "
			"anew",
			path);
		break;
	case INDEX_FORGED:
		problem_set(
			problem,
			"%s: does not carry this host's MAC (changed by hand, of another "
			"day or of another host): %s",
			path, recover);
		break;
	default:
		problem_set(problem, "%s: damaged: %s", path, recover);
	}
	return VID_STATE;
}

bool account_denies(const struct accounts *map, const char *alias)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rule[i].deny && strcmp(map->rule[i].alias, alias) == 0)
			return true;
	return false;
}
