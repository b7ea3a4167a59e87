/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/stored.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "libvid/anchor_here.h"
#include "libvid/cleanup.h"
#include "libvid/output_folder.h"
#include "libvid/templates.h"
#include "vid/cli.h"
#include "vid/face_files.h"
#include "vid/reference.h"

void stored_close(struct stored *stored)
{
	owners_free(&stored->owners);
	sodium_memzero(stored, sizeof(*stored));
}

/* One owner's template; those of two owners are one, or it is not known which counts. */
static enum vid_reason load_one(struct stored *stored, const struct anchor *anchor,
				const char *folder, const struct template_owner *owner,
				struct problem *problem)
{
	uint8_t salt[TEMPLATE_SALT_LEN];
	struct template template;
	enum vid_reason why =
		templates_load(folder, owner, anchor, &template, salt, problem);

	if (why == VID_FACE_NO_TEMPLATE)
		return VID_OK;
	if (why != VID_OK && why != VID_FACE_TEMPLATE_BROKEN)
		return why;
	if (why != VID_OK ||
	    (stored->any && !bytes_equal(bytes_of(salt, sizeof(salt)), /* public */
					 bytes_of(stored->salt, sizeof(stored->salt)))))
		stored->broken = true;
	if (!stored->broken) {
		stored->template = template;
		memcpy(stored->salt, salt, sizeof(salt));
	}
	stored->any = true;
	template_wipe(&template);
	return VID_OK;
}

/* A consent that cannot be read is damage as a record's is: neither keeps anybody from
 * forgetting or replacing the face. */
static int load(struct stored *stored, const char *folder, const char *account)
{
	struct problem problem = { .text = "" };
	struct anchor_here here;
	enum vid_reason why = VID_OK;

	if (!anchor_here(&here, ANCHOR_TEMPLATE, folder, &stored->key, &problem))
		why = VID_FILE_IO;
	for (size_t i = 0; why == VID_OK && i < stored->owners.count; i++)
		why = load_one(stored, &here.anchor, folder, &stored->owners.at[i],
			       &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	why = consent_read(folder, account, &stored->key, &stored->consent, NULL);
	stored->has_consent = why == VID_OK;
	if (why != VID_OK && why != VID_FILE_MISSING)
		stored->broken = true;
	if (stored->template.count)
		template_digest(&stored->template, stored->salt, stored->digest);
	return CLI_GO;
}

int stored_open(const struct stored_places *places, const char *account,
		struct stored *out)
{
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	if (!account_name_valid(account))
		return cli_fail(_("'%s' is not an account's name"), account);
	why = hostkey_load(places->hostkey, &out->key, &problem);
	if (why == VID_FILE_MISSING)
		return cli_fail(_("%s is missing: run vid host init first"),
				places->hostkey);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if ((code = owners_of(account, places->accounts, places->issuers, &out->key,
			      &out->owners)) != CLI_GO)
		return code;
	return load(out, places->faces, account);
}

/* --- writing ----------------------------------------------------------------------- */

/* Who looked at the face for a minute and a half may find another one now, or none. */
static bool is_same_face(const struct stored *seen, const struct stored *now)
{
	return seen->any == now->any && seen->broken == now->broken &&
	       bytes_equal(bytes_of(seen->digest, sizeof(seen->digest)), /* public */
			   bytes_of(now->digest, sizeof(now->digest)));
}

static int write_templates(const struct stored *stored, const char *folder,
			   const struct template *template,
			   const uint8_t salt[TEMPLATE_SALT_LEN],
			   const struct consent *consent)
{
	struct problem problem = { .text = "" };
	struct anchor_here here;
	enum vid_reason why =
		anchor_here(&here, ANCHOR_TEMPLATE, folder, &stored->key, &problem)
			? consent_write(folder, consent, &stored->key, &problem)
			: VID_FILE_IO;

	for (size_t i = 0; why == VID_OK && i < stored->owners.count; i++)
		why = templates_store(folder, &stored->owners.at[i], &here.anchor,
				      template, salt, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

/* With the folder locked: what was seen still has to be what is there. The owners may be
 * others by now. */
static int write_locked(const struct stored *seen, const struct stored_places *places,
			const struct template *template,
			const uint8_t salt[TEMPLATE_SALT_LEN],
			const struct consent *consent, const char *path)
{
	AUTO(stored_close) struct stored now = { .any = false };
	AUTO(reference_drop) struct reference reference = { .path = path };
	int code = stored_open(places, consent->account, &now);

	if (code != CLI_GO)
		return code;
	if (!is_same_face(seen, &now))
		return cli_fail(_("the face of %s was changed meanwhile: nothing was "
				  "written. Look at it with vid face list, then try "
				  "again"),
				consent->account);
	if ((code = reference_write(path, template, salt, &reference)) != CLI_GO ||
	    (code = write_templates(&now, places->faces, template, salt, consent)) !=
		    CLI_GO)
		return code;
	return reference_place(&reference);
}

int stored_write(const struct stored *seen, const struct stored_places *places,
		 const struct template *template, const uint8_t salt[TEMPLATE_SALT_LEN],
		 const struct consent *consent, const char *reference)
{
	AUTO_CLOSE int lock = -1;
	int code;

	if (output_folder_make(places->faces, 0700) != 0 && errno != EEXIST)
		return cli_fail(_("cannot make the folder %s: %s (systemd-tmpfiles "
				  "--create makes those above it)"),
				places->faces, output_strerror(errno));
	code = face_files_lock(places->faces, &lock);
	return code == CLI_GO
		       ? write_locked(seen, places, template, salt, consent, reference)
		       : code;
}
