import pytest

from centernet_ros.models import InputSpec


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"resize": "zoom"}, "input resize 'zoom', expected one of: stretch, longest_edge"),
        ({"pad": "left"}, "input pad 'left', expected one of: center, bottom_right"),
        (
            {"resize": "stretch", "dynamic": True},
            "a dynamic input with resize 'stretch', expected one of: contain, focal_length, none",
        ),
        ({"resize": "width", "dynamic": True}, "a dynamic input with resize 'width'"),
        ({"dynamic": True}, "a dynamic input with resize 'longest_edge'"),
        ({"focal_length": 0.0}, "input focal length 0.0, expected more than 0"),
    ],
)
def test_what_does_not_go_together_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        InputSpec(**fields)


def test_an_exported_network_has_one_size():
    spec = InputSpec(resize="contain", pad="bottom_right", dynamic=True)
    expected = InputSpec((64, 96), "contain", "bottom_right")
    assert spec.with_static_size((64, 96)) == expected
    assert expected.with_static_size((64, 96)) == expected
