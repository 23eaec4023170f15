"""Plane and space: affine transforms, angles, cameras and boxes, all in NumPy."""
