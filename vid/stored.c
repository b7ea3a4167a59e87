/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/stored.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/templates.h"
#include "vid/cli.h"

void stored_close(struct stored *stored)
{
	owners_free(&stored->owners);
	sodium_memzero(stored, sizeof(*stored));
}

/* One owner's template; those of two owners are one, or it is not known which counts. */
static enum vid_reason load_one(struct stored *stored, const char *folder,
				const struct template_owner *owner,
				struct problem *problem)
{
	uint8_t salt[TEMPLATE_SALT_LEN];
	struct template template;
	enum vid_reason why =
		templates_load(folder, owner, &stored->key, &template, salt, problem);

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

static int load(struct stored *stored, const char *folder, const char *account)
{
	struct problem problem = { .text = "" };
	enum vid_reason why = VID_OK;

	for (size_t i = 0; why == VID_OK && i < stored->owners.count; i++)
		why = load_one(stored, folder, &stored->owners.at[i], &problem);
	if (why == VID_OK)
		why = consent_read(folder, account, &stored->key, &stored->consent,
				   &problem);
	stored->has_consent = why == VID_OK;
	if (why == VID_OK || why == VID_FILE_MISSING)
		return CLI_GO;
	return cli_problem(why, &problem);
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
	if ((code = owners_of(account, places->accounts, places->issuers,
			      &out->owners)) != CLI_GO)
		return code;
	return load(out, places->faces, account);
}

/* --- writing ----------------------------------------------------------------------- */

static int write_reference(const char *path, const struct template *template,
			   const uint8_t salt[TEMPLATE_SALT_LEN])
{
	uint8_t digest[TEMPLATE_DIGEST_LEN];
	char text[256], hex[2 * TEMPLATE_DIGEST_LEN + 1];

	template_digest(template, salt, digest);
	cli_to_hex(bytes_of(digest, sizeof(digest)), hex);
	(void)snprintf(text, sizeof(text),
		       "[face]\ndigest = %s\nmodel = %s\ncount = %zu\n", hex,
		       template->model, template->count);
	return cli_write(path, bytes_of_text(text), 0644, true);
}

static int write_templates(const struct stored *stored, const char *folder,
			   const struct template *template,
			   const uint8_t salt[TEMPLATE_SALT_LEN],
			   const struct consent *consent)
{
	struct problem problem = { .text = "" };
	enum vid_reason why;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return cli_fail(_("cannot make the folder %s: %s (systemd-tmpfiles "
				  "--create makes those above it)"),
				folder, strerror(errno));
	why = consent_write(folder, consent, &stored->key, &problem);
	for (size_t i = 0; why == VID_OK && i < stored->owners.count; i++)
		why = templates_store(folder, &stored->owners.at[i], &stored->key,
				      template, salt, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

int stored_write(const struct stored *stored, const struct stored_places *places,
		 const struct template *template, const uint8_t salt[TEMPLATE_SALT_LEN],
		 const struct consent *consent, const char *reference)
{
	struct stat st;
	int code = write_reference(reference, template, salt);

	if (code != CLI_YES)
		return code;
	code = write_templates(stored, places->faces, template, salt, consent);
	if (code != CLI_GO && lstat(reference, &st) == 0 && S_ISREG(st.st_mode))
		(void)unlink(reference);
	return code;
}
