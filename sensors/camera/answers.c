/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/answers.h"

#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "sensors/camera/handed.h"
#include "sensors/camera/preview.h"
#include "sensors/camera/video.h"

/* Of a film: frames of one tenth of a second are alike, and a minute is more than any
 * enrolment takes. */
#define LOOKS_A_SECOND 10.0
#define LOOKS_MAX      600

static bool tell(struct answers *answers)
{
	bool told = answers->say(&answers->frame);

	explicit_bzero(&answers->frame, sizeof(answers->frame));
	return told;
}

/* --- PICTURE, RECORDED -------------------------------------------------------------- */

/* False when it is none that we read. */
static bool take_picture(struct answers *answers, int fd, struct picture *out)
{
	size_t len = 0;

	if (!answers->file)
		answers->file = malloc(PICTURE_FILE_MAX);
	if (answers->file)
		len = handed_whole(fd, answers->file, PICTURE_FILE_MAX);
	return len && picture_decode(bytes_of(answers->file, len), out);
}

bool answer_picture(struct answers *answers, const struct wire_frame *asked, int fd)
{
	AUTO(picture_free) struct picture picture = { .at = NULL };
	uint32_t measured = 0;
	struct study study;
	bool read;

	(void)wire_get_u32(asked, CAMERA_FIELD_STAGES, &measured);
	study_begin(&study);
	read = take_picture(answers, fd, &picture);
	if (read && answers->preview &&
	    !preview_send(picture.at, picture.width, picture.height, answers->say))
		return false;
	study_next(&study);
	sight_picture(answers->sight, read ? &picture : NULL,
		      measured == 1 ? &study : NULL, &answers->frame);
	if (measured == 1)
		study_end(&study, &answers->frame);
	return tell(answers);
}

bool answer_recorded(struct answers *answers, const struct wire_frame *asked, int fd)
{
	AUTO(picture_free) struct picture picture = { .at = NULL };
	uint32_t number, time;
	bool read;

	if (!wire_get_u32(asked, CAMERA_FIELD_SEQUENCE, &number) ||
	    !wire_get_u32(asked, CAMERA_FIELD_TIME, &time))
		return false;
	read = take_picture(answers, fd, &picture);
	sight_recorded(answers->sight, read ? &picture : NULL, number, time,
		       &answers->frame);
	return tell(answers);
}

/* --- VIDEO ------------------------------------------------------------------------- */

static bool read_video(void *of, uint64_t at, void *to, size_t len)
{
	return handed_read(*(const int *)of, at, to, len);
}

static bool look(struct answers *answers, const struct video *video, uint32_t number)
{
	const struct picture picture = { video->bgr, video->width, video->height };
	double milliseconds = number * 1000.0 / video->rate;

	sight_video(answers->sight, &picture, number,
		    milliseconds < UINT32_MAX ? (uint32_t)milliseconds : UINT32_MAX,
		    &answers->frame);
	return tell(answers);
}

/* About ten frames a second. False: nobody listens. */
static bool look_through(struct answers *answers, struct video *video,
			 enum camera_video_end *ended)
{
	enum video_next next = VIDEO_FRAME;
	uint32_t number = 0, looks = 0;

	while (looks < LOOKS_MAX) {
		bool wanted = number >= looks * video->rate / LOOKS_A_SECOND;

		next = video_next(video, wanted);
		if (next != VIDEO_FRAME)
			break;
		if (wanted && !look(answers, video, number))
			return false;
		looks += wanted;
		number++;
	}
	*ended = next == VIDEO_FRAME ? CAMERA_VIDEO_LONG
		 : next == VIDEO_END ? CAMERA_VIDEO_WHOLE
				     : CAMERA_VIDEO_CUT;
	return true;
}

bool answer_video(struct answers *answers, const struct wire_frame *asked, int fd)
{
	const struct video_file file = { .read = read_video,
					 .of = &fd,
					 .len = handed_length(fd) };
	enum camera_video_end ended = CAMERA_VIDEO_UNKNOWN;
	AUTO(video_close) struct video video = { .bgr = NULL };
	bool heard = true;

	(void)asked;
	if (file.len && answers->sight->engine && video_open(&video, &file))
		heard = look_through(answers, &video, &ended);
	wire_start(&answers->frame, CAMERA_VIDEO_END);
	(void)wire_put_u32(&answers->frame, CAMERA_FIELD_ENDED, ended);
	return heard && tell(answers);
}

void answers_close(struct answers *answers)
{
	if (answers->file)
		explicit_bzero(answers->file, PICTURE_FILE_MAX);
	free(answers->file);
	explicit_bzero(answers, sizeof(*answers));
}
