/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts_records.h"

static const char purpose_identity[] = "vid-account", purpose_rule[] = "vid-rule";

enum vid_reason record_identity(struct index_writer *writer, struct bytes identity,
				struct index_identity *to, const struct hostkey *key,
				struct problem *problem)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));

	if (!index_identity_message(identity, to, &message))
		return VID_INTERNAL;
	hostkey_mac(key, purpose_identity, buffer_bytes(&message), to->mac);
	return index_write_identity(writer, identity, to, problem);
}

enum vid_reason record_rule(struct index_writer *writer, const struct account_rule *rule,
			    const struct hostkey *key, struct problem *problem)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));
	struct bytes alias = bytes_of_text(rule->alias);
	struct index_rule to = { .denied = rule->deny };

	if (rule->deny)
		return index_write_rule(writer, alias, &to, problem);
	to.prefix = bytes_of_text(rule->prefix);
	to.uids = rule->uids;
	to.shell = bytes_of_text(account_rule_shell(rule));
	to.home = bytes_of_text(rule->home ? rule->home : ACCOUNT_RULE_HOME);
	to.groups = bytes_of_text(rule->groups ? rule->groups : "");
	to.wipe = rule->wipe;
	if (!index_rule_message(alias, &to, &message))
		return VID_INTERNAL;
	hostkey_mac(key, purpose_rule, buffer_bytes(&message), to.mac);
	return index_write_rule(writer, alias, &to, problem);
}

bool record_identity_authentic(const struct index_identity *row,
			       const struct hostkey *key, struct bytes identity)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));

	return index_identity_message(identity, row, &message) &&
	       hostkey_mac_verify(key, purpose_identity, buffer_bytes(&message),
				  row->mac);
}

bool record_rule_authentic(const struct index_rule *rule, const struct hostkey *key,
			   struct bytes alias)
{
	uint8_t room[INDEX_MESSAGE_MAX];
	struct buffer message = buffer_of(room, sizeof(room));

	return index_rule_message(alias, rule, &message) &&
	       hostkey_mac_verify(key, purpose_rule, buffer_bytes(&message), rule->mac);
}

enum vid_reason record_broken(const char *path, enum index_result result,
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

enum vid_reason record_forged(const char *path, struct problem *problem)
{
	problem_set(problem,
		    "%s: a row does not carry this host's MAC (changed by hand, or of "
		    "another host; vid account compile makes it anew)",
		    path);
	return VID_STATE;
}

bool account_denies(const struct accounts *map, const char *alias)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rule[i].deny && strcmp(map->rule[i].alias, alias) == 0)
			return true;
	return false;
}
