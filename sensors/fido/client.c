/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/fido/client.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "libvid/paths.h"
#include "libvid/wire.h"
#include "sensors/fido/reports.h"

#define N_(text) text /* translated where it is shown */

/* libcbor takes gigabytes for five bytes (TOKEN.md): under this it is an error. */
#define FIDO_MEMORY_MAX    (256UL << 20)
#define FIDO_CPU_MAX       60  /* seconds */
#define CLOSE_MILLISECONDS 400 /* for a key to hear that it is cancelled */

static const struct sensor_spec *fido_spec(void)
{
	static const struct sensor_spec spec = {
		.path = PATH_FIDO,
		.user = "vid-fido",
		.memory_max = FIDO_MEMORY_MAX,
		.cpu_max = FIDO_CPU_MAX,
	};

	return &spec;
}

static enum vid_reason why_of_wire(enum wire_result result, struct problem *problem)
{
	return sensor_why(result, "vid-fido", problem);
}

void fido_report_wipe(struct fido_report *report)
{
	sodium_memzero(report, sizeof(*report));
}

static bool put_open(struct wire_frame *frame, const struct fido_wish *wish)
{
	wire_start(frame, FIDO_OPEN);
	return wire_put_text(frame, FIDO_FIELD_DEVICES, wish->devices) &&
	       (!wish->seat || !wish->seat[0] ||
		wire_put_text(frame, FIDO_FIELD_SEAT, wish->seat)) &&
	       wire_put_text(frame, FIDO_FIELD_RPS, wish->rp_ids) &&
	       wire_put_u32(frame, FIDO_FIELD_PURPOSE, wish->purpose) &&
	       wire_put_u32(frame, FIDO_FIELD_UV, wish->uv) &&
	       wire_put(frame, FIDO_FIELD_HASH, bytes_of(wish->hash, sizeof(wish->hash)));
}

enum vid_reason fido_open_as(const struct sensor_spec *spec, const struct fido_wish *wish,
			     int64_t deadline, int abort_fd, struct fido *out,
			     struct problem *problem)
{
	struct wire_frame frame;
	enum vid_reason why;

	(void)abort_fd; /* starting takes no time; waiting is fido_next's */
	*out = (struct fido)FIDO_CLOSED;
	if (!put_open(&frame, wish)) {
		problem_set(problem, "the names of the realms are too long");
		return VID_CONFIG;
	}
	why = sensor_start(spec, &out->sensor, problem);
	if (why == VID_OK)
		why = why_of_wire(wire_send(out->sensor.fd, &frame, deadline), problem);
	out->purpose = wish->purpose;
	if (why != VID_OK)
		fido_close(out);
	return why;
}

enum vid_reason fido_open(const struct fido_wish *wish, int64_t deadline, int abort_fd,
			  struct fido *out, struct problem *problem)
{
	return fido_open_as(fido_spec(), wish, deadline, abort_fd, out, problem);
}

enum vid_reason fido_next(struct fido *fido, struct fido_report *report, int64_t deadline,
			  int abort_fd, struct problem *problem)
{
	struct wire_frame frame;
	enum vid_reason why;

	fido_report_wipe(report);
	why = why_of_wire(wire_receive(fido->sensor.fd, &frame, deadline, abort_fd),
			  problem);
	if (why == VID_OK)
		why = fido_report_read(&frame, fido, report, problem);
	sodium_memzero(&frame, sizeof(frame)); /* secrets of the key */
	if (why != VID_OK)
		fido_report_wipe(report);
	return why;
}

/* --- what is asked ------------------------------------------------------------------ */

static enum vid_reason send_frame(struct fido *fido, struct wire_frame *frame, bool fits,
				  int64_t deadline)
{
	enum vid_reason why = VID_INTERNAL;

	if (fits)
		why = why_of_wire(wire_send(fido->sensor.fd, frame, deadline), NULL);
	sodium_memzero(frame, sizeof(*frame));
	return why;
}

enum vid_reason fido_pin(struct fido *fido, struct bytes pin, int64_t deadline)
{
	struct wire_frame frame;
	char text[FIDO_PIN_MAX + 1];
	bool fits = bytes_to_text(pin, text, sizeof(text)) && fido_pin_fits(text);

	wire_start(&frame, FIDO_PIN);
	sodium_memzero(text, sizeof(text));
	fits = fits && wire_put(&frame, FIDO_FIELD_PIN, pin);
	return send_frame(fido, &frame, fits, deadline);
}

enum vid_reason fido_assert(struct fido *fido, unsigned index, const uint8_t hash[32],
			    const uint8_t *salt, const uint8_t *salt2, int64_t deadline)
{
	struct wire_frame frame;
	bool fits = index < fido->credentials && (salt || !salt2);

	wire_start(&frame, FIDO_ASSERT);
	fits = fits && wire_put_u32(&frame, FIDO_FIELD_INDEX, index) &&
	       wire_put(&frame, FIDO_FIELD_HASH, bytes_of(hash, 32)) &&
	       (!salt || wire_put(&frame, FIDO_FIELD_SALT, bytes_of(salt, 32))) &&
	       (!salt2 || wire_put(&frame, FIDO_FIELD_SALT2, bytes_of(salt2, 32)));
	return send_frame(fido, &frame, fits, deadline);
}

enum vid_reason fido_make(struct fido *fido, const struct fido_make *make,
			  int64_t deadline)
{
	struct wire_frame frame;
	bool fits;

	wire_start(&frame, FIDO_MAKE);
	fits = wire_put_text(&frame, FIDO_FIELD_RP, make->rp_id) &&
	       wire_put_text(&frame, FIDO_FIELD_NAME, make->name) &&
	       wire_put(&frame, FIDO_FIELD_USER, make->user) &&
	       wire_put(&frame, FIDO_FIELD_HASH, bytes_of(make->hash, 32)) &&
	       wire_put_u32(&frame, FIDO_FIELD_ALG, make->alg) &&
	       wire_put_u32(&frame, FIDO_FIELD_PROTECT, make->protect);
	return send_frame(fido, &frame, fits, deadline);
}

enum vid_reason fido_store(struct fido *fido, unsigned index, struct bytes blob,
			   int64_t deadline)
{
	struct wire_frame frame;
	bool fits = index < fido->credentials && blob.len <= KEY_BLOB_MAX;

	wire_start(&frame, FIDO_STORE);
	fits = fits && wire_put_u32(&frame, FIDO_FIELD_INDEX, index) &&
	       wire_put(&frame, FIDO_FIELD_BLOB, blob);
	return send_frame(fido, &frame, fits, deadline);
}

enum vid_reason fido_delete(struct fido *fido, unsigned index, int64_t deadline)
{
	struct wire_frame frame;
	bool fits = index < fido->credentials;

	wire_start(&frame, FIDO_DELETE);
	fits = fits && wire_put_u32(&frame, FIDO_FIELD_INDEX, index);
	return send_frame(fido, &frame, fits, deadline);
}

/* Whatever it still says is not heard: only that it has ended counts. */
void fido_close(struct fido *fido)
{
	int64_t until = wire_now() + CLOSE_MILLISECONDS;
	struct wire_frame frame;

	if (fido->sensor.fd >= 0) {
		wire_start(&frame, FIDO_CANCEL);
		if (wire_send(fido->sensor.fd, &frame, until) == WIRE_OK)
			while (wire_receive(fido->sensor.fd, &frame, until, -1) ==
			       WIRE_OK)
				;
		sodium_memzero(&frame, sizeof(frame));
	}
	sensor_stop(&fido->sensor);
	*fido = (struct fido)FIDO_CLOSED;
}

const char *fido_event_sentence(enum fido_event event, bool wrong)
{
	switch (event) {
	case FIDO_EVENT_INSERT:
		return N_("Insert your security key.");
	case FIDO_EVENT_SELECT:
		return N_("Touch the security key that you want to use.");
	case FIDO_EVENT_PIN:
		return wrong ? N_("That PIN was wrong. PIN of your security key, {1} "
				  "tries left: ")
			     : N_("PIN of your security key, {1} tries left: ");
	case FIDO_EVENT_TOUCH:
		return N_("Touch your security key.");
	case FIDO_EVENT_VERIFY:
		return N_("Touch the fingerprint reader of your security key.");
	case FIDO_EVENT_ADDED: /* everything begins anew, and says so itself */
		break;
	}
	return "";
}
