"""Which images of a robot's bag are played."""

import pytest
from sensor_msgs.msg import CameraInfo, CompressedImage, Image

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.bag_files import BagError
from centernet_ros.conversions.image_topics import find_depth_topic, find_image_topic


@pytest.fixture
def write_bag(tmp_path):
    """A bag of topics: name -> encoding, format of a compressed image, or None for camera_info."""

    def write(topics):
        with BagWriter(tmp_path / "bag") as writer:
            for i, (name, kind) in enumerate(topics.items(), 1):
                if kind is None:
                    message = CameraInfo()
                elif name.endswith(("compressed", "compressedDepth")):
                    message = CompressedImage(format=kind)
                else:
                    message = Image(encoding=kind)
                writer.write(name, message, i)
        return tmp_path / "bag"

    return write


REALSENSE = {
    "/camera/color/camera_info": None,
    "/camera/color/image_raw": "rgb8",
    "/camera/color/image_raw/compressed": "rgb8; jpeg compressed bgr8",
    "/camera/depth/camera_info": None,
    "/camera/depth/image_rect_raw": "16UC1",
    "/camera/depth/image_rect_raw/compressedDepth": "16UC1; compressedDepth png",
    "/camera/aligned_depth_to_color/image_raw": "16UC1",
    "/camera/infra1/image_rect_raw": "mono8",
    "/camera/infra2/image_rect_raw": "mono8",
}


def test_the_only_colour_camera_with_its_calibration(write_bag):
    images = find_image_topic(write_bag(REALSENSE))
    assert images.name == "/camera/color/image_raw"
    assert images.camera_info == "/camera/color/camera_info"
    assert (images.message_type, images.transport, images.is_rectified) == (Image, "raw", False)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("/camera/infra1/image_rect_raw", "/camera/infra1/image_rect_raw"),
        ("camera/color/image_raw/compressed", "/camera/color/image_raw/compressed"),
        ("/camera/color/image_raw/", "/camera/color/image_raw"),
        ("/camera/depth/image_rect_raw", "/camera/depth/image_rect_raw"),
    ],
)
def test_a_topic_is_asked_for(write_bag, wanted, name):
    assert find_image_topic(write_bag(REALSENSE), wanted).name == name


def test_calibration_of_another_camera_is_not_taken(write_bag):
    bag = write_bag(REALSENSE)
    assert find_image_topic(bag, "/camera/infra2/image_rect_raw").camera_info is None


def test_a_single_camera_may_have_its_calibration_anywhere(write_bag):
    bag = write_bag({"/image": "bgr8", "/calibration/camera_info": None})
    assert find_image_topic(bag).camera_info == "/calibration/camera_info"


@pytest.mark.parametrize(
    ("topics", "message"),
    [
        (
            {"/left/image": "bgr8", "/right/image": "rgb8", "/depth": "16UC1"},
            "several image topics, .* one of: /left/image, /right/image$",
        ),
        ({"/a": "mono8", "/b": "mono8"}, "several image topics, .*: /a, /b$"),
        ({"/depth/image": "16UC1", "/x": "32FC1"}, "only depth images, .*: /depth/image, /x$"),
        ({"/depth/image/compressedDepth": "16UC1; compressedDepth"}, "only depth images"),
        ({"/depth/image/compressed": "png"}, "only depth images"),
        ({"/camera_info": None}, "no image in this bag"),
    ],
)
def test_what_there_is_is_listed(write_bag, topics, message):
    with pytest.raises(BagError, match=message):
        find_image_topic(write_bag(topics))


def test_unknown_names_are_listed(write_bag):
    with pytest.raises(BagError, match="no image topic '/front', expected one of: /image"):
        find_image_topic(write_bag({"/image": "bgr8"}), "/front")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("/depth_camera/rgb/image_raw", "rgb8"),
        ("/thermal/image_raw", "mono16"),
        ("/image/compressed", "jpeg"),
        ("/image/compressed", "bayer_rggb8; jpeg compressed "),
    ],
)
def test_encoding_counts_before_the_name(write_bag, name, kind):
    assert find_image_topic(write_bag({name: kind})).name == name


def test_grey_depth_by_name(write_bag):
    bag = write_bag({"/depth/image": "mono16", "/mono/image": "mono8"})
    assert find_image_topic(bag).name == "/mono/image"


def test_depth_images_are_found_or_asked_for(write_bag):
    bag = write_bag(REALSENSE)
    with pytest.raises(BagError, match="several topics of depth images: /camera/depth/image_rect"):
        find_depth_topic(bag)
    wanted = "camera/aligned_depth_to_color/image_raw"
    assert find_depth_topic(bag, wanted) == f"/{wanted}"
    with pytest.raises(BagError, match="no topic '/other' of uncompressed images, expected one"):
        find_depth_topic(bag, "/other")


def test_the_only_depth_images(write_bag):
    topics = {"/rgb/image": "rgb8", "/depth/image": "32FC1", "/rgb/camera_info": None}
    assert find_depth_topic(write_bag(topics)) == "/depth/image"


def test_no_depth_images(write_bag):
    with pytest.raises(BagError, match="no depth, expected one topic of uncompressed depth"):
        find_depth_topic(write_bag({"/rgb/image": "rgb8"}))
