/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * templates.h - the store of sealed templates, /var/lib/vid/faces, and its watermarks
 *
 * One record an identity: faces/ACCOUNT.IDHASH.face, where IDHASH is 16 hex digits over
 * iss and sub; before the account has an identity, faces/ACCOUNT.unbound.face.
 * A mark of the anchor holds the newest version: an older record is refused (S19), also
 * when all files of another day are put back, the anchor's apart (S65).
 */
#ifndef VID_TEMPLATES_H
#define VID_TEMPLATES_H

#include "libvid/anchor.h"
#include "libvid/template.h"

/*
 * Read the template that belongs to `owner` from `folder`. VID_OK; VID_FACE_NO_TEMPLATE
 * when there is none; VID_FACE_TEMPLATE_BROKEN when it cannot be opened, is older than
 * its mark, or has none; VID_STATE when the anchor is not believed; VID_FILE_* when it
 * cannot be trusted or read.
 */
enum vid_reason templates_load(const char *folder, const struct template_owner *owner,
			       const struct anchor *anchor, struct template *out,
			       uint8_t salt[TEMPLATE_SALT_LEN], struct problem *problem);

/* Write it, with a version one above the watermark, and raise the watermark. */
enum vid_reason templates_store(const char *folder, const struct template_owner *owner,
				const struct anchor *anchor,
				const struct template *template,
				const uint8_t salt[TEMPLATE_SALT_LEN],
				struct problem *problem);

/*
 * The account got its identity: reseal an unbound record for `owner` and remove the
 * unbound one. VID_OK also when there is no unbound record.
 */
enum vid_reason templates_bind(const char *folder, const struct template_owner *owner,
			       const struct anchor *anchor, struct problem *problem);

/* Remove the owner's record, of which no copy opens again. VID_OK also when there is
 * none. VID_STATE, VID_FILE_*: it may be gone, and a copy may open. */
enum vid_reason templates_remove(const char *folder, const struct template_owner *owner,
				 const struct anchor *anchor, struct problem *problem);

/* For whoever removes records by their names, ACCOUNT.IDHASH, without opening them: no
 * copy of such a record opens again. VID_OK also when there was none. */
enum vid_reason templates_retire(const struct anchor *anchor, const char *name,
				 struct problem *problem);

#endif
