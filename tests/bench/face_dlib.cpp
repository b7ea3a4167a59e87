// SPDX-License-Identifier: BSD-2-Clause
// face_dlib PREDICTOR FRAME.bmp: dlib's detector and landmark predictor as Howdy uses
// them: the frame scaled to 320 high, in grey, looked at once more at double size. There
// is no embedding network in Debian's package, so "first" ends with the landmarks. Prints
// milliseconds of CPU since exec (ready, first), per further frame, of detection, and the
// peak resident memory in MB.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sys/resource.h>
#include <vector>

#include <dlib/image_io.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

static double cpu_ms()
{
	timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

static double median(std::vector<double> values)
{
	std::sort(values.begin(), values.end());
	return values[values.size() / 2];
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	const double before = cpu_ms();
	dlib::array2d<unsigned char> frame, small(320, 427);
	dlib::load_image(frame, argv[2]);
	double start = cpu_ms();
	dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
	dlib::shape_predictor predictor;
	dlib::deserialize(argv[1]) >> predictor;
	const double ready = before + cpu_ms() - start;
	double first = 0;
	std::vector<double> further, detect;
	rusage usage;

	for (int i = 0; i <= 30; i++) {
		const double begun = cpu_ms();
		dlib::resize_image(frame, small);
		dlib::array2d<unsigned char> large;
		dlib::pyramid_up(small, large, dlib::pyramid_down<2>());
		const auto faces = detector(large);
		const double found = cpu_ms();
		if (faces.empty()) {
			std::fprintf(stderr, "face_dlib: no face found\n");
			return 1;
		}
		(void)predictor(large, faces[0]);
		if (i == 0) {
			first = before + cpu_ms() - start;
			getrusage(RUSAGE_SELF, &usage);
			continue;
		}
		detect.push_back(found - begun);
		further.push_back(cpu_ms() - begun);
	}
	std::printf("%f %f %f %f %f\n", ready, first, median(further), median(detect),
		    double(usage.ru_maxrss) / 1024);
	return 0;
}
