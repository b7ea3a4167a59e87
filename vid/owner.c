/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/owner.h"

#include <limits.h>
#include <pwd.h>

#include "libvid/cleanup.h"
#include "libvid/ledger.h"
#include "libvid/paths.h"
#include "vid/cli.h"
#include "vid/trusted.h"

void owners_free(struct owners *owners)
{
	issuers_free(&owners->issuers);
}

/* An own account's uid is in the map; a local one's is the system's to say. */
static int uid_of(const struct account_line *line, uint32_t *uid)
{
	const struct passwd *passwd;

	*uid = line->uid;
	if (line->own)
		return CLI_GO;
	passwd = getpwnam(line->name);
	if (!passwd)
		return cli_fail(_("the map has an identity for %s, but there is no such "
				  "account"),
				line->name);
	*uid = passwd->pw_uid;
	return CLI_GO;
}

static int add_owner(struct owners *owners, const struct account_line *line,
		     const char *account)
{
	struct template_owner *owner = &owners->at[owners->count];
	char *sub = owners->sub[owners->count];
	const struct issuer *issuer;
	struct bytes subject, alias;
	int code;

	if (owners->count == OWNERS_MAX)
		return cli_fail(_("%s has more than %d identities"), account, OWNERS_MAX);
	if (!identity_split(bytes_of_text(line->identity), &subject, &alias) ||
	    !bytes_to_text(subject, sub, VID_SUB_LEN + 1))
		return cli_fail(_("'%s' is not an identity"), line->identity);
	issuer = issuer_by_alias(&owners->issuers, alias);
	if (!issuer)
		return cli_fail(
			_("%s is mapped to %s, but no issuer is trusted under that "
			  "alias (vid issuer trust)"),
			account, line->identity);
	*owner = (struct template_owner){ .account = account,
					  .iss = issuer->iss,
					  .sub = sub };
	if ((code = uid_of(line, &owner->uid)) != CLI_GO)
		return code;
	owners->count++;
	return CLI_GO;
}

/* Whom a rule gave this account, unless a line of the map has that identity. */
static int add_given(struct owners *owners, const struct accounts *map,
		     const char *account, const struct hostkey *key)
{
	AUTO(ledger_free) struct ledger ledger = { 0 };
	struct problem problem = { .text = "" };
	char path[PATH_MAX];
	enum vid_reason why;

	if (!ledger_path(PATH_INDEX, path, sizeof(path)))
		return CLI_FAILED;
	why = ledger_load(path, key, &ledger, &problem);
	if (why ==
	    VID_FILE_MISSING) /* and nothing is given away by what it does not say */
		return CLI_GO;
	if (why != VID_OK)
		return cli_problem(why, &problem);
	for (size_t i = 0; i < ledger.count; i++) {
		const struct ledger_entry *entry = &ledger.at[i];
		struct account_line line = { .own = true, .uid = entry->uid };
		size_t k = 0;

		if (!entry->identity || strcmp(entry->name, account) != 0)
			continue;
		while (k < map->count &&
		       strcmp(map->at[k].identity, entry->identity) != 0)
			k++;
		line.identity = entry->identity;
		line.name = entry->name;
		return k < map->count ? CLI_GO : add_owner(owners, &line, account);
	}
	return CLI_GO;
}

int owners_of(const char *account, const char *accounts, const char *issuers,
	      const struct hostkey *key, struct owners *out)
{
	AUTO(accounts_free) struct accounts map = { .count = 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why = accounts_load(accounts, &map, &problem);
	int code;

	if (why != VID_OK && why != VID_FILE_MISSING)
		return cli_problem(why, &problem);
	why = trusted_load(issuers, &out->issuers, &problem);
	if (why != VID_OK && why != VID_FILE_MISSING) /* no folder: none is trusted */
		return cli_problem(why, &problem);
	for (size_t i = 0; i < map.count; i++)
		if (strcmp(map.at[i].name, account) == 0 &&
		    (code = add_owner(out, &map.at[i], account)) != CLI_GO)
			return code;
	if (strcmp(accounts, PATH_ACCOUNTS) == 0 &&
	    (code = add_given(out, &map, account, key)) != CLI_GO)
		return code;
	if (out->count == 0)
		out->at[out->count++] = (struct template_owner){
			.account = account, .uid = UINT32_MAX, .iss = "", .sub = ""
		};
	return CLI_GO;
}
