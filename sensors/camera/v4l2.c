/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/v4l2.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sensors/camera/source.h"

const unsigned long v4l2_ioctls[3] = { VIDIOC_DQBUF, VIDIOC_QBUF, VIDIOC_STREAMOFF };

/* Frames that a driver marks as damaged, in a row, before the camera counts as broken. */
#define DAMAGED_MAX 60

struct v4l2 {
	int fd;
	struct pixels geometry;
	unsigned count;
	struct {
		uint8_t *at;
		size_t len;
	} buffer[V4L2_BUFFERS];
	struct v4l2_buffer lent;
	unsigned damaged;
};

static int request(int fd, unsigned long what, void *with)
{
	int result;

	do
		result = ioctl(fd, what, with);
	while (result < 0 && errno == EINTR);
	return result;
}

/* --- what the device claims --------------------------------------------------- */

/* In the order in which we would have them: cheap and bare first. */
static const struct {
	uint32_t code;
	enum pixel_format format;
} formats[] = {
	{ V4L2_PIX_FMT_YUYV, PIXELS_YUYV },  { V4L2_PIX_FMT_NV12, PIXELS_NV12 },
	{ V4L2_PIX_FMT_GREY, PIXELS_GREY },  { V4L2_PIX_FMT_MJPEG, PIXELS_MJPEG },
	{ V4L2_PIX_FMT_JPEG, PIXELS_MJPEG }, { V4L2_PIX_FMT_Y10, PIXELS_Y10 },
	{ V4L2_PIX_FMT_Y12, PIXELS_Y12 },    { V4L2_PIX_FMT_Y16, PIXELS_Y16 },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static bool side_fits(uint32_t side, uint32_t max)
{
	return side >= V4L2_SIDE_MIN && side <= max;
}

bool v4l2_geometry(const struct v4l2_pix_format *is, struct pixels *out)
{
	size_t kind = 0;

	while (kind < FORMATS && formats[kind].code != is->pixelformat)
		kind++;
	if (kind == FORMATS || !side_fits(is->width, V4L2_WIDTH_MAX) ||
	    !side_fits(is->height, V4L2_HEIGHT_MAX) || is->sizeimage == 0 ||
	    is->sizeimage > V4L2_FRAME_MAX || is->bytesperline > V4L2_FRAME_MAX)
		return false;
	*out = (struct pixels){ .format = formats[kind].format,
				.width = (int)is->width,
				.height = (int)is->height,
				.stride = (int)is->bytesperline };
	if (out->format == PIXELS_MJPEG) {
		out->len = 1; /* as long as it is */
		return true;
	}
	if (out->stride == 0)
		out->stride = pixels_row(out->format, out->width);
	out->len = pixels_len(out);
	return out->len != 0 && out->len <= is->sizeimage;
}

static bool offers(int fd, uint32_t code)
{
	for (uint32_t i = 0; i < 64; i++) {
		struct v4l2_fmtdesc format = { .index = i,
					       .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

		if (request(fd, VIDIOC_ENUM_FMT, &format) < 0)
			return false;
		if (format.pixelformat == code)
			return true;
	}
	return false;
}

/* --- start ---------------------------------------------------------------------- */

/* Zero, or errno; ENOTSUP when no format is ours. *size: of the largest frame. */
static int choose_format(struct v4l2 *v4l2, size_t *size)
{
	for (size_t i = 0; i < FORMATS; i++) {
		struct v4l2_format wish = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

		if (!offers(v4l2->fd, formats[i].code))
			continue;
		wish.fmt.pix.width = 640;
		wish.fmt.pix.height = 480;
		wish.fmt.pix.pixelformat = formats[i].code;
		wish.fmt.pix.field = V4L2_FIELD_NONE;
		if (request(v4l2->fd, VIDIOC_S_FMT, &wish) < 0) {
			if (errno == EBUSY || errno == ENODEV)
				return errno;
			continue;
		}
		*size = wish.fmt.pix.sizeimage;
		if (v4l2_geometry(&wish.fmt.pix, &v4l2->geometry))
			return 0;
	}
	return ENOTSUP;
}

static bool map_buffer(struct v4l2 *v4l2, unsigned i, size_t size)
{
	struct v4l2_buffer buffer = { .index = i,
				      .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
				      .memory = V4L2_MEMORY_MMAP };
	void *at;

	if (request(v4l2->fd, VIDIOC_QUERYBUF, &buffer) < 0)
		return false;
	if (buffer.length < size || buffer.length > 2 * (size_t)V4L2_FRAME_MAX) {
		errno = EPROTO;
		return false;
	}
	at = mmap(NULL, buffer.length, PROT_READ, MAP_SHARED, v4l2->fd,
		  (off_t)buffer.m.offset);
	if (at == MAP_FAILED)
		return false;
	v4l2->buffer[i].at = at;
	v4l2->buffer[i].len = buffer.length;
	return request(v4l2->fd, VIDIOC_QBUF, &buffer) == 0;
}

static int start_streaming(struct v4l2 *v4l2, size_t size)
{
	struct v4l2_requestbuffers wish = { .count = V4L2_BUFFERS,
					    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
					    .memory = V4L2_MEMORY_MMAP };
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (request(v4l2->fd, VIDIOC_REQBUFS, &wish) < 0)
		return errno;
	if (wish.count < 2 || wish.count > V4L2_BUFFERS)
		return EPROTO;
	v4l2->count = wish.count;
	for (unsigned i = 0; i < v4l2->count; i++)
		if (!map_buffer(v4l2, i, size))
			return errno;
	return request(v4l2->fd, VIDIOC_STREAMON, &type) < 0 ? errno : 0;
}

/* --- frames ----------------------------------------------------------------------- */

static int64_t now_of(const struct v4l2_buffer *buffer)
{
	struct timespec now;

	if ((buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) ==
	    V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
		return (int64_t)buffer->timestamp.tv_sec * 1000 +
		       buffer->timestamp.tv_usec / 1000;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool complain(const char *what, int error, struct problem *problem)
{
	if (error == ENODEV)
		problem_set(problem, "the camera was unplugged");
	else
		problem_set(problem, "the camera: %s: %s", what, strerror(error));
	return false;
}

static bool queue(struct v4l2 *v4l2, struct v4l2_buffer *buffer, struct problem *problem)
{
	if (request(v4l2->fd, VIDIOC_QBUF, buffer) == 0)
		return true;
	return complain("a buffer cannot be given back", errno, problem);
}

/* Neither marked as damaged nor shorter than its geometry. */
static bool is_whole(const struct v4l2 *v4l2, const struct v4l2_buffer *buffer)
{
	return !(buffer->flags & V4L2_BUF_FLAG_ERROR) &&
	       buffer->bytesused >= v4l2->geometry.len &&
	       buffer->bytesused <= v4l2->buffer[buffer->index].len;
}

/* All that are waiting are taken; the last one stays, lent. */
static bool take_newest(struct v4l2 *v4l2, bool *got, struct problem *problem)
{
	*got = false;
	for (unsigned i = 0; i <= V4L2_BUFFERS; i++) {
		struct v4l2_buffer buffer = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
					      .memory = V4L2_MEMORY_MMAP };

		if (request(v4l2->fd, VIDIOC_DQBUF, &buffer) < 0)
			return errno == EAGAIN ? true
					       : complain("no frame", errno, problem);
		if (buffer.index >= v4l2->count)
			return complain("a buffer that is not ours", EPROTO, problem);
		if (*got && !queue(v4l2, &v4l2->lent, problem))
			return false;
		v4l2->lent = buffer;
		*got = true;
	}
	return true;
}

static bool v4l2_take(void *of, struct source_frame *out, struct problem *problem)
{
	struct v4l2 *v4l2 = of;
	bool got;

	if (!take_newest(v4l2, &got, problem))
		return false;
	if (!got)
		return true;
	if (!is_whole(v4l2, &v4l2->lent)) {
		if (++v4l2->damaged > DAMAGED_MAX)
			return complain("damaged frames only", EIO, problem);
		return queue(v4l2, &v4l2->lent, problem);
	}
	v4l2->damaged = 0;
	out->pixels = v4l2->geometry;
	out->pixels.at = v4l2->buffer[v4l2->lent.index].at;
	out->pixels.len = v4l2->lent.bytesused;
	out->sequence = v4l2->lent.sequence;
	out->time = now_of(&v4l2->lent);
	return true;
}

static bool v4l2_give_back(void *of, struct problem *problem)
{
	struct v4l2 *v4l2 = of;

	return queue(v4l2, &v4l2->lent, problem);
}

static void v4l2_close(void *of)
{
	struct v4l2 *v4l2 = of;
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	(void)request(v4l2->fd, VIDIOC_STREAMOFF, &type);
	for (unsigned i = 0; i < V4L2_BUFFERS; i++)
		if (v4l2->buffer[i].at)
			(void)munmap(v4l2->buffer[i].at, v4l2->buffer[i].len);
	(void)close(v4l2->fd);
	free(v4l2);
}

static const struct source_kind kind = { v4l2_take, v4l2_give_back, v4l2_close };

bool source_v4l2(struct source *source, int fd, enum camera_failure *failure,
		 struct problem *problem)
{
	struct v4l2 *v4l2 = calloc(1, sizeof(*v4l2));
	size_t size = 0;
	int error = ENOMEM;

	*source = (struct source)SOURCE_NONE;
	if (!v4l2) {
		(void)close(fd);
	} else {
		v4l2->fd = fd;
		error = choose_format(v4l2, &size);
		if (error == 0)
			error = start_streaming(v4l2, size);
		if (error == 0 && source_init(source, fd, v4l2, &kind, size))
			return true;
		if (!source->kind)
			v4l2_close(v4l2);
		source_close(source);
	}
	*failure = error == EBUSY ? CAMERA_FAILURE_BUSY : CAMERA_FAILURE_DEVICE;
	if (error == ENOTSUP)
		problem_set(problem, "the camera offers none of YUYV, NV12, GREY, MJPEG, "
				     "Y10, Y12, Y16");
	else
		(void)complain("it cannot be started", error, problem);
	return false;
}
