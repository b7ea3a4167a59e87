/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/preview_client.h"

#include <sodium.h>
#include <string.h>

#include "libvid/wire.h"
#include "sensors/camera/reports.h"

static bool put_permission(struct wire_frame *open)
{
	return wire_put_u32(open, CAMERA_FIELD_PREVIEW, 1);
}

static bool read_size(const struct wire_frame *frame, int size[4])
{
	struct bytes value;

	if (!wire_get(frame, CAMERA_FIELD_SIZE, &value) || value.len != 8)
		return false;
	for (int i = 0; i < 4; i++)
		size[i] = value.at[2 * i] | value.at[2 * i + 1] << 8;
	return size[0] > 0 && size[0] <= CAMERA_PREVIEW_SIDE && size[1] > 0 &&
	       size[1] <= CAMERA_PREVIEW_SIDE && size[2] >= size[0] && size[3] >= size[1];
}

/* Rows come in order, all of one size; the first begins a new picture. */
enum vid_reason camera_preview_read(struct camera_preview *preview,
				    const struct wire_frame *frame,
				    struct problem *problem)
{
	struct bytes pixels;
	size_t step, rows;
	uint32_t row;
	int size[4];

	if (!read_size(frame, size) || !wire_get_u32(frame, CAMERA_FIELD_ROW, &row) ||
	    !wire_get(frame, CAMERA_FIELD_PIXELS, &pixels))
		return report_malformed("a preview", problem);
	if (row == 0)
		*preview = (struct camera_preview){ .width = size[0],
						    .height = size[1],
						    .frame_width = size[2],
						    .frame_height = size[3] };
	step = (size_t)size[0] * 3;
	rows = pixels.len / step;
	if (size[0] != preview->width || size[1] != preview->height ||
	    row != (uint32_t)preview->rows || rows == 0 || pixels.len % step ||
	    rows > (size_t)(preview->height - preview->rows))
		return report_malformed("a preview", problem);
	memcpy(preview->at + step * row, pixels.at, pixels.len);
	preview->rows += (int)rows;
	return VID_OK;
}

static enum vid_reason read_rows(struct camera *camera, const struct wire_frame *frame,
				 struct problem *problem)
{
	return camera_preview_read(camera->preview, frame, problem);
}

enum vid_reason camera_open_preview(const struct sensor_spec *spec,
				    const struct settings *settings, bool with_device,
				    enum face_engine_kind engine, int64_t deadline,
				    int abort_fd, struct camera *out,
				    struct camera_preview *preview,
				    struct problem *problem)
{
	const struct camera_extra extra = { put_permission, read_rows, preview };

	preview->width = preview->height = preview->rows = 0;
	return camera_open_with(spec, settings, with_device, engine, &extra, deadline,
				abort_fd, out, problem);
}

void camera_preview_wipe(struct camera_preview *preview)
{
	sodium_memzero(preview, sizeof(*preview));
}
