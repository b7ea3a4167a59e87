/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * home.h - a walk-up's home, wiped when its last session ends
 *
 * Everything below the home that is the account's own goes; nothing of anybody else does.
 * It is the kernel that sees to it: a child takes on the account's file system ids and
 * empties the folder with what its owner may do, never following a symbolic link, never
 * across a mount. What another user owns stays, with what is in it, and is told.
 *
 * First the home is set aside, PARENT/.NAME.wipe-XXXXXXXXXXXXXXXX/home, below a folder
 * that root alone may enter: from then on a login gets a fresh one, and what a power cut
 * or other people's files leave there is recognised, and taken up again by the next call.
 */
#ifndef VIDD_HOME_H
#define VIDD_HOME_H

#include <stdint.h>

#include "libvid/reason.h"

#define HOME_WIPE_SECONDS 60

/*
 * Wipe `home` (absolute; its last part is `name`), a folder of `uid`/`gid` in a folder
 * that is root's and nobody else's to write, and what earlier calls had to leave. VID_OK
 * when it is gone, or there was none; VID_STATE with a problem text when it is not the
 * account's (owner, symbolic link, mount point, another last part, root's ids) and
 * nothing was touched, or when something stayed; VID_FILE_UNTRUSTED for its parent;
 * VID_FILE_IO. Takes root, and HOME_WIPE_SECONDS and a little at most.
 */
enum vid_reason home_wipe(const char *home, const char *name, uint32_t uid, uint32_t gid,
			  struct problem *problem);

/*
 * Its two steps. The first takes a moment, and no other session of the account may begin
 * meanwhile (sessions_hold). The second takes its time beside sessions that have begun
 * since; of two that run at once one empties what the other does not.
 */
enum vid_reason home_set_aside(const char *home, const char *name, uint32_t uid,
			       uint32_t gid, struct problem *problem);
enum vid_reason home_wipe_aside(const char *home, const char *name, uint32_t uid,
				uint32_t gid, struct problem *problem);

/* Both, with another time to do it in. */
enum vid_reason home_wipe_within(int seconds, const char *home, const char *name,
				 uint32_t uid, uint32_t gid, struct problem *problem);

#endif
