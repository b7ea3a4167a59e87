/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/index.h"

/*
 * Names that mean something to a system, whether or not this one has them today: roots,
 * service accounts of the distributions, and groups that open doors (S45): an own
 * account's private group has the account's name.
 */
static const char *const reserved[] = {
	"root",     "toor",      "admin",       "administrator", "daemon",
	"bin",      "sys",       "sync",        "games",         "man",
	"lp",       "mail",      "news",        "uucp",          "proxy",
	"backup",   "list",      "irc",         "gnats",         "nobody",
	"nogroup",  "nfsnobody", "www-data",    "http",          "apache",
	"nginx",    "ftp",       "ssh",         "sshd",          "messagebus",
	"dbus",     "polkitd",   "polkit",      "avahi",         "colord",
	"rtkit",    "usbmux",    "gdm",         "gdm3",          "sddm",
	"lightdm",  "postfix",   "mysql",       "postgres",      "redis",
	"wheel",    "sudo",      "adm",         "disk",          "tty",
	"dialout",  "fax",       "voice",       "cdrom",         "floppy",
	"tape",     "audio",     "dip",         "operator",      "src",
	"shadow",   "utmp",      "video",       "sasl",          "plugdev",
	"staff",    "users",     "input",       "sgx",           "render",
	"kvm",      "kmem",      "mem",         "docker",        "lxd",
	"lxc",      "incus",     "incus-admin", "libvirt",       "libvirt-qemu",
	"qemu",     "crontab",   "netdev",      "bluetooth",     "wireshark",
	"podman",   "ceph",      "nut",         "tss",           "halt",
	"shutdown", "all",       "self",        "default",       "none",
	"vid",      "vidd",      "vid-camera",  "vid-fido",      "vid-status",
};

bool account_name_valid(const char *name)
{
	if (!index_name_valid(bytes_of_text(name)))
		return false;
	if (strncmp(name, "systemd-", 8) == 0)
		return false;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (strcmp(name, reserved[i]) == 0)
			return false;
	return true;
}

bool account_name_local(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > VID_NAME_MAX || name[0] == '-' || name[0] == '.' ||
	    (name[0] >= '0' && name[0] <= '9'))
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_.-") == len;
}

void account_line_home(const struct account_line *line, char out[ACCOUNT_HOME_SIZE])
{
	(void)snprintf(out, ACCOUNT_HOME_SIZE, "%s%s", line->home ? "" : "/home/",
		       line->home ? line->home : line->name);
}

const char *account_line_shell(const struct account_line *line)
{
	return line->shell ? line->shell : "/bin/sh";
}

void accounts_free(struct accounts *accounts)
{
	free(accounts->at);
	free(accounts->text);
	free(accounts->file);
	*accounts = (struct accounts){ 0 };
}

/* S44: no byte that ends a field or a line, or that a terminal obeys. */
static bool field_valid(const char *text)
{
	size_t len = strlen(text);

	if (len > INDEX_FIELD_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f || text[i] == ':')
			return false;
	return true;
}

static bool path_valid(const char *text)
{
	size_t len = strlen(text);

	return text[0] == '/' && field_valid(text) && !strstr(text, "/../") &&
	       !(len >= 3 && strcmp(text + len - 3, "/..") == 0);
}

static const char *number_read(const char *text, uint32_t *out)
{
	uint64_t value;

	if (!index_number(bytes_of_text(text), UINT32_MAX, &value))
		return "not a number";
	if (value < INDEX_ID_MIN || value > INDEX_ID_MAX)
		return "outside 60000..64999, the numbers of own accounts";
	*out = (uint32_t)value;
	return NULL;
}

/* One word=value. NULL, or what is wrong with it. */
static const char *option_read(struct account_line *line, char *word)
{
	static const char *const twice = "given twice";
	char *value = strchr(word, '=');

	if (!value)
		return "not of the form word=value";
	*value++ = '\0';
	if (strcmp(word, "uid") == 0) {
		if (line->own)
			return twice;
		line->own = true;
		return number_read(value, &line->uid);
	}
	if (strcmp(word, "gid") == 0)
		return line->gid ? twice : number_read(value, &line->gid);
	if (strcmp(word, "home") == 0) {
		if (line->home)
			return twice;
		line->home = value;
		return path_valid(value) ? NULL
					 : "not an absolute path without ':' or '..'";
	}
	if (strcmp(word, "shell") == 0) {
		if (line->shell)
			return twice;
		line->shell = value;
		return path_valid(value) ? NULL
					 : "not an absolute path without ':' or '..'";
	}
	if (strcmp(word, "gecos") == 0) {
		line->gecos = value;
		return field_valid(value) ? NULL : "has ':' or is longer than 255 bytes";
	}
	return "unknown word (uid, gid, home, shell, gecos)";
}

/* The next word of `*at`, cut out in place; NULL at the end. gecos= is the rest. */
static char *word_next(char **at)
{
	char *word = *at + strspn(*at, " \t");
	size_t len =
		strncmp(word, "gecos=", 6) == 0 ? strlen(word) : strcspn(word, " \t");

	if (*word == '\0')
		return NULL;
	*at = word + len;
	if (**at)
		*(*at)++ = '\0';
	return word;
}

static void strip(char *text)
{
	size_t len;

	for (char *c = text; *c; c++)
		if (*c == '#' && (c == text || c[-1] == ' ' || c[-1] == '\t')) {
			*c = '\0';
			break;
		}
	for (len = strlen(text); len > 0 && strchr(" \t\r", text[len - 1]); len--)
		text[len - 1] = '\0';
}

static const char *line_read(char *text, struct account_line *line, const char **culprit)
{
	struct bytes subject, alias;
	char *rest = text, *word;
	const char *complaint;

	line->identity = *culprit = word_next(&rest);
	if (!identity_split(bytes_of_text(line->identity), &subject, &alias))
		return "not an identity (SUBJECT@ALIAS, SUBJECT of 22 base64url "
		       "characters)";
	line->name = *culprit = word_next(&rest);
	if (!line->name) {
		*culprit = line->identity;
		return "the account's name is missing behind it";
	}
	while ((word = word_next(&rest))) {
		*culprit = word;
		if ((complaint = option_read(line, word)))
			return complaint;
	}
	*culprit = line->name;
	if (line->own && !line->gid)
		line->gid = line->uid;
	if (line->own)
		return account_name_valid(line->name)
			       ? NULL
			       : "not a name for an account, or a reserved one";
	if (line->gid || line->home || line->shell || line->gecos)
		return "has words that need uid= beside them";
	return account_name_local(line->name) ? NULL : "not a name for an account";
}

static size_t lines_count(const char *text)
{
	size_t count = 1;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

static enum vid_reason lines_read(struct accounts *accounts, struct problem *problem)
{
	char *at = accounts->text;

	for (unsigned number = 1; at; number++) {
		struct account_line *line = &accounts->at[accounts->count];
		char *end = strchr(at, '\n');
		const char *culprit = NULL, *complaint;

		if (end)
			*end = '\0';
		strip(at);
		at += strspn(at, " \t");
		if (*at) {
			*line = (struct account_line){ .line = number };
			if ((complaint = line_read(at, line, &culprit))) {
				problem_set(problem, "%s:%u: '%.80s': %s", accounts->file,
					    number, culprit, complaint);
				return VID_CONFIG;
			}
			accounts->count++;
		}
		at = end ? end + 1 : NULL;
	}
	return VID_OK;
}

enum vid_reason accounts_parse(struct bytes text, const char *name, struct accounts *out,
			       struct problem *problem)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };
	enum vid_reason why;

	*out = (struct accounts){ 0 };
	if (text.len && memchr(text.at, '\0', text.len)) {
		problem_set(problem, "%s: has a NUL byte", name);
		return VID_CONFIG;
	}
	accounts.text = malloc(text.len + 1);
	accounts.file = strdup(name);
	if (accounts.text && accounts.file) {
		if (text.len)
			memcpy(accounts.text, text.at, text.len);
		accounts.text[text.len] = '\0';
		accounts.at = calloc(lines_count(accounts.text), sizeof(*accounts.at));
	}
	if (!accounts.at) {
		problem_set(problem, "%s: %m", name);
		return VID_FILE_IO;
	}
	if ((why = lines_read(&accounts, problem)) != VID_OK)
		return why;
	*out = accounts;
	accounts = (struct accounts){ 0 };
	return VID_OK;
}

enum vid_reason accounts_load(const char *path, struct accounts *out,
			      struct problem *problem)
{
	AUTO(blob_free) struct blob blob = { 0 };
	enum vid_reason why;

	*out = (struct accounts){ 0 };
	why = file_read_trusted(path, ACCOUNTS_FILE_MAX, &blob, problem);
	if (why != VID_OK)
		return why;
	return accounts_parse(bytes_of(blob.at, blob.len), path, out, problem);
}
