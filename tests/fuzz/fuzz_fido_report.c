/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a vid-fido that a key took over says to vidd or vid (S5, S30): one byte for the
 * purpose, then frames, each a type, two bytes of length and a body. Whatever is let
 * through is within its bounds.
 */
#include <string.h>

#include "sensors/fido/reports.h"
#include "tests/fuzz/fuzz.h"

static void holds(const struct fido *fido, const struct fido_report *report)
{
	switch (report->kind) {
	case FIDO_EVENT:
		must(report->event >= 1 && report->event <= FIDO_EVENT_LAST);
		must(report->tries <= 255);
		return;
	case FIDO_CREDENTIAL:
		must(fido->credentials <= FIDO_CREDENTIALS_MAX);
		must(report->credential.index + 1 == fido->credentials);
		must(memchr(report->credential.rp_id, 0,
			    sizeof(report->credential.rp_id)));
		must(report->credential.id_len >= 1 &&
		     report->credential.id_len <= FIDO_ID_MAX);
		must(report->credential.auth_data_len >= 37 &&
		     report->credential.auth_data_len <= ASSERTION_AUTH_DATA_MAX);
		must(report->credential.signature_len <= ASSERTION_SIGNATURE_MAX);
		must(report->credential.blob_len <= KEY_BLOB_MAX);
		return;
	case FIDO_FOUND:
		must(report->found.count == fido->credentials);
		must(!report->found.has_room ||
		     report->found.room <= report->found.room_all);
		return;
	case FIDO_ASSERTION:
		must(fido->found && report->assertion.auth_data_len >= 37 &&
		     report->assertion.signature_len <= ASSERTION_SIGNATURE_MAX);
		return;
	case FIDO_MADE:
		must(fido->purpose == FIDO_FOR_MAKE &&
		     public_key_check(&report->made.public));
		return;
	case FIDO_DONE:
		must(fido->purpose == FIDO_FOR_CHANGE);
		return;
	default:
		must(false);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fido_report report;
	struct fido fido = FIDO_CLOSED;
	struct problem problem = { "" };
	struct wire_frame frame;

	if (size < 1)
		return 0;
	fido.purpose = (enum fido_purpose)(1 + data[0] % 3);
	data++;
	size--;
	while (size >= 3) {
		size_t len = (size_t)data[1] | (size_t)data[2] << 8;

		frame.type = data[0];
		data += 3;
		size -= 3;
		frame.len = len < size ? len : size;
		if (frame.len > WIRE_BODY_MAX)
			return 0;
		memcpy(frame.body, data, frame.len);
		data += frame.len;
		size -= frame.len;
		memset(&report, 0, sizeof(report));
		if (wire_check(&frame) &&
		    fido_report_read(&frame, &fido, &report, &problem) == VID_OK)
			holds(&fido, &report);
	}
	return 0;
}
