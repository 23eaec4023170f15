"""The benchmarks' own measures."""
