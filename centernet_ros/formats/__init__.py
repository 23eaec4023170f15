"""File formats of the public benchmarks."""
