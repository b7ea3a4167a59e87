/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/reference.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/output_folder.h"
#include "vid/cli.h"

static void print(const struct template *template, const uint8_t salt[TEMPLATE_SALT_LEN],
		  char text[256])
{
	uint8_t digest[TEMPLATE_DIGEST_LEN];
	char hex[2 * TEMPLATE_DIGEST_LEN + 1];

	template_digest(template, salt, digest);
	cli_to_hex(bytes_of(digest, sizeof(digest)), hex);
	(void)snprintf(text, 256, "[face]\ndigest = %s\nmodel = %s\ncount = %zu\n", hex,
		       template->model, template->count);
}

/* The folder of `path` with its last slash; nothing for the one we are in. */
static int folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (int)(slash + 1 - path) : 0;
}

int reference_write(const char *path, const struct template *template,
		    const uint8_t salt[TEMPLATE_SALT_LEN], struct reference *out)
{
	const char *to = path;
	char text[256];
	int len;

	*out = (struct reference){ .path = path };
	/* something else may be in its place since it was asked first */
	if (cli_writable(path, true) != CLI_GO)
		return CLI_FAILED;
	print(template, salt, text);
	if (!cli_is_stream(path)) {
		len = snprintf(out->beside, sizeof(out->beside), "%.*s.vid-%08x%08x",
			       folder_len(path), path, randombytes_random(),
			       randombytes_random());
		if (len < 0 || (size_t)len >= sizeof(out->beside)) {
			out->beside[0] = '\0';
			return cli_fail(_("the path is too long: %s"), path);
		}
		to = out->beside;
	}
	if (cli_write(to, bytes_of_text(text), 0644, false) == CLI_YES)
		return CLI_GO;
	out->beside[0] = '\0';
	return CLI_FAILED;
}

/* A rename is not kept before its folder is. */
static bool keep_folder(const char *path)
{
	char folder[PATH_MAX];
	AUTO_CLOSE int fd = -1;

	(void)snprintf(folder, sizeof(folder), "%.*s", folder_len(path), path);
	fd = output_folder_open(folder[0] ? folder : ".");
	return fd >= 0 && fsync(fd) == 0;
}

int reference_place(struct reference *reference)
{
	int code = CLI_GO;

	if (!reference->beside[0])
		return CLI_GO;
	if (output_rename(reference->beside, reference->path) < 0)
		code = cli_fail(_("the face is stored, but %s cannot be written: %s. "
				  "What the issuer needs is in %s"),
				reference->path, output_strerror(errno),
				reference->beside);
	else if (!keep_folder(reference->path))
		code = cli_fail(_("cannot write %s: %s"), reference->path,
				strerror(errno));
	reference->beside[0] = '\0'; /* it counts, so it stays */
	return code;
}

void reference_drop(struct reference *reference)
{
	if (reference->beside[0])
		(void)unlink(reference->beside);
	reference->beside[0] = '\0';
}
