/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status_folder.h - step 18 against a folder of fetched lists, by whatever name
 */
#ifndef VID_STATUS_FOLDER_H
#define VID_STATUS_FOLDER_H

#include "libvid/status.h"
#include "libvid/token.h"

/*
 * Judge a verified token by the newest list in `folder` that is its issuer's and its
 * uri's. VID_OK; VID_STATUS_UNAVAILABLE when there is none; otherwise as status_lookup.
 * No mark is kept, so an older list in an old folder is not noticed.
 */
enum vid_reason status_folder_judge(const char *folder, const struct token *token,
				    const struct status_rules *rules,
				    struct problem *problem);

#endif
