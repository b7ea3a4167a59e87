/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getpwnam_of NAME - what getpwnam says: found, absent, or error. getent and id do not
 * tell an error from a name that is not there.
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	errno = 0;
	if (getpwnam(argv[1]))
		return puts("found") < 0;
	/* getpwnam(3): these say that there is none */
	return puts(errno == 0 || errno == ENOENT || errno == ESRCH || errno == EBADF ||
				    errno == EPERM
			    ? "absent"
			    : "error") < 0;
}
