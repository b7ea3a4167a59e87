/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/fido/visit.h"

#include <fido/err.h>
#include <sodium.h>

bool visit_fail(struct visit *visit, enum fido_failure failure, const char *why)
{
	visit->failure = failure;
	problem_set(&visit->problem, "%s", why);
	return false;
}

static const struct {
	int code;
	enum fido_failure failure;
} meanings[] = {
	{ FIDO_ERR_OPERATION_DENIED, FIDO_FAILURE_DECLINED },
	{ FIDO_ERR_USER_ACTION_TIMEOUT, FIDO_FAILURE_DECLINED },
	{ FIDO_ERR_ACTION_TIMEOUT, FIDO_FAILURE_DECLINED },
	{ FIDO_ERR_UV_INVALID, FIDO_FAILURE_DECLINED },
	{ FIDO_ERR_UV_BLOCKED, FIDO_FAILURE_DECLINED },
	{ FIDO_ERR_KEEPALIVE_CANCEL, FIDO_FAILURE_CANCELLED },
	{ FIDO_ERR_PIN_INVALID, FIDO_FAILURE_PIN_WRONG },
	{ FIDO_ERR_PIN_POLICY_VIOLATION, FIDO_FAILURE_PIN_WRONG },
	{ FIDO_ERR_PIN_BLOCKED, FIDO_FAILURE_PIN_BLOCKED },
	{ FIDO_ERR_PIN_AUTH_BLOCKED, FIDO_FAILURE_PIN_PAUSE },
	{ FIDO_ERR_PIN_NOT_SET, FIDO_FAILURE_NO_PIN },
	{ FIDO_ERR_PIN_REQUIRED, FIDO_FAILURE_NO_PIN },
	{ FIDO_ERR_KEY_STORE_FULL, FIDO_FAILURE_FULL },
	{ FIDO_ERR_LARGEBLOB_STORAGE_FULL, FIDO_FAILURE_FULL },
	{ FIDO_ERR_NO_CREDENTIALS, FIDO_FAILURE_EMPTY },
	{ FIDO_ERR_UNSUPPORTED_OPTION, FIDO_FAILURE_UNABLE },
	{ FIDO_ERR_UNSUPPORTED_EXTENSION, FIDO_FAILURE_UNABLE },
	{ FIDO_ERR_UNSUPPORTED_ALGORITHM, FIDO_FAILURE_UNABLE },
	{ FIDO_ERR_INVALID_OPTION, FIDO_FAILURE_UNABLE },
	{ FIDO_ERR_INVALID_COMMAND, FIDO_FAILURE_UNABLE },
};

/* A wait that the link gave up is explained by the link, not by libfido2. */
static bool link_fault(struct visit *visit)
{
	if (!visit->chosen)
		return false;
	switch (visit->chosen->link.end) {
	case LINK_UP:
		return false;
	case LINK_GONE:
		return !visit_fail(visit, FIDO_FAILURE_GONE, "the key was taken out");
	case LINK_CANCELLED:
		return !visit_fail(visit, FIDO_FAILURE_CANCELLED, "cancelled");
	case LINK_SILENT:
		return !visit_fail(visit, FIDO_FAILURE_DEVICE, "the key does not answer");
	case LINK_FLOODED:
		break;
	}
	return !visit_fail(visit, FIDO_FAILURE_DEVICE,
			   "the key says more than any key has to");
}

bool visit_fault(struct visit *visit, const char *what, int code)
{
	if (link_fault(visit))
		return false;
	visit->failure = FIDO_FAILURE_DEVICE;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].code == code)
			visit->failure = meanings[i].failure;
	problem_set(&visit->problem, "%s: %s", what, fido_strerr(code));
	return false;
}

void visit_wipe(struct visit *visit)
{
	for (size_t i = 0; i < visit->key_count; i++)
		fido_dev_free(&visit->key[i].device);
	sodium_memzero(visit, sizeof(*visit));
}
