/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/explanation.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"

__attribute__((format(printf, 2, 3))) static void say(struct answer *to,
						      const char *format, ...)
{
	size_t len = strlen(to->text);
	va_list args;

	if (len)
		to->text[len++] = ' ';
	va_start(args, format);
	(void)vsnprintf(to->text + len, sizeof(to->text) - len, format, args);
	va_end(args);
}

/* --- where things stand ------------------------------------------------------------- */

/* In /etc/passwd, by name or (name NULL) by number. */
static bool in_passwd(const char *name, uint32_t uid, struct answer *to)
{
	AUTO_FCLOSE FILE *file = fopen(accounts_this_host.passwd, "re");
	const struct passwd *user;

	while (file && (user = fgetpwent(file)))
		if (name ? strcmp(user->pw_name, name) == 0 : user->pw_uid == uid) {
			(void)snprintf(to->room, sizeof(to->room), "%s", user->pw_name);
			to->account = to->room;
			to->uid = user->pw_uid;
			return true;
		}
	return false;
}

static const struct account_line *own_line(const struct accounts *map, const char *name,
					   uint32_t uid)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->at[i].own &&
		    (name ? strcmp(map->at[i].name, name) == 0 : map->at[i].uid == uid))
			return &map->at[i];
	return NULL;
}

static const struct account_rule *rule_of(const struct accounts *map,
					  const char *identity, bool deny)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rule[i].deny == deny &&
		    strcmp(map->rule[i].alias, identity + VID_SUB_LEN + 1) == 0)
			return &map->rule[i];
	return NULL;
}

static const struct account_line *line_of(const struct accounts *map,
					  const char *identity, bool deny)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->at[i].deny == deny && strcmp(map->at[i].identity, identity) == 0)
			return &map->at[i];
	return NULL;
}

static const struct ledger_entry *given_name(const struct ledger *ledger,
					     const char *name)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->at[i].identity && strcmp(ledger->at[i].name, name) == 0)
			return &ledger->at[i];
	return NULL;
}

/* --- an identity ----------------------------------------------------------------------
 */

/* Deny lines win over everything, its own and its issuer's. */
static bool denied(const struct question *q, const char *identity, struct answer *to)
{
	const struct account_line *line = line_of(&q->map, identity, true);
	const struct account_rule *rule = rule_of(&q->map, identity, true);

	if (!line && !rule)
		return false;
	to->by = BY_DENY;
	to->line = line ? line->line : rule->line;
	if (line)
		say(to, _("This line denies it: nobody logs in with %s."), identity);
	else
		say(to,
		    _("This line denies every identity of '%s': nobody logs in with "
		      "%s."),
		    rule->alias, identity);
	if (line_of(&q->map, identity, false) ||
	    ledger_of_identity(&q->ledger, identity) || rule_of(&q->map, identity, false))
		say(to, "%s", _("Other lines would let it in; a deny line wins."));
	return true;
}

/* Where the account of a line comes from. */
static void say_account(const struct question *q, const char *name, struct answer *to)
{
	const struct account_line *own = own_line(&q->map, name, 0);
	const struct ledger_entry *given = given_name(&q->ledger, name);

	to->account = name;
	to->may = true;
	if (in_passwd(name, 0, to)) {
		to->account = name;
		to->may = to->uid != 0;
		say(to, _("'%s' is an account of /etc/passwd, uid %" PRIu32 "."), name,
		    to->uid);
		if (!to->may)
			say(to, "%s", _("Root is never reached this way."));
	} else if (own || given) {
		to->uid = own ? own->uid : given->uid;
		say(to, _("'%s' is an account of our own, uid %" PRIu32 "."), name,
		    to->uid);
	} else {
		to->may = false;
		say(to,
		    _("There is no account '%s': nobody logs in (vid account check)."),
		    name);
	}
}

static void explain_given(const struct question *q, const struct ledger_entry *entry,
			  struct answer *to)
{
	const struct account_rule *rule = rule_of(&q->map, entry->identity, false);

	to->by = BY_LEDGER;
	to->line = rule ? rule->line : 0;
	to->account = entry->name;
	to->uid = entry->uid;
	to->may = rule != NULL;
	say(to,
	    _("A rule gave the account '%s', uid %" PRIu32 ", to %s on %s; it has it for "
	      "ever, and nobody else gets that number."),
	    entry->name, entry->uid, entry->identity, entry->date);
	if (!rule)
		say(to, "%s",
		    _("The rule is gone from the map: nobody logs in to it until it is "
		      "back."));
}

static void explain_newcomer(const struct account_rule *rule, struct answer *to)
{
	to->by = BY_RULE;
	to->line = rule->line;
	to->may = true;
	say(to,
	    _("No line names it. This rule gives it an account of its own at its first "
	      "login: %sN, N the next number of %" PRIu32 "-%" PRIu32 "."),
	    rule->prefix, rule->uids.min, rule->uids.max);
}

/* Do logins know it already? They ask the compiled map alone. */
static void say_compiled(const struct question *q, const char *identity,
			 struct answer *to)
{
	struct problem problem = { .text = "" };
	struct account account;
	enum vid_reason why = account_of_identity(q->places->index, &q->key, NULL,
						  identity, &account, &problem);
	bool same = false;

	if (why == VID_OK)
		same = to->may && to->account && strcmp(account.name, to->account) == 0 &&
		       account.uid == to->uid;
	else if (why == VID_IDENTITY_DENIED)
		same = to->by == BY_DENY;
	else if (why == VID_IDENTITY_UNKNOWN)
		same = !to->may || to->by == BY_RULE;
	if (why == VID_OK && !same)
		say(to,
		    _("Logins do not know that yet: the compiled map says '%s', uid "
		      "%" PRIu32 ". Next: vid account compile"),
		    account.name, account.uid);
	else if (!same)
		say(to, "%s",
		    _("Logins do not know that yet: the compiled map says something "
		      "else. Next: vid account compile"));
}

void explain_identity(const struct question *q, struct answer *to)
{
	const struct account_line *line = line_of(&q->map, q->what, false);
	const struct account_rule *rule = rule_of(&q->map, q->what, false);
	const struct ledger_entry *given = ledger_of_identity(&q->ledger, q->what);

	if (denied(q, q->what, to)) {
		/* said */
	} else if (line) {
		to->by = BY_LINE;
		to->line = line->line;
		say(to, _("This line maps it to '%s'."), line->name);
		say_account(q, line->name, to);
	} else if (given) {
		explain_given(q, given, to);
	} else if (rule) {
		explain_newcomer(rule, to);
	} else {
		say(to, "%s",
		    _("No line and no rule of the map is about it: nobody logs in with "
		      "it. Next: vid account map"));
	}
	say_compiled(q, q->what, to);
}

/* --- a name, a number
 * ------------------------------------------------------------------- */

/* Which identities log in as this account. */
static void say_identities(const struct question *q, const char *name, struct answer *to)
{
	struct answer ignored = { .text = "" };
	unsigned count = 0;
	bool some = false;

	for (size_t i = 0; i < q->map.count; i++) {
		const struct account_line *line = &q->map.at[i];

		if (line->deny || strcmp(line->name, name) != 0)
			continue;
		some = true;
		if (denied(q, line->identity, &ignored))
			say(to, _("Line %u maps %s to it, which is denied on line %u."),
			    line->line, line->identity, ignored.line);
		else if (count++ < 4)
			say(to, _("Line %u maps %s to it."), line->line, line->identity);
		ignored.text[0] = '\0';
		if (!to->line)
			to->line = line->line;
	}
	to->may = count > 0;
	if (!some)
		say(to, "%s", _("No line maps an identity to it."));
}

static void explain_passwd(const struct question *q, struct answer *to)
{
	to->by = BY_PASSWD;
	say(to,
	    _("'%s', uid %" PRIu32 ", is an account of /etc/passwd, and that wins over "
	      "every other."),
	    to->account, to->uid);
	say_identities(q, to->account, to);
}

static void explain_own(const struct question *q, const struct account_line *own,
			struct answer *to)
{
	to->by = BY_LINE;
	to->line = own->line;
	to->account = own->name;
	to->uid = own->uid;
	say(to, _("This line makes '%s', uid %" PRIu32 ", an account of our own."),
	    own->name, own->uid);
	say_identities(q, own->name, to);
}

static void explain_given_account(const struct question *q,
				  const struct ledger_entry *entry, struct answer *to)
{
	struct answer why = { .text = "" };

	explain_given(q, entry, to);
	if (denied(q, entry->identity, &why)) {
		to->may = false;
		say(to, _("Line %u denies that identity: nobody logs in."), why.line);
	}
}

void explain_name(const struct question *q, struct answer *to)
{
	const struct account_line *own = own_line(&q->map, q->what, 0);
	const struct ledger_entry *given = given_name(&q->ledger, q->what);

	if (in_passwd(q->what, 0, to))
		explain_passwd(q, to);
	else if (own)
		explain_own(q, own, to);
	else if (given)
		explain_given_account(q, given, to);
	else
		say(to,
		    _("There is no account '%s', neither in /etc/passwd nor of our own."),
		    q->what);
}

void explain_uid(const struct question *q, uint32_t uid, struct answer *to)
{
	const struct ledger_entry *entry = ledger_of_uid(&q->ledger, uid);
	const struct account_line *own = own_line(&q->map, NULL, uid);

	if (in_passwd(NULL, uid, to)) {
		explain_passwd(q, to);
	} else if (own) {
		explain_own(q, own, to);
	} else if (entry && entry->identity) {
		explain_given_account(q, entry, to);
	} else if (entry) {
		to->by = BY_TOMBSTONE;
		to->uid = uid;
		say(to,
		    _("%" PRIu32 " was an own account's until %s and is never given "
		      "again, for its files may still be here. When none is left: vid "
		      "account release %" PRIu32),
		    uid, entry->date, uid);
	} else {
		for (size_t i = 0; i < q->map.rule_count; i++)
			if (!q->map.rule[i].deny && uid >= q->map.rule[i].uids.min &&
			    uid <= q->map.rule[i].uids.max) {
				to->by = BY_RULE;
				to->line = q->map.rule[i].line;
				say(to,
				    _("Nobody has %" PRIu32 " yet; this rule may give it "
				      "to a newcomer of '%s'."),
				    uid, q->map.rule[i].alias);
				return;
			}
		say(to, _("Nobody has %" PRIu32 ", and no rule gives it."), uid);
	}
}
