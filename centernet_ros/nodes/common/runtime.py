"""What every node's process needs before and around rclpy."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import rclpy
from rclpy.clock import Clock, ClockType
from rclpy.exceptions import ParameterException
from rclpy.executors import (
    ExternalShutdownException,
    SingleThreadedExecutor,
    TimeoutException,
)
from rclpy.logging import get_logger
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from rclpy.task import Future

from centernet_ros.conversions.share import share_folder

PACKAGE = "centernet_ros"
# For what must go on under simulated time without a clock.
STEADY_CLOCK = Clock(clock_type=ClockType.STEADY_TIME)
# What one participant of config/fastdds.xml may take of /dev/shm.
SHARED_MEMORY = 64 << 20
# Seconds until a signal is noticed, and at most for what still waits then.
SIGNAL_LATENCY, DRAIN_LIMIT = 0.2, 2.0
# What images need to arrive, by a part of the middleware's name.
LARGE_IMAGES = {
    "fastrtps": "large images are lost unless their publisher, too, has {variable}={profile}",
    "cyclonedds": "large images are lost unless net.core.rmem_max is 10 MiB or more",
    "zenoh": "nothing is found without a router (ros2 run rmw_zenoh_cpp rmw_zenohd)",
}


class StartInterrupted(KeyboardInterrupt):
    """A signal during a long start.

    Of a class of its own: of a plain KeyboardInterrupt within code that is compiled from text, as
    dataclasses do, Python reports the signal as the exit status even where it was caught.
    """


class NodeError(Exception):
    """A node that cannot go on; the text is the one line the user gets."""


def run_node(create: Callable[[], Node], *, is_long_start: bool = False) -> int:
    """Create a node and spin it until Ctrl-C, SIGTERM, or its `finished` future is done.

    What has arrived by then is still worked off: a recorder loses nothing.

    Args:
        create: makes the node.
        is_long_start: making it may take long, as exporting a network does, and leaves nothing to
            work off, so that signals break it off.

    Returns:
        the exit status: 0, or 1 after a NodeError or a bad parameter, whose text is logged.
    """
    prepare_process()
    # rclpy's own handlers would end the context, and with it what waits in its queues.
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise StartInterrupted

    node = None
    executor = SingleThreadedExecutor()
    try:
        handle_signals(interrupt if is_long_start else stop)
        node = create()
        handle_signals(stop)
        executor.add_node(node)
        finished: Future[None] = getattr(node, "finished", Future())
        while not (stopped.is_set() or finished.done()):
            executor.spin_once(timeout_sec=SIGNAL_LATENCY)
        finish_waiting(executor)
        if finished.done():
            finished.result()
    except (ExternalShutdownException, KeyboardInterrupt):
        pass
    except (NodeError, ParameterException) as error:
        get_logger(node.get_name() if node else PACKAGE).fatal(" ".join(str(error).split()))
        return 1
    finally:
        if node is not None:
            node.destroy_node()
        executor.shutdown()
        rclpy.try_shutdown()
    return 0


def handle_signals(handler: Callable[[int, FrameType | None], object]) -> None:
    """Have Ctrl-C and SIGTERM call a function."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def finish_waiting(executor: SingleThreadedExecutor) -> None:
    """Run the callbacks of what has already arrived."""
    deadline = time.monotonic() + DRAIN_LIMIT
    while time.monotonic() < deadline:
        try:
            handler, _, _ = executor.wait_for_ready_callbacks(timeout_sec=0.05)
        except TimeoutException:
            return
        handler()
        handler.result()


def prepare_process() -> None:
    """Set up the allocator and the DDS transports for images, before rclpy.init."""
    keep_freed_memory()
    use_large_image_transport()


def keep_freed_memory() -> None:
    """Have glibc reuse image-sized blocks: mapping them anew for each frame costs page faults."""
    mmap_max, trim_threshold = -4, -1  # M_MMAP_MAX and M_TRIM_THRESHOLD of malloc.h
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # not glibc
        return
    mallopt(mmap_max, 0)
    mallopt(trim_threshold, 2**31 - 1)


def use_large_image_transport() -> None:
    """Have Fast DDS use config/fastdds.xml, unless the user chose otherwise."""
    variable = profile_variable()
    if variable in os.environ or "fastrtps" not in rclpy.get_rmw_implementation_identifier():
        return
    memory = Path("/dev/shm")
    free = shutil.disk_usage(memory).free if memory.is_dir() else 0
    if free < 2 * SHARED_MEMORY:
        get_logger(PACKAGE).warning(
            f"/dev/shm has {free >> 20} MiB free, expected {2 * SHARED_MEMORY >> 20} MiB or more: "
            "large images may be lost between processes (containers: --shm-size=512m)"
        )
    os.environ[variable] = str(fast_dds_profile())


def describe_large_images() -> str:
    """What keeps large images from arriving over the middleware in use."""
    middleware = rclpy.get_rmw_implementation_identifier()
    advice = next((text for name, text in LARGE_IMAGES.items() if name in middleware), "")
    if not advice:
        return f"the middleware is {middleware}"
    return f"over {middleware} {advice}".format(
        variable=profile_variable(), profile=fast_dds_profile()
    )


def fast_dds_profile() -> Path:
    """The settings of Fast DDS for images."""
    return share_folder() / "config" / "fastdds.xml"


def profile_variable() -> str:
    """The environment variable with the settings of Fast DDS.

    Fast DDS 3 renamed it and warns about the old name; older ones know only that.
    """
    return f"{'FASTRTPS' if has_fast_dds_2() else 'FASTDDS'}_DEFAULT_PROFILES_FILE"


def has_fast_dds_2() -> bool:
    """Whether Fast DDS is of version 2, as up to Jazzy, by the name of its library."""
    libraries = share_folder("rmw_fastrtps_cpp").parents[1] / "lib"
    return any(libraries.glob("libfastrtps.so*"))
