"""CenterNet ("Objects as Points", Zhou, Wang, Krähenbühl 2019) for ROS 2 and for training."""

from pkgutil import extend_path

# Where the modules are used from the repository, the generated messages lie elsewhere.
__path__ = extend_path(__path__, __name__)
