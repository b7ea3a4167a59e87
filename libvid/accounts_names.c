/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/accounts.h"

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
	"deny",     "allocate",
};

bool account_name_valid(const char *name)
{
	if (!index_name_valid(bytes_of_text(name)))
		return false;
	if (strncmp(name, "systemd-", 8) == 0)
		return false;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (name[0] == reserved[i][0] && strcmp(name, reserved[i]) == 0)
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
