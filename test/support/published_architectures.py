"""Which architectures a test goes through."""

from centernet_ros.models import ARCHITECTURES

# Without the tiny network of the tests.
PUBLISHED = tuple(arch for arch in ARCHITECTURES if not arch.startswith("tiny"))
_DEEPER = ("res_34", "res_101", "res_152", "resdcn_34", "resdcn_101", "resdcn_152")
# The others repeat the blocks of these, more often.
DISTINCT = tuple(arch for arch in PUBLISHED if arch not in _DEEPER)
