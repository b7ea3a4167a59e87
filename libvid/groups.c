/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/groups.h"

/* Of Debian, Fedora, Arch and SUSE, and of what is installed on them. */
static const char *const privileged[] = {
	"root",
	"wheel",
	"sudo",
	"admin",
	"adm",
	"systemd-journal",
	"disk",
	"kmem",
	"mem",
	"shadow",
	"input",
	"video",
	"render",
	"sgx",
	"kvm",
	"libvirt",
	"libvirtd",
	"qemu",
	"libvirt-qemu",
	"docker",
	"podman",
	"lxd",
	"lxc",
	"incus",
	"incus-admin",
	"staff",
	"operator",
	"backup",
	"src",
	"tty",
	"utmp",
	"netdev",
	"wireshark",
	"ssl-cert",
	"messagebus",
	"tss",
	"polkitd",
	"daemon",
	"bin",
	"sys",
	"vid",
	"vidd",
	"vid-camera",
	"vid-fido",
	"vid-status",
	"_ssh",
	"ssh_keys",
	"storage",
	"tape",
	"systemd-network",
	"systemd-resolve",
	"microk8s",
	"lpadmin",
	"plocate",
	"bluetooth",
	"ceph",
	"vboxusers",
};

bool group_privileged(struct bytes name)
{
	for (size_t i = 0; i < sizeof(privileged) / sizeof(*privileged); i++)
		if (bytes_are(name, privileged[i]))
			return true;
	return false;
}

bool group_next(struct bytes *names, struct bytes *name)
{
	const uint8_t *comma;

	if (names->len == 0)
		return false;
	comma = memchr(names->at, ',', names->len);
	*name = bytes_of(names->at, comma ? (size_t)(comma - names->at) : names->len);
	*names = comma ? bytes_of(comma + 1, names->len - name->len - 1)
		       : bytes_of(NULL, 0);
	return true;
}
