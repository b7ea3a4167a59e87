/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * templates.h - the store of sealed templates, /var/lib/vid/faces, and its watermarks
 *
 * One record an identity: faces/ACCOUNT.IDHASH.face, where IDHASH is 16 hex digits over
 * iss and sub; before the account has an identity, faces/ACCOUNT.unbound.face.
 * faces/ACCOUNT.IDHASH.mark holds the newest version under a MAC of the host key: an
 * older record is refused (S19).
 */
#ifndef VID_TEMPLATES_H
#define VID_TEMPLATES_H

#include "libvid/template.h"

/*
 * Read the template that belongs to `owner` from `folder`. VID_OK; VID_FACE_NO_TEMPLATE
 * when there is none; VID_FACE_TEMPLATE_BROKEN when it cannot be opened or is older than
 * its watermark; VID_FILE_* when it cannot be trusted or read.
 */
enum vid_reason templates_load(const char *folder, const struct template_owner *owner,
			       const struct hostkey *key, struct template *out,
			       uint8_t salt[TEMPLATE_SALT_LEN], struct problem *problem);

/* Write it, with a version one above the watermark, and raise the watermark. */
enum vid_reason templates_store(const char *folder, const struct template_owner *owner,
				const struct hostkey *key,
				const struct template *template,
				const uint8_t salt[TEMPLATE_SALT_LEN],
				struct problem *problem);

/*
 * The account got its identity: reseal an unbound record for `owner` and remove the
 * unbound one. VID_OK also when there is no unbound record.
 */
enum vid_reason templates_bind(const char *folder, const struct template_owner *owner,
			       const struct hostkey *key, struct problem *problem);

/* Remove the owner's record and mark. */
enum vid_reason templates_remove(const char *folder, const struct template_owner *owner,
				 struct problem *problem);

#endif
