"""The public benchmarks' own measures."""
