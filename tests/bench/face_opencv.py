#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""face_opencv.py SHARED FRAME.bmp: the job of bench_face in Python with OpenCV, as a user would
write it: YuNet on the frame scaled to 320 wide, alignment, the same embedding network.
Prints milliseconds of CPU since exec (ready, first embedding), per further frame, of
detection, and the peak resident memory in MB."""
import resource
import statistics
import sys
import time

import cv2
import numpy

# the network's own crop, 96x112
TEMPLATE = numpy.float32([[30.29, 51.70], [65.53, 51.50], [48.03, 71.74], [33.55, 92.37],
                          [62.73, 92.20]])


def cpu():
    return time.process_time() * 1000


def faces(detector, frame):
    small = cv2.resize(frame, (320, 240), interpolation=cv2.INTER_AREA)
    found = detector.detect(small)[1]
    return found[0][4:14].reshape(5, 2) * 2


def embed(network, frame, landmarks):
    move, _ = cv2.estimateAffinePartial2D(landmarks, TEMPLATE, method=cv2.LMEDS)
    crop = cv2.resize(cv2.warpAffine(frame, move, (96, 112)), (128, 128))
    network.setInput(cv2.dnn.blobFromImage(crop))
    vector = network.forward().flatten()
    return vector / numpy.linalg.norm(vector)


def main():
    shared, picture = sys.argv[1:]
    cv2.setNumThreads(1)
    before = cpu()
    frame = cv2.imread(picture)
    start = cpu()  # the frame's own cost is not counted
    detector = cv2.FaceDetectorYN.create(
        shared + "/models/face_detection_yunet_2022mar.onnx", "", (320, 240), 0.6)
    network = cv2.dnn.readNetFromONNX(shared + "/models/frr0095.onnx")
    ready = before + cpu() - start
    embed(network, frame, faces(detector, frame))
    first = before + cpu() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    further, detect = [], []
    for _ in range(30):
        start = cpu()
        landmarks = faces(detector, frame)
        detect.append(cpu() - start)
        embed(network, frame, landmarks)
        further.append(cpu() - start)
    print(ready, first, statistics.median(further), statistics.median(detect), peak)


main()
