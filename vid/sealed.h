/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sealed.h - key files on disk, opened and made with a passphrase from a person
 *
 * Both complain themselves and answer with an exit code of cli.h, CLI_GO when all is
 * well.
 */
#ifndef VID_SEALED_H
#define VID_SEALED_H

#include "libvid/keyfile.h"

/* Read `path`, ask for the passphrase and open. keyfile_wipe the key afterwards. */
int sealed_open(const char *path, const char *kind, const char *passphrase_file,
		struct keyfile_key *out);

/* Read the public part alone. */
int sealed_public(const char *path, const char *kind, struct public_key *out);

/*
 * Make a new key, seal it and write it to `path`, mode 0600. A file that is there already
 * is refused before anything is asked: replacing a key is never an accident.
 * keyfile_wipe the key afterwards.
 */
int sealed_create(const char *path, const char *kind, const char *passphrase_file,
		  struct keyfile_key *out);

#endif
