/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostkey.h - the host's own secret, and what is derived from it
 *
 * 32 random bytes in /etc/vid/host.key (0400 root), made once by `vid host init` and kept
 * out of backups of /var/lib/vid (S21): a copied database is unreadable elsewhere.
 */
#ifndef VID_HOSTKEY_H
#define VID_HOSTKEY_H

#include "libvid/bytes.h"
#include "libvid/reason.h"

#define HOSTKEY_LEN 32

struct hostkey {
	uint8_t at[HOSTKEY_LEN]; /* wiped by hostkey_wipe */
};

enum vid_reason hostkey_load(const char *path, struct hostkey *out,
			     struct problem *problem);
enum vid_reason hostkey_create(const char *path, struct problem *problem);
void hostkey_wipe(struct hostkey *key);

/* A key for one purpose and one record: keyed BLAKE2b-256 over purpose || 0 || salt. */
void hostkey_derive(const struct hostkey *key, const char *purpose, struct bytes salt,
		    uint8_t out[32]);

/* A MAC of 32 bytes over `message`, for one purpose; verify in constant time. */
void hostkey_mac(const struct hostkey *key, const char *purpose, struct bytes message,
		 uint8_t out[32]);
bool hostkey_mac_verify(const struct hostkey *key, const char *purpose,
			struct bytes message, const uint8_t mac[32]);

/* This host's public id, "host:" and 16 hex digits, derived from the key; NUL-terminated.
 */
void hostkey_host_id(const struct hostkey *key, char out[22]);

#endif
