/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * box.h - a host of a test's own: passwd, group and shells in a folder, and an index
 * compiled against them
 *
 * BOX is a folder fixed when the test is built, because nss_vid's paths are.
 */
#ifndef TESTS_NSS_BOX_H
#define TESTS_NSS_BOX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/accounts.h"
#include "libvid/index.h"

#define BOX_INDEX  BOX "/accounts.cdb"
#define BOX_LEDGER BOX_INDEX ".ledger"
#define BOX_MARK   BOX_INDEX ".mark"
#define BOX_ISS    "https://id.example.org" /* of the alias `example` */
#define BOX_OTHER  "https://id.example.net" /* of the alias `other` */
#define BOX_NOW    1795651200               /* 2026-11-26 */

static const struct accounts_host box_host = { .passwd = BOX "/passwd",
					       .group = BOX "/group",
					       .shells = BOX "/shells",
					       .subuid = BOX "/subuid",
					       .subgid = BOX "/subgid",
					       .issuers = BOX "/issuers.d" };
static const struct hostkey box_key = { .at = { 1, 2, 3, 4, 5 } };

static inline void box_write(const char *path, const char *text)
{
	char temporary[4096];
	FILE *file;

	(void)snprintf(temporary, sizeof(temporary), "%s.new", path);
	file = fopen(temporary, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fchmod(fileno(file), 0644), 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(temporary, path), 0);
}

/* The issuer `iss` is trusted as `alias`. */
static inline void box_trust(const char *alias, const char *iss)
{
	char path[4000], text[1024];

	(void)snprintf(path, sizeof(path), "%s/%s.conf", box_host.issuers, alias);
	(void)snprintf(
		text, sizeof(text),
		"[issuer]\niss = %s\nrealm = realm:x\nalias = %s\n[key "
		"5c77d7fd8f51ed0c]\n"
		"alg = EdDSA\npublic = "
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n",
		iss, alias);
	box_write(path, text);
}

/* The issuer of an identity's alias. */
static inline const char *box_iss(const char *identity)
{
	const char *at = strchr(identity, '@');

	return at && strcmp(at, "@other") == 0 ? BOX_OTHER : BOX_ISS;
}

/* What was given before is forgotten: the next map is this host's first. */
static inline void box_forget(void)
{
	(void)unlink(BOX_INDEX);
	(void)unlink(BOX_INDEX ".next");
	(void)unlink(BOX_LEDGER);
	(void)unlink(BOX_MARK);
}

static inline int box_make(void **state)
{
	(void)state;
	(void)mkdir(BOX, 0755);
	(void)mkdir(box_host.issuers, 0755);
	box_trust("example", BOX_ISS);
	box_trust("other", BOX_OTHER);
	box_forget();
	(void)unlink(box_host.subuid);
	(void)unlink(box_host.subgid);
	box_write(box_host.passwd, "# people\n"
				   "root:x:0:0:root:/root:/bin/bash\n"
				   "alice:x:1000:1000:Alice,,,:/home/alice:/bin/bash\n"
				   "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"
				   "+nis\n");
	box_write(box_host.group, "root:x:0:\nsudo:x:27:alice\nalice:x:1000:\n"
				  "terminal:x:900:\nplug:x:901:alice\n");
	box_write(box_host.shells, "# shells\n/bin/sh\n/bin/bash\n");
	return 0;
}

static inline enum vid_reason box_compile(const char *text, struct problem *problem)
{
	struct accounts accounts;
	enum vid_reason why =
		accounts_parse(bytes_of_text(text), "accounts", &accounts, problem);

	if (why != VID_OK)
		return why;
	why = accounts_compile_for(&box_host, &accounts, &box_key, BOX_INDEX,
				   (struct accounts_order){ .now = BOX_NOW }, problem);
	accounts_free(&accounts);
	return why;
}

static inline void box_compiles(const char *text)
{
	struct problem problem = { "" };

	if (box_compile(text, &problem) != VID_OK)
		fail_msg("%s", problem.text);
}

#define KIM  "AAECAwQFBgcICQoLDA0ODw@example"
#define KIM2 "AAECAwQFBgcICQoLDA0OEA@other"
#define ALI  "EBESExQVFhcYGRobHB0eHw@example"
#define BO   "ICEiIyQlJicoKSorLC0uLw@example"

#endif
