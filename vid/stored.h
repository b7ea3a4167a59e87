/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stored.h - the enrolled face of an account: sealed templates, the record of the consent
 * and of where the face was taken from, and the reference for the issuer
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_STORED_H
#define VID_STORED_H

#include "libvid/consent.h"
#include "libvid/paths.h"
#include "vid/owner.h"

struct stored_places {
	const char *accounts, *issuers, *faces, *hostkey;
};

#define STORED_PLACES                                                                    \
	{                                                                                \
		PATH_ACCOUNTS, PATH_ISSUERS, PATH_FACES, PATH_HOSTKEY                    \
	}

#define STORED_OPTIONS(places)                                                           \
	{ .name = "map",                                                                 \
	  .arg = N_("FILE"),                                                             \
	  .text = &(places).accounts,                                                    \
	  .help = N_("the map, not the usual one") },                                    \
		{ .name = "issuers",                                                     \
		  .arg = N_("DIR"),                                                      \
		  .text = &(places).issuers,                                             \
		  .help = N_("the folder of trusted issuers, not the usual one") },      \
		{ .name = "faces",                                                       \
		  .arg = N_("DIR"),                                                      \
		  .text = &(places).faces,                                               \
		  .help = N_("the folder of face templates, not the usual one") },       \
	{                                                                                \
		.name = "key", .arg = N_("FILE"), .text = &(places).hostkey,             \
		.help = N_("the host key, not the usual one")                            \
	}

struct stored {
	struct hostkey key;
	struct owners owners;
	bool any;                 /* there is an enrolled face, */
	bool broken;              /* which cannot be read, or whose consent cannot */
	struct template template; /* as it is stored: transformed */
	uint8_t salt[TEMPLATE_SALT_LEN];
	uint8_t digest[TEMPLATE_DIGEST_LEN]; /* as it was read; zeros where it was not */
	bool has_consent;
	struct consent consent;
};

/* What is there for `account`, which must outlive it; nothing is no fault. stored_close
 * in any case. */
int stored_open(const struct stored_places *places, const char *account,
		struct stored *out);
void stored_close(struct stored *stored);

/*
 * With the folder locked, look whether what is there is still what was `seen`, else
 * refuse; then write the reference beside its place, the consent, the template of each
 * owner of now, and put the reference into its place: a template in place whose reference
 * is nowhere would shut out whoever logged in with the face before, and without a consent
 * on record no template is written (P1). `template` is as it is stored, `consent` names
 * the account. When it fails, an older reference is what it was.
 */
int stored_write(const struct stored *seen, const struct stored_places *places,
		 const struct template *template, const uint8_t salt[TEMPLATE_SALT_LEN],
		 const struct consent *consent, const char *reference);

#endif
