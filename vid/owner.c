/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/owner.h"

#include <pwd.h>

#include "libvid/cleanup.h"
#include "vid/cli.h"

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

int owners_of(const char *account, const char *accounts, const char *issuers,
	      struct owners *out)
{
	AUTO(accounts_free) struct accounts map = { .count = 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why = accounts_load(accounts, &map, &problem);
	int code;

	if (why != VID_OK && why != VID_FILE_MISSING)
		return cli_problem(why, &problem);
	for (size_t i = 0; i < map.count; i++) {
		if (strcmp(map.at[i].name, account) != 0)
			continue;
		if (!out->issuers.at)
			why = issuers_load(issuers, &out->issuers, &problem);
		if (why != VID_OK &&
		    why != VID_FILE_MISSING) /* no folder: none is trusted */
			return cli_problem(why, &problem);
		if ((code = add_owner(out, &map.at[i], account)) != CLI_GO)
			return code;
	}
	if (out->count == 0)
		out->at[out->count++] = (struct template_owner){
			.account = account, .uid = UINT32_MAX, .iss = "", .sub = ""
		};
	return CLI_GO;
}
