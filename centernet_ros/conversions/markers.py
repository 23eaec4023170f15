"""visualization_msgs/MarkerArray of 3D boxes."""

from __future__ import annotations

from collections.abc import Mapping

from geometry_msgs.msg import Vector3
from std_msgs.msg import ColorRGBA, Header
from visualization_msgs.msg import Marker, MarkerArray

from centernet_ros.conversions.detections3d import compute_pose
from centernet_ros.structures import Boxes3D
from centernet_ros.visualization.boxes import label_colour, name_object


def boxes3d_to_markers(
    boxes: Boxes3D, class_names: Mapping[int, str], header: Header
) -> MarkerArray:
    """A cube and a text per box, after the removal of all earlier ones; ids are the rows."""
    markers = [Marker(header=header, action=Marker.DELETEALL)]
    for i in range(len(boxes)):
        height, width, length = boxes.dimensions[i].tolist()
        label = int(boxes.labels[i])
        blue, green, red = (channel / 255 for channel in label_colour(label))
        pose = compute_pose(boxes.locations[i], height, float(boxes.rotations_y[i]))
        common = {"header": header, "id": i, "action": Marker.ADD, "pose": pose}
        markers += [
            Marker(
                **common,
                ns="boxes",
                type=Marker.CUBE,
                scale=Vector3(x=length, y=width, z=height),
                color=ColorRGBA(r=red, g=green, b=blue, a=0.5),
            ),
            Marker(
                **common,
                ns="labels",
                type=Marker.TEXT_VIEW_FACING,
                scale=Vector3(z=0.5),
                color=ColorRGBA(r=1.0, g=1.0, b=1.0, a=1.0),
                text=f"{name_object(boxes, i, class_names)} {boxes.scores[i]:.2f}",
            ),
        ]
    return MarkerArray(markers=markers)
