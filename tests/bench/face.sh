#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# face.sh TOP BUILD: what a face costs here, and beside it what a user would pick instead:
# the same job in Python with OpenCV, and dlib's detector and landmarks as Howdy uses them.
set -eu
top=$1 build=$2 shared=$1/../shared
bench=$build/tests/bench/bench_face
"$bench" "$top/conf/models" "$shared"
[ -d "$shared/models" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bench" --frame "$shared" "$work/frame.bmp"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
if /usr/bin/python3 -c 'import cv2' 2>/dev/null; then
	"$bench" --row 'Python, OpenCV (no liveness)' \
		/usr/bin/python3 "$top/tests/bench/face_opencv.py" "$shared" "$work/frame.bmp" || true
else
	echo 'Python, OpenCV: not measured; python3-opencv is not installed'
fi
predictor=/usr/share/dlib/shape_predictor_68_face_landmarks.dat
if [ -r "$predictor" ] && pkg-config --exists dlib-1; then
	# shellcheck disable=SC2046
	c++ -O3 -o "$work/face_dlib" "$top/tests/bench/face_dlib.cpp" \
		$(pkg-config --cflags --libs dlib-1)
	"$bench" --row 'dlib (first: landmarks alone)' "$work/face_dlib" "$predictor" \
		"$work/frame.bmp" || true
else
	echo 'dlib: not measured; libdlib-dev and libdlib-data are not installed'
fi
