/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * userdb.h - the accounts of the index as JSON user records, for programs that ask
 * systemd
 *
 * Drop-in records (nss-systemd(8), userdbctl(1)): FOLDER/NAME.user, UID.user, NAME.group,
 * GID.group and USER:GROUP.membership, of mode 0644, each written whole and renamed into
 * place. The numbers' files are symbolic links. Only files that this wrote are ever
 * replaced or removed, and they say so themselves (userdb_record.h): where another
 * program's record has the name or the number, it stays, and that account is left out.
 * So is one whose home or shell cannot be said in JSON, or not to systemd.
 */
#ifndef VID_USERDB_H
#define VID_USERDB_H

#include <stdbool.h>
#include <stddef.h>

#include "libvid/index.h"
#include "libvid/reason.h"

#define USERDB_MAX 10000 /* accounts; beyond, the name service alone knows them */

/*
 * Make `folder` (created 0755) say what the index says. *written (may be NULL): accounts
 * that have records now; 0 when the index has more than USERDB_MAX, and then none of ours
 * stay. VID_OK; VID_STATE for the index; VID_FILE_*: some records may be the old ones.
 * Two at a time wait for each other, ten seconds at most.
 */
enum vid_reason userdb_sync(const char *folder, const struct index *index,
			    size_t *written, struct problem *problem);

/* One more account, just put into the index. That it is left out is no error. */
enum vid_reason userdb_add(const char *folder, const struct index *index,
			   const struct index_row *row, struct problem *problem);

#endif
