"""What training is measured by: the benchmarks' figures of a data set's samples."""
