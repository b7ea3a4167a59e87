/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - vidd's and vid's side of vid-fido
 */
#ifndef VID_FIDO_CLIENT_H
#define VID_FIDO_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "libvid/assertion.h"
#include "libvid/key_blob.h"
#include "libvid/limits.h"
#include "sensors/fido/protocol.h"
#include "sensors/launch.h"

struct fido {
	struct sensor sensor;
	enum fido_purpose purpose;
	bool found;           /* FOUND was heard */
	unsigned credentials; /* heard so far */
};

#define FIDO_CLOSED                                                                      \
	{                                                                                \
		.sensor = SENSOR_NONE                                                    \
	}

struct fido_wish {
	const char *devices; /* "usb" */
	const char *seat;    /* keys of this seat; NULL or empty: of any */
	const char *rp_ids;  /* with single blanks between */
	enum fido_purpose purpose;
	enum fido_uv uv;
	uint8_t hash[32]; /* of the assertions without a touch */
};

struct fido_credential {
	unsigned index;
	char rp_id[VID_RP_ID_MAX + 1];
	uint8_t id[FIDO_ID_MAX];
	size_t id_len;
	uint8_t auth_data[ASSERTION_AUTH_DATA_MAX];
	size_t auth_data_len;
	uint8_t signature[ASSERTION_SIGNATURE_MAX];
	size_t signature_len;
	bool has_blob;
	uint8_t blob[KEY_BLOB_MAX];
	size_t blob_len;
};

struct fido_found {
	unsigned count;
	bool has_room;
	uint32_t room, room_all; /* bytes of largeBlobs */
	bool has_slots;
	uint32_t slots;
	uint32_t can; /* FIDO_CAN_* */
};

struct fido_assertion {
	uint8_t auth_data[ASSERTION_AUTH_DATA_MAX];
	size_t auth_data_len;
	uint8_t signature[ASSERTION_SIGNATURE_MAX];
	size_t signature_len;
	bool has_secret, has_secret2;
	uint8_t secret[KEY_SECRET_LEN], secret2[KEY_SECRET_LEN];
};

struct fido_made {
	uint8_t id[FIDO_ID_MAX];
	size_t id_len;
	struct public_key public;
	uint32_t can;
};

/* One frame of the sensor's. */
struct fido_report {
	enum fido_frame kind; /* EVENT, CREDENTIAL, FOUND, ASSERTION, MADE or DONE */
	enum fido_event event;
	bool has_tries, wrong;
	unsigned tries;
	union {
		struct fido_credential credential;
		struct fido_found found;
		struct fido_assertion assertion;
		struct fido_made made;
	};
};
void fido_report_wipe(struct fido_report *report);

/*
 * Start vid-fido and ask. VID_OK, or VID_SENSOR_FAILED, VID_DEADLINE, VID_CANCELLED, with
 * a problem text. `deadline` is a wire_now() time; `abort_fd` (or -1) ends the wait when
 * it becomes readable or hangs up.
 */
enum vid_reason fido_open(const struct fido_wish *wish, int64_t deadline, int abort_fd,
			  struct fido *out, struct problem *problem);
enum vid_reason fido_open_as(const struct sensor_spec *spec, const struct fido_wish *wish,
			     int64_t deadline, int abort_fd, struct fido *out,
			     struct problem *problem);

/*
 * The next report, checked: every number within its range, every field within its length,
 * in an order that makes sense. VID_OK; the reason that the sensor gives for its end
 * (VID_KEY_*); VID_SENSOR_FAILED for what is out of bounds. The caller wipes `report`.
 */
enum vid_reason fido_next(struct fido *fido, struct fido_report *report, int64_t deadline,
			  int abort_fd, struct problem *problem);

/* What is asked; the answer comes by fido_next. */
enum vid_reason fido_pin(struct fido *fido, struct bytes pin, int64_t deadline);
/* salt, salt2: 32 bytes each, or NULL */
enum vid_reason fido_assert(struct fido *fido, unsigned index, const uint8_t hash[32],
			    const uint8_t *salt, const uint8_t *salt2, int64_t deadline);
struct fido_make {
	const char *rp_id, *name;
	struct bytes user; /* handle: 1..64 bytes, nothing of the person in it */
	enum key_alg alg;
	unsigned protect; /* credProtect 1..3 */
	uint8_t hash[32];
};
enum vid_reason fido_make(struct fido *fido, const struct fido_make *make,
			  int64_t deadline);
enum vid_reason fido_store(struct fido *fido, unsigned index, struct bytes blob,
			   int64_t deadline);
enum vid_reason fido_delete(struct fido *fido, unsigned index, int64_t deadline);

/*
 * Cancel what the key waits for, give it a moment (400 ms), then SIGKILL, reap, close.
 * Safe to call twice.
 */
void fido_close(struct fido *fido);

/* "Touch your key.", in English for gettext; {1} is the number of tries for PIN. */
const char *fido_event_sentence(enum fido_event event, bool wrong);

#endif
