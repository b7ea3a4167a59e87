/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protocol.h - what vidd and a sensor say to each other, as wire.h frames
 *
 * vidd opens; the sensor reports until it is told to stop or killed. Whatever a sensor
 * sends is checked again by client.c: numbers within their range, texts within their
 * length.
 */
#ifndef VID_SENSORS_PROTOCOL_H
#define VID_SENSORS_PROTOCOL_H

enum camera_frame {
	CAMERA_OPEN = 32, /* vidd: which device and engine; answered by READY or FAILED */
	CAMERA_QR = 33,   /* vidd: report QR codes until told otherwise */
	CAMERA_FACE = 34, /* vidd: report faces until told otherwise */
	/* vidd: as PICTURE with SEQUENCE and TIME: the frame of a camera that was
	 * recorded; a sequence begins anew with number 0 */
	CAMERA_RECORDED = 38,
	CAMERA_PICTURE = 35,   /* vidd: a picture file: behind the frame follows one byte
				  that carries a descriptor (SCM_RIGHTS); answered by one
				  FACE_SEEN or GATE */
	CAMERA_VIDEO = 39,     /* vidd never: a video file, handed over as a picture is;
				  answered by FACE_SEEN or GATE for some of its frames,
				  and by VIDEO_END */
	CAMERA_READY = 48,     /* sensor */
	CAMERA_FAILED = 49,    /* sensor: enum camera_failure; the sensor ends */
	CAMERA_QR_SEEN = 50,   /* sensor: the text of one QR code */
	CAMERA_FACE_SEEN = 51, /* sensor: one frame with one face */
	CAMERA_GATE = 52,      /* sensor: no face to speak of, enum camera_gate */
	/* sensor: rows of what it sees, before the report on it; only where OPEN
	 * permitted it */
	CAMERA_PREVIEW_SEEN = 60,
	CAMERA_VIDEO_END = 61, /* sensor: no more frames, enum camera_video_end */
};

enum camera_field {
	CAMERA_FIELD_DEVICE = 1,    /* text: stable id */
	CAMERA_FIELD_VIRTUAL = 2,   /* u32: 1 when a virtual device is allowed */
	CAMERA_FIELD_ENGINE = 3,    /* u32: enum face_engine_kind; ENGINE_NONE: QR only */
	CAMERA_FIELD_MODELS = 4,    /* text: folder */
	CAMERA_FIELD_DETECTOR = 5,  /* text: card */
	CAMERA_FIELD_EMBEDDER = 6,  /* text: card */
	CAMERA_FIELD_MODEL_ID = 7,  /* text: READY: id of the embedding model */
	CAMERA_FIELD_DIMENSION = 8, /* u32 */
	CAMERA_FIELD_FAILURE = 9,   /* u32 */
	/* u32, enum camera_gate. In FACE_SEEN: what is wrong with the frame, when
	 * anything is; FAR there is advice, and the frame is good. */
	CAMERA_FIELD_GATE = 10,
	CAMERA_FIELD_QR = 11,       /* bytes */
	CAMERA_FIELD_SEQUENCE = 12, /* u32: the frame's number */
	CAMERA_FIELD_TIME = 13,     /* u32: milliseconds since READY */
	CAMERA_FIELD_BOX = 14, /* 4 × u16 little-endian: x, y, width, height in pixels */
	/* 10 × i32: eyes, nose, mouth corners, in 1/256 pixel */
	CAMERA_FIELD_LANDMARKS = 15,
	CAMERA_FIELD_QUALITY =
		16, /* 3 × u16: eye distance px, sharpness, brightness 0..255 */
	CAMERA_FIELD_EMBEDDING =
		17, /* dimension × float32, little-endian, L2-normalised */
	CAMERA_FIELD_REPEATED =
		18, /* u32: 1 when this frame is one of the last again, to the byte */
	CAMERA_FIELD_WHY = 19, /* text: for the administrator's log, no biometrics */
	/* u32. FACE_SEEN: millionths that the liveness networks give to "live", without
	 * networks absent. READY: how many networks there are. */
	CAMERA_FIELD_PASSIVE = 20,
	/* 3 × u16: mean of all pixels in 1/256 grey level; thousandths of all pixels, and
	 * of the face's, that are not as in the frame before (65535: there was none) */
	CAMERA_FIELD_SCENE = 21,
	/* OPEN: text: "auto" or the infrared camera's id; absent: none. READY: u32, 1:
	 * faces are seen by it. */
	CAMERA_FIELD_INFRARED = 22,
	CAMERA_FIELD_LIVENESS = 23, /* OPEN: text: cards, with blanks between them */
	CAMERA_FIELD_OPTIONAL =
		24, /* OPEN: u32: 1: networks of liveness may be missing */
	/* u32, FACE_SEEN by an infrared camera: how many faces its partner in colour sees
	 * at about the same time: 0, 1, or 2 for more; absent: it has not looked yet */
	CAMERA_FIELD_PAIR = 25,
	/* u32, FACE_SEEN by an infrared camera whose lamp was off in the frame before:
	 * thousandths of its light that the face had without the lamp */
	CAMERA_FIELD_UNLIT = 26,
	/* OPEN: text: a card whose network alone is opened and tried (MODELS: where it
	 * lies); no detector, embedder or camera is named then */
	CAMERA_FIELD_TRIAL = 45,
	/* PICTURE: u32, 1: a study (study.h). Its answer: 3 × u32, microseconds that
	 * decoding, detecting and embedding took; and a picture with bystanders is
	 * answered by FACE_SEEN with the gate SEVERAL. */
	CAMERA_FIELD_STAGES = 40,
	/* u16. FACE_SEEN: thousandths by which the eyes are open (eyes.h); absent where
	 * that cannot be told */
	CAMERA_FIELD_EYES = 50,
	/* OPEN: u32: 1: PREVIEW_SEEN may be sent. Without it no pixel leaves the sensor;
	 * vidd cannot say it (preview_client.h). */
	CAMERA_FIELD_PREVIEW = 51,
	/* PREVIEW_SEEN: 4 × u16: width and height of the preview and of the frame */
	CAMERA_FIELD_SIZE = 52,
	CAMERA_FIELD_ROW = 53,    /* PREVIEW_SEEN: u32: the first row */
	CAMERA_FIELD_PIXELS = 54, /* PREVIEW_SEEN: whole rows, 3 bytes a pixel: BGR */
	CAMERA_FIELD_ENDED = 55,  /* VIDEO_END: u32: enum camera_video_end */
	/* OPEN: text: the seat that the camera must belong to; absent: any */
	CAMERA_FIELD_SEAT = 56,
};

#define CAMERA_NETWORKS_MAX 4 /* that judge liveness */

#define CAMERA_PREVIEW_SIDE 320 /* pixels, at most: eight rows are one wire frame */

enum camera_video_end {
	CAMERA_VIDEO_WHOLE = 1,
	CAMERA_VIDEO_LONG = 2,    /* only its beginning was looked at */
	CAMERA_VIDEO_CUT = 3,     /* ends or is damaged within a frame */
	CAMERA_VIDEO_UNKNOWN = 4, /* not a video that we read */
	CAMERA_VIDEO_LAST = CAMERA_VIDEO_UNKNOWN,
};

enum camera_failure {
	CAMERA_FAILURE_NONE = 1,    /* no such device */
	CAMERA_FAILURE_REFUSED = 2, /* not the pinned one, or virtual */
	CAMERA_FAILURE_BUSY = 3,
	CAMERA_FAILURE_DEVICE = 4, /* format, streaming, unplugged */
	CAMERA_FAILURE_ENGINE = 5, /* models missing, changed, unreadable */
	CAMERA_FAILURE_PROTOCOL = 6,
	CAMERA_FAILURE_LAST = CAMERA_FAILURE_PROTOCOL,
};

enum camera_gate {
	CAMERA_GATE_NOBODY = 1,
	CAMERA_GATE_SEVERAL = 2,
	CAMERA_GATE_FAR = 3,
	CAMERA_GATE_DARK = 4,
	CAMERA_GATE_BRIGHT = 5,
	CAMERA_GATE_BLURRED = 6,
	CAMERA_GATE_PICTURE = 7, /* PICTURE: not a picture that we read */
	CAMERA_GATE_NEAR = 8,
	CAMERA_GATE_TURNED = 9,
	CAMERA_GATE_COVERED_EYES = 10,
	CAMERA_GATE_COVERED_MOUTH = 11,
	CAMERA_GATE_LAST = CAMERA_GATE_COVERED_MOUTH,
};

#endif
