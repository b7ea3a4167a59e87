/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/key.h"

#include <err.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "tests/softkey/curve.h"

void key_log(const struct key *key, const char *format, ...)
{
	AUTO_CLOSE int fd = -1;
	char line[512];
	va_list list;
	int len;

	if (!key->options.log)
		return;
	va_start(list, format);
	len = vsnprintf(line, sizeof(line) - 1, format, list);
	va_end(list);
	if (len < 0)
		return;
	if ((size_t)len > sizeof(line) - 2)
		len = (int)sizeof(line) - 2;
	line[len++] = '\n';
	/* opened each time: a test may take the file away */
	fd = open(key->options.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, line, (size_t)len) != len)
		err(2, "%s", key->options.log);
}

void key_save(const struct key *key)
{
	store_save(&key->store, key->options.state);
}

void agreement_renew(struct key *key)
{
	EVP_PKEY_free(key->session.agreement);
	key->session.agreement = p256_random();
}

void grant_renew(struct key *key)
{
	key->session.grant = (struct grant){ 0 };
	if (RAND_bytes(key->session.grant.token, SECRET_TOKEN) != 1)
		errx(2, "no random bytes");
}

void key_power_on(struct key *key)
{
	EVP_PKEY *old = key->session.agreement;

	memset(&key->session, 0, sizeof(key->session));
	key->session.agreement = old;
	agreement_renew(key);
	grant_renew(key);
}

bool key_when(const char *when, const char *name)
{
	return *when && !strcmp(when, name);
}
