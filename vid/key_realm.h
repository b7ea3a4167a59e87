/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_realm.h - which realm of a security key is meant: an RP ID that is named, or those
 * of the issuers that are trusted here
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_KEY_REALM_H
#define VID_KEY_REALM_H

#include "libvid/issuers.h"
#include "vid/keys.h"

/* Which realm: an RP ID, or the one of a trusted issuer. */
struct key_realm {
	const char *rp_id, *issuer, *trust; /* trust: a folder, PATH_ISSUERS */
};

#define KEY_REALM_OPTIONS(realm)                                                         \
	{ .name = "rp-id",                                                               \
	  .arg = N_("RP"),                                                               \
	  .text = &(realm).rp_id,                                                        \
	  .help = N_("the RP ID of the realm: id.example.org") },                        \
		{ .name = "issuer",                                                      \
		  .arg = N_("ALIAS"),                                                    \
		  .text = &(realm).issuer,                                               \
		  .help = N_("the realm of this issuer, which is trusted here") },       \
	{                                                                                \
		.name = "trust", .arg = N_("DIR"), .text = &(realm).trust,               \
		.help = N_("the folder of trusted issuers, not the usual one")           \
	}

/* The trusted issuers; none where there is no such folder. issuers_free them. */
int key_issuers(const char *folder, struct issuers *out);

/*
 * The RP IDs that are meant, with single blanks between: the one that is named, or that
 * of the named issuer; else those of all trusted issuers, at most FIDO_RPS_MAX.
 */
int key_realm_rps(const struct key_realm *realm, const struct issuers *trusted,
		  char out[KEYS_RPS_SIZE]);

/* The one RP ID for a new credential: named, or of the named issuer, or of the only one
 * that is trusted here. */
int key_realm_one(const struct key_realm *realm, const struct issuers *trusted,
		  char out[VID_RP_ID_MAX + 1]);

#endif
