/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity.h - SUBJECT@ALIAS, how an identity is written (TOKEN.md section 7)
 */
#ifndef VID_IDENTITY_H
#define VID_IDENTITY_H

#include "libvid/bytes.h"
#include "libvid/limits.h"

#define VID_IDENTITY_MAX (VID_SUB_LEN + 1 + VID_ALIAS_MAX)

/* Split "SUBJECT@ALIAS"; both views into `text`. False when either part's grammar fails.
 */
bool identity_split(struct bytes text, struct bytes *subject, struct bytes *alias);

#endif
